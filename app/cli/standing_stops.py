"""Safety stops of a terminal at the head of whatever is shown about it."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.incidents.terminal_stops import OpenStop
from app.i18n import Translator
from app.texts.safety_stops import open_stop_text


def standing_lines(t: Translator, stops: Iterable[OpenStop]) -> list[str]:
    """Each stop with what to do at once."""
    lines = []
    for stop in stops:
        lines.append(f"!!! {open_stop_text(t, stop)}")
        lines += [f"    {do}" for do in stop.do.in_(t.language).splitlines()]
    return lines
