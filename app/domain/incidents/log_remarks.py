"""Remarks of the log that the program writes itself.  The log is kept for years and read in either
language, so they hold both; whoever shows one takes them apart again."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.languages import LocalizedText

_RANKED = re.compile(r"→ (P\d)(?:：(.*?) / (.*))?", re.DOTALL)
_WITHDRAWN = re.compile(r"× (.*?) / (.*?)：(.*)", re.DOTALL)


def ranked(priority: str, why: LocalizedText | None) -> str:
    """The priority changed, because of a hard stop (`why`) or because none is left."""
    said = f"→ {priority.upper()}"
    return said if why is None else f"{said}：{why.zh} / {why.en}"


def rank_of(remark: str) -> tuple[str, LocalizedText | None] | None:
    """Priority and reason that `ranked` wrote, or None for any other remark."""
    found = _RANKED.fullmatch(remark)
    if found is None:
        return None
    rank, zh, en = found.groups()
    return rank.lower(), LocalizedText(zh, en) if zh else None


def withdrawn(sign: LocalizedText, reason: str) -> str:
    """What called for a hard stop was taken back, and why."""
    return f"× {sign.zh} / {sign.en}：{reason}"


def withdrawal_of(remark: str) -> tuple[LocalizedText, str] | None:
    """Sign and reason that `withdrawn` wrote, or None for any other remark."""
    found = _WITHDRAWN.fullmatch(remark)
    return (LocalizedText(found[1], found[2]), found[3]) if found else None


def stop_of(remarks: Iterable[str]) -> LocalizedText | None:
    """Why a hard stop makes the incident urgent, from the remarks of its log, oldest first."""
    ranks = [rank for remark in remarks if (rank := rank_of(remark)) is not None]
    return ranks[-1][1] if ranks else None
