"""The value of a declared fact in words, for window, command line, spreadsheets and paper."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app.domain.register.opening_hours import hours_understood
from app.domain.register.terminal_field import FieldKind, TerminalField
from app.domain.register.terminal_kinds import port_counts
from app.i18n import Translator
from app.texts import word


def hours_text(t: Translator, written: str) -> str:
    """Opening hours as a person sees them, with a word when visits are not planned by them."""
    if hours_understood(written):
        return written
    return t("{hours} (not understood: planned as always open)", hours=written)


def fact_text(t: Translator, item: TerminalField, value: Any) -> str:
    """What a person reads; an import reads it back."""
    if value is None or value == "":
        return ""
    if item.words:
        return word(t, item.words, value)
    if item.kind is FieldKind.PORTS:
        return ", ".join(f"{word(t, 'port', name)} {amount}" for name, amount in port_counts(value))
    if isinstance(value, datetime):
        return t.day_of(value)
    return t.day(value) if isinstance(value, date) else str(value)


def shown_fact(t: Translator, item: TerminalField, value: Any) -> str:
    """The same to look at only: with what is to be known about it."""
    text = fact_text(t, item, value)
    return hours_text(t, text) if item.kind is FieldKind.HOURS else text


def fact_cell(t: Translator, item: TerminalField, value: Any) -> str | float | date | None:
    """The same for a spreadsheet: days and numbers as such, digits that name something as text."""
    if value is None or value == "":
        return None
    if item.kind is FieldKind.DAY:
        day: date = value.astimezone().date() if isinstance(value, datetime) else value
        return day
    return float(value) if item.kind is FieldKind.NUMBER else fact_text(t, item, value)
