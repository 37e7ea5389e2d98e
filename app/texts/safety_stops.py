"""How a safety stop of a terminal is told beside another piece of work at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.domain.incidents.terminal_stops import OpenStop
from app.i18n import Translator, translator
from app.languages import LocalizedText


def open_stop_text(t: Translator, stop: OpenStop) -> str:
    """Why the terminal is stopped, which one, and the incident in which the stop can be lifted."""
    return t(
        "Safety stop: {why} (SN {serial}, incident {number}, not lifted)",
        why=stop.said.in_(t.language),
        serial=stop.serial,
        number=stop.number,
    )


def in_short(t: Translator, stops: Iterable[OpenStop]) -> str:
    """Why work in a list is at a stopped terminal; empty when it is not."""
    why = dict.fromkeys(stop.said.in_(t.language) for stop in stops)
    return t("Safety stop: {why}", why=", ".join(why)) if why else ""


def with_what_to_do(t: Translator, stops: Sequence[OpenStop]) -> str:
    """The same, and below it what to do at once, where there is room for it."""
    asked = dict.fromkeys(stop.do.in_(t.language) for stop in stops)
    return "\n".join(filter(None, (in_short(t, stops), *asked)))


def open_stop_on_paper(stop: OpenStop) -> LocalizedText:
    """The same in every language, and below it what to do at once."""

    def said(language: str) -> str:
        lines = open_stop_text(translator(language), stop), stop.do.in_(language)
        return "\n".join(filter(None, lines))

    return LocalizedText.made(said)
