"""Days off by law, known without the yearly notice: the State Council's Measures on holidays of
festivals and memorial days as changed by its order 795 of 10 November 2024, in force since 2025.

The notice of a year adds the days around them and the weekends worked for these; it moves none of
them.  A day that falls on a weekend is made up for by the notice.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date, timedelta

FIRST_YEAR = 2025

# Year; first day of the lunar year; Tomb-sweeping Day in April; Dragon Boat Festival; Mid-autumn
# Festival.
# Two lunar calendars (lunardate 0.2, lunar_python 1.4) agree on every one.
_TABLE = """
25 0129 4 0531 1006;26 0217 5 0619 0925;27 0206 5 0609 0915;28 0126 4 0528 1003
29 0213 4 0616 0922;30 0203 5 0605 0912;31 0123 5 0624 1001;32 0211 4 0612 0919
33 0131 4 0601 0908;34 0219 5 0620 0927;35 0208 5 0610 0916;36 0128 4 0530 1004
37 0215 4 0618 0924;38 0204 5 0607 0913;39 0124 5 0527 1002;40 0212 4 0614 0920
41 0201 4 0603 0910;42 0122 4 0622 0928;43 0210 5 0611 0917;44 0130 4 0531 1005
45 0217 4 0619 0925;46 0206 4 0608 0915;47 0126 5 0529 1004;48 0214 4 0615 0922
49 0202 4 0604 0911;50 0123 4 0623 0930;51 0211 5 0613 0919;52 0201 4 0601 0907
53 0219 4 0620 0926;54 0208 4 0610 0916;55 0128 5 0530 1005;56 0215 4 0617 0924
57 0204 4 0606 0913;58 0124 4 0625 1002;59 0212 5 0614 0921;60 0202 4 0603 0909
61 0121 4 0622 0928;62 0209 4 0611 0917;63 0129 5 0601 1006;64 0217 4 0619 0925
65 0205 4 0608 0915;66 0126 4 0528 1003;67 0214 5 0616 0923;68 0203 4 0604 0911
69 0123 4 0623 0929;70 0211 4 0613 0919;71 0131 5 0602 0908;72 0219 4 0620 0926
73 0207 4 0610 0916;74 0127 4 0530 1005;75 0215 4 0617 0924;76 0205 4 0606 0912
77 0124 4 0624 1001;78 0212 4 0614 0920;79 0202 4 0604 0910;80 0122 4 0622 0928
81 0209 4 0611 0917;82 0129 4 0601 1006;83 0217 4 0619 0926;84 0206 4 0607 0914
85 0126 4 0527 1003;86 0214 4 0615 0922;87 0203 4 0605 0911;88 0124 4 0623 0929
89 0210 4 0613 0918;90 0130 4 0602 0908;91 0218 4 0621 0927;92 0207 4 0609 0916
93 0127 4 0529 1005;94 0215 4 0617 0924;95 0205 4 0606 0913;96 0125 4 0624 0930
97 0212 4 0614 0920;98 0201 4 0604 0909;99 0121 4 0623 0929
"""


def _month_day(year: int, digits: str) -> date:
    return date(year, int(digits[:2]), int(digits[2:]))


@functools.cache
def _festivals() -> Mapping[int, tuple[date, date, date, date]]:
    found = {}
    for entry in _TABLE.replace("\n", ";").strip(";").split(";"):
        short, spring, tombs, dragon, autumn = entry.split()
        year = 2000 + int(short)
        found[year] = (
            _month_day(year, spring),
            date(year, 4, int(tombs)),
            _month_day(year, dragon),
            _month_day(year, autumn),
        )
    return found


def statutory_days(year: int) -> Mapping[date, str]:
    """The days off by law in a year, with the name of each holiday; none in years this law does
    not govern, and those of the solar calendar alone after the end of the table."""
    if year < FIRST_YEAR:
        return {}
    found = {date(year, 1, 1): "New Year's Day"}
    moon = _festivals().get(year)
    if moon is not None:
        spring, tombs, dragon, autumn = moon
        # New Year's Eve and the first three days.
        found |= {spring + timedelta(days=n): "Spring Festival" for n in range(-1, 3)}
        found[tombs] = "Tomb-sweeping Day"
        found[dragon] = "Dragon Boat Festival"
        found[autumn] = "Mid-autumn Festival"
    found |= {date(year, 5, day): "Labour Day" for day in (1, 2)}
    return found | {date(year, 10, day): "National Day" for day in (1, 2, 3)}


@functools.cache
def governed_years() -> tuple[int, ...]:
    """The years whose days off are known by law."""
    return tuple(sorted(_festivals()))
