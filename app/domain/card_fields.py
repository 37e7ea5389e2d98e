"""Finds a card number that was split over several fields of one record: half of it in the name, the
rest in the note.

Each field alone holds nothing that must not be stored.  What stands at the ends of neighbouring
fields is read as if it were one text.  Two numbers of different fields meet there much more often
than in a sentence, so more is wanted than in one text: the check digit always, at least
`_LEAST` digits in each field, and groups of four, a UnionPay card, or the word for a card.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.domain.card_numbers import luhn_valid
from app.domain.card_text import folded
from app.domain.card_words import CHINESE_DIGITS, DIGIT
from app.domain.cardguard import CARD_WORD, OWN_FORM, find_secrets

_EDGE = 40
"""Characters at either end of a field that are looked at: a card number in groups, and words."""
_LEAST = 3
"""Digits of the number that stand in each field: two of a date or a quantity are no part of one."""
_NEAR = 16
"""Characters between the digits and the end of a field, at most."""
_BEGINS = re.compile(rf"^[^\n]{{0,{_NEAR}}}?(?:{DIGIT}[\W_]{{0,3}}){{{_LEAST - 1}}}{DIGIT}")
_ENDS = re.compile(rf"(?:{DIGIT}[\W_]{{0,3}}){{{_LEAST - 1}}}{DIGIT}[^\n]{{0,{_NEAR}}}$")
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|\d{4}-\d\d-\d\d(?:T[\d:.]+.*)?")
"""What the program itself writes into text fields: keys, days and moments."""
_FOURS = re.compile(r"(?:\d{4}[ ./-]{1,3})*\d{1,4}")
_GOES_ON = re.compile(r"\d[\W_]{0,3}$")
_STARRED = re.compile(DIGIT)
_AS_DIGITS = str.maketrans({char: str(digit) for char, digit in CHINESE_DIGITS.items()})


_HOLDERS = (dict, list, tuple)
"""What is looked into."""


def split_numbers(record: Any) -> Iterator[tuple[str, ...]]:
    """The fields of a record, or of one inside it, that hold a card number between them, in
    order.  `record` is made of JSON values: each dictionary is a record of its own."""
    waiting = [record] if isinstance(record, _HOLDERS) else []
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            yield from _in_one(found)
            inside: Iterable[Any] = found.values()
        else:
            inside = found
        # Only what can hold a record is looked into: most of it are words and numbers.
        waiting.extend(reversed([one for one in inside if isinstance(one, _HOLDERS)]))


def without_split_numbers(record: dict[str, Any]) -> dict[str, Any]:
    """A record with the digits starred in those of its fields that hold a card number between
    them."""
    texts = {name: value for name, value in record.items() if isinstance(value, str)}
    over = {name for fields in _in_one(texts) for name in fields}
    return record | {name: _STARRED.sub("*", texts[name]) for name in over}


def _in_one(record: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    parts = [(name, value) for name, value in record.items() if _may_be_part(name, value)]
    for glue in ("\n", ""):
        if len(parts) > 1 and (found := _across(parts, glue)):
            yield found
            return


def _may_be_part(name: str, value: object) -> bool:
    if not isinstance(value, str) or len(value) < _LEAST or name in OWN_FORM:
        return False
    if name.endswith("_id"):
        return False
    try:
        _looked_at(value)
    except _MayBePartError:
        return True
    return False


class _MayBePartError(Exception):
    """A text begins or ends in digits of which more may stand in the next field."""


# The same days, keys and words come again and again in what the program writes.  What raises is not
# kept: no part of a card number stays in the memory of the program.
@functools.lru_cache(maxsize=4_096)
def _looked_at(value: str) -> None:
    if _KEY.fullmatch(value):
        return
    if _BEGINS.search(value[:_EDGE]) or _ENDS.search(value[-_EDGE:]):
        raise _MayBePartError


def _across(parts: Sequence[tuple[str, str]], glue: str) -> tuple[str, ...]:
    """The fields over which a number goes when their texts are joined by `glue`."""
    joined, places = "", []
    for name, value in parts:
        short = value if len(value) <= 2 * _EDGE else f"{value[:_EDGE]}\0。{value[-_EDGE:]}"
        start = len(joined)
        joined += short + glue
        places.append((name, start, start + len(short)))
    for span in find_secrets(joined):
        if span.kind not in {"card", "identity"} or _GOES_ON.search(joined[: span.start]):
            continue
        pieces = [
            (name, joined[max(start, span.start) : min(end, span.end)])
            for name, start, end in places
            if start < span.end and span.start < end
        ]
        said = CARD_WORD.search(folded(joined[max(0, span.start - 24) : span.start]).plain)
        texts = [folded(piece).plain.translate(_AS_DIGITS) for _name, piece in pieces]
        if len(texts) > 1 and _is_one(texts, glue, said=said is not None):
            return tuple(name for name, _piece in pieces)
    return ()


def _is_one(pieces: Sequence[str], glue: str, *, said: bool) -> bool:
    """Whether the digits in pieces of several fields are certainly one card number."""
    groups = [re.findall(r"\d+", piece) for piece in pieces]
    number = "".join(itertools.chain(*groups))
    if any(sum(map(len, some)) < _LEAST for some in groups) or not luhn_valid(number):
        return False
    # Four-digit numbers that are listed have commas between them.
    in_fours = glue and all(_FOURS.fullmatch(piece.strip()) for piece in pieces)
    return said or bool(in_fours) or (number.startswith("62") and max(map(len, groups)) == 1)
