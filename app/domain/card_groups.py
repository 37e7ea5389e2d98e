"""How people group the digits of a card number: runs of digits with something between them, and
which groupings are a card's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.card_numbers import is_mobile
from app.domain.card_text import NEXT_MARK, SAID_MARK
from app.domain.late_pattern import LatePattern

GROUP = LatePattern(r"\d+")
"""Digits without anything between them."""
_SEPARATOR = LatePattern(
    rf"[ \n]{{0,8}}(?:[xX]{{1,4}}|{SAID_MARK}+|{NEXT_MARK}+)?[ \n]{{0,8}}"
    rf"|[^\w\0{SAID_MARK}{NEXT_MARK}]{{0,24}}"
)
"""Anything that is no letter and no digit, an x, or what is said between groups."""
_USUAL_MARKS = frozenset(" -./,:|\n" + NEXT_MARK)
"""Between the groups of a card with care; with any other mark Luhn is wanted, for sums and lists
have them too."""


@dataclass(frozen=True, slots=True)
class Group:
    """Digits without anything between them, and what stands before them in their region."""

    start: int
    end: int
    digits: str
    before: str


def regions(plain: str) -> Iterator[list[Group]]:
    """Runs of groups with nothing but separators between them."""
    region: list[Group] = []
    for match in GROUP.finditer(plain):
        before = plain[region[-1].end : match.start()] if region else ""
        if region and not _SEPARATOR.fullmatch(before):
            yield region
            region = []
        mark = before.strip(" \n")[:1] or before[:1]
        region.append(Group(*match.span(), match.group(), mark if region else ""))
    if region:
        yield region


def _even(lengths: Sequence[int], size: int) -> bool:
    return all(n == size for n in lengths[:-1]) and 0 < lengths[-1] <= size


_SHAPES = {
    (4, 6, 5),
    (4, 6, 4),
    (6, 6, 4),
    (6, 6, 7),
    (4, 4, 8),
    (4, 8, 4),
    (8, 4, 4),
    (4, 12),
    (12, 4),
    (15, 4),
}
_RARE_SHAPES = {(4, 4, 4, 7), (8, 8, 3), (4, 3, 3, 3)}


def shape_of(groups: Sequence[Group], *, whole: bool, dropped: bool) -> str:
    """How a card would be grouped so: ``common``, ``rare`` (Luhn is wanted of it), or empty.

    `whole`: there are no other numbers beside these; `dropped`: characters that are not seen stand
    between the digits, as nobody types them.
    """
    # Zeros before a number fill a field up; they are no part of its first group.
    first = len(groups[0].digits.lstrip("0"))
    lengths = (first, *(len(group.digits) for group in groups[1:]))
    marks = {group.before for group in groups[1:]} - {"\n"}
    if len(groups) == 1:
        return "common"
    usual = marks <= _USUAL_MARKS
    if usual and (_even(lengths, 4) or (len(marks) < 2 and lengths in _SHAPES)):
        # Fours are a card's however carelessly they are set apart.
        return "common"
    if dropped or _even(lengths, 4) or set(lengths) == {1}:
        return "rare"
    if whole and (_like_an_amount(lengths) or (usual and groups[0].digits.startswith("62"))):
        return "rare"
    if not usual or len(marks) > 1:
        return ""
    if lengths in _RARE_SHAPES or _six_and_rest(groups):
        return "rare"
    evenly = whole and not marks & {",", ":", "/", "|"}
    return "rare" if evenly and any(_even(lengths, size) for size in (2, 3, 5)) else ""


def _like_an_amount(lengths: Sequence[int]) -> bool:
    """Whether a spreadsheet took the number for an amount and set the thousands apart."""
    return len(lengths) >= 5 and lengths[0] <= 3 and set(lengths[1:]) == {3}


def _six_and_rest(groups: Sequence[Group]) -> bool:
    six, *rest = groups
    return len(rest) == 1 and len(six.digits) == 6 and not is_mobile(rest[0].digits)


def without_cents(groups: Sequence[Group]) -> int:
    """How many groups there are but for the two digits behind the point of an amount."""
    last = groups[-1]
    return len(groups) - (last.before == "." and len(last.digits) == 2)
