"""Opening hours of a shop as people write them.

Examples: “09:00-21:00”, “周一至周五 9-18 点；周六 10-16 点”, “Mon-Fri 9-18, Sat closed”, “24小时”.
What is not understood counts as always open: a visit is never refused for a word nobody knows.
Whoever wrote or plans by it is told (`hours_understood`).
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

Span = tuple[int, int]
"""From and until, in minutes of the day."""

ALL_DAY: Span = (0, 1440)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When somebody is there, by weekday (0 Monday); no span: closed all day."""

    week: tuple[tuple[Span, ...], ...]

    def on(self, day: date) -> tuple[Span, ...]:
        """The hours of a day."""
        return self.week[day.weekday()]

    @property
    def weekdays(self) -> frozenset[int]:
        """The weekdays on which it is open at all."""
        return frozenset(day for day, spans in enumerate(self.week) if spans)


ALWAYS = OpeningHours(((ALL_DAY,),) * 7)
"""Hours nobody wrote down."""

_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = r"(\d{1,2})(?:(?::|点|时)(\d{2}|半)?)?分?"
_DAY = (
    r"(?:周|星期|礼拜)[一二三四五六日天](?![期拜])"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
)
_TO = r"\s*(?:-|–|—|~|至|到|to)\s*"
_TOKEN = re.compile(
    rf"(?P<days>(?P<d1>{_DAY})(?:{_TO}(?P<d2>{_DAY}|[一二三四五六日天]))?)"
    r"|(?P<group>每天|每日|全年|daily|every day|工作日|weekdays?|双休日?|周末|weekends?)"
    r"|(?P<closed>不营业|休息|闭店|关门|打烊|closed)"
    r"|(?P<all>24\s*(?:小时|h(?:ours?)?)(?:营业)?|全天|全日|open all day)"
    rf"|(?P<span>{_TIME}{_TO}(?:次日)?{_TIME})"
    r"|(?P<between>[\s,，、;；。:/()（）和及与]+|and|营业(?:时间)?|上午|下午|open|hours?)"
)
_GROUPS = {
    "工作日": range(5),
    "weekday": range(5),
    "双休": (5, 6),
    "周末": (5, 6),
    "weekend": (5, 6),
}


def read_hours(written: str) -> OpeningHours:
    """The hours a text tells; `ALWAYS` where it tells none or is not understood."""
    return _understood(written) or ALWAYS


def hours_understood(written: str) -> bool:
    """Whether visits can be planned by what was written; nothing written asks for nothing."""
    return not written.strip() or _understood(written) is not None


@functools.lru_cache(maxsize=4096)
def _understood(written: str) -> OpeningHours | None:
    text = unicodedata.normalize("NFKC", written).casefold().strip()
    week: dict[int, list[Span]] = {}
    closed: set[int] = set()
    days: list[int] = []
    told = False
    for found in _tokens(text):
        if found is None:
            return None
        new = _days(found)
        if new:
            days = [*([] if told else days), *new]
            told = False
            continue
        spans = _spans(found)
        if spans is None:
            continue
        if not spans:
            closed.update(days)
        for day in days or range(7):
            week.setdefault(day, []).extend(spans)
        told = True
    if not week or (days and not told):
        return None
    # “Closed on Wednesday” says that it is open on the others.
    rest = () if any(week.values()) else (ALL_DAY,)
    named = OpeningHours(
        tuple(
            () if day in closed else tuple(sorted(week.get(day, rest) or rest)) for day in range(7)
        )
    )
    return named if closed or any(week.values()) else None


def _tokens(text: str) -> Iterator[re.Match[str] | None]:
    """The words of the text; None where it goes on with something unknown."""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        yield found
        if found is None or found.end() == at:
            return
        at = found.end()


def _weekday(word: str) -> int:
    if word[:3] in _ENGLISH:
        return _ENGLISH.index(word[:3])
    return "一二三四五六日天".index(word[-1]) % 7 if word[-1] != "天" else 6


def _days(found: re.Match[str]) -> list[int]:
    if found["days"]:
        first = _weekday(found["d1"])
        last = _weekday(found["d2"]) if found["d2"] else first
        return [day % 7 for day in range(first, last + (1 if last >= first else 8))]
    if found["group"]:
        word = found["group"]
        return list(next((days for key, days in _GROUPS.items() if key in word), range(7)))
    return []


def _spans(found: re.Match[str]) -> list[Span] | None:
    """What a word says of the days before it; None for one that says nothing."""
    if found["closed"]:
        return []
    if found["all"]:
        return [ALL_DAY]
    if not found["span"]:
        return None
    hours = re.findall(_TIME, found["span"])
    begins, ends = (int(h) * 60 + (30 if m == "半" else int(m or 0)) for h, m in hours[:2])
    if ends <= begins:
        # Past midnight; nobody is sent at night, so the rest of this day is what counts.
        ends = 1440
    return [(begins, min(ends, 1440))]
