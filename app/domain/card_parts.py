"""Finds numbers given in parts that are counted or named: ``前8位 … 后8位 …``, numbered lines."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.late_pattern import LatePattern

_COUNT = r"(?:[0-9]{1,2}|[一二两三四五六七八九十]{1,2}|four|six|eight|ten|twelve)"
_NAME = (
    rf"(?:(?:[前中后後末尾第]|中间|最后|剩下?)的?\s?{_COUNT}\s?(?:[位段组組码]|部分)(?:数字|数)?"
    rf"|\b(?:first|next|middle|last)\s{_COUNT}(?:\s(?:digits|numbers))?)"
    r"(?:[^\w\n]|[是为]|is\b|are\b){0,6}"
)
_BETWEEN = r"(?:[^\w]|和|and\b|然后){0,6}"
_NAMED = LatePattern(
    rf"(?i){_NAME}([0-9]{{2,15}})(?:{_BETWEEN}{_NAME}[0-9]{{2,15}}){{1,4}}(?![0-9])"
)
_NAMED_PART = LatePattern(rf"(?i){_NAME}([0-9]{{2,15}})")

_MARK = r"[^\w\n]{0,4}"
_GAP = r"[^\w]{0,6}"
_COUNTED = LatePattern(
    rf"(?<![0-9])1{_MARK}([0-9]{{4}}){_GAP}2{_MARK}([0-9]{{4}}){_GAP}3{_MARK}([0-9]{{4}}){_GAP}"
    rf"4{_MARK}([0-9]{{4}})(?:{_GAP}5{_MARK}([0-9]{{1,3}}))?(?![0-9])"
)
"""Fours behind their number, by line or side by side."""


def named_parts(plain: str) -> Iterator[tuple[int, int, str]]:
    """Numbers of which every part is named: from, to, and the digits."""
    for match in _NAMED.finditer(plain):
        parts = _NAMED_PART.findall(match[0])
        yield match.start(1), match.end(), "".join(parts)


def counted_parts(plain: str) -> Iterator[tuple[int, int, str]]:
    """Numbers of which the parts are counted: from, to, and the digits."""
    for match in _COUNTED.finditer(plain):
        yield match.start(1), match.end(), "".join(part or "" for part in match.groups())
