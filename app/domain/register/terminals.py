"""Terminals, the merchants they stand at, and the drafts they are entered with.

A terminal is the device (serial number).  A placement is the position at a merchant's counter: it
owns the TID and the acquirer, so a swap changes the device and keeps the TID, and history follows
both the device and the position.
"""

# ruff: noqa: RUF009 - `fact` makes a dataclass field.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.domain.errors import BadValue, Problem, Problems
from app.domain.event_data import FieldChange, Reference
from app.domain.register.terminal_field import FieldGroup, TerminalField, declared_fields, fact
from app.domain.register.terminal_fields import DRAFT_FIELDS as DRAFT_FIELDS
from app.domain.register.terminal_fields import TERMINAL_FIELDS, TerminalFacts
from app.domain.register.terminal_fields import TerminalDraft as TerminalDraft
from app.domain.register.terminal_kinds import Link as Link
from app.domain.register.terminal_kinds import TerminalKind as TerminalKind
from app.domain.register.terminal_states import STATE_CHANGES as STATE_CHANGES
from app.domain.register.terminal_states import TerminalState as TerminalState
from app.domain.text import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalRecord(TerminalFacts):
    """A checked draft.  Placement fields are empty together when the device stands nowhere."""

    @property
    def placed(self) -> bool:
        """Whether the device stands at a merchant."""
        return bool(self.tid)


_PARSERS = {item.name: item.parse for item in TERMINAL_FIELDS}
_REQUIRED = tuple(item.name for item in TERMINAL_FIELDS if item.required)
_PLACEMENT = tuple(item.name for item in TERMINAL_FIELDS if item.with_place and item.needed)
_PLACED_ONLY = tuple(item.name for item in TERMINAL_FIELDS if item.with_place)
_NOT_AHEAD = tuple(item.name for item in TERMINAL_FIELDS if item.latest_wins)
_NOTHING: dict[str, Any] = {
    item.name: "" if item.required else item.parse("") for item in TERMINAL_FIELDS
}
"""What an empty field parses to; exports have many of them."""


def check_terminal(draft: TerminalDraft) -> TerminalRecord:
    """The draft as a record.  Raises `InvalidInput` with every problem of every field.

    A terminal that stands at a merchant needs TID, MID and the merchant's name together; one with
    none of its placement fields filled is in stock.
    """
    return check_cells({name: getattr(draft, name) for name in DRAFT_FIELDS})


def check_cells(cells: Mapping[str, str]) -> TerminalRecord:
    """What `check_terminal` does, on the fields of a draft by name; those missing are empty."""
    problems = Problems()
    values = dict(_NOTHING)
    for name, raw in cells.items():
        if raw:
            try:
                values[name] = _PARSERS[name](raw)
            except BadValue as refusal:
                problems.refuse(name, refusal)
    if not all([values[name] for name in _REQUIRED]):
        _require(values, problems)
    _check_placement(values, problems)
    installed, until = values["installed_on"], values["warranty_until"]
    if installed and until and until < installed:
        problems.add("warranty_until", "date.before", other=installed)
    problems.raise_if_any()
    return TerminalRecord(**values)


def without_place(record: TerminalRecord) -> TerminalRecord:
    """The device in stock."""
    return replace(record, **{name: _NOTHING[name] for name in _PLACED_ONLY})


def days_ahead(record: TerminalFacts, today: date) -> list[Problem]:
    """Days of what was seen that have not come yet: one of them would keep out every true one
    that follows."""
    return [
        Problem(name, "date.in_future")
        for name in _NOT_AHEAD
        if (day := getattr(record, name)) is not None and day > today
    ]


def _require(values: dict[str, Any], problems: Problems) -> None:
    refused = {problem.field for problem in problems}
    for name in _REQUIRED:
        if not values[name] and name not in refused:
            problems.add(name, "serial.missing" if name == "serial" else "text.missing")


def _check_placement(values: dict[str, Any], problems: Problems) -> None:
    if all(values[name] for name in _PLACEMENT):
        return
    refused = {problem.field for problem in problems}
    if not refused & set(_PLACED_ONLY) and not any(values[name] for name in _PLACED_ONLY):
        return
    for name in _PLACEMENT:
        if not values[name] and name not in refused:
            problems.add(name, f"{name}.missing" if name != "merchant_name" else "text.missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalSummary:
    """One row of the terminal list."""

    id: str
    serial: str
    tid: str
    state: TerminalState
    manufacturer: str
    model: str
    merchant_name: str
    area: str
    acquirer: str
    address: str
    firmware: str = ""
    app_version: str = ""
    open_incidents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One stay of one device at one position, open while `until` is None."""

    id: str
    terminal_id: str
    serial: str
    tid: str
    mid: str
    merchant_id: str
    merchant_name: str
    address: str
    acquirer: str
    since: datetime
    until: datetime | None
    ended_because: str


class TerminalEventKind(StrEnum):
    """What can happen to a device; each is one kind of entry of its log."""

    REGISTERED = "registered"
    IMPORTED = "imported"
    IMPORTED_UPDATE = "imported_update"
    EDITED_UPDATE = "edited_update"
    RELOCATED = "relocated"
    RELOCATED_UPDATE = "relocated_update"
    SWAPPED_IN = "swapped_in"
    SWAPPED_IN_UPDATE = "swapped_in_update"
    SWAPPED_OUT = "swapped_out"
    STATE = "state"
    GATED = "gated"
    GATE_OVERRIDDEN = "gate_overridden"


INSPECTION_PASSED = "gate.passed"
"""The reason for which a terminal that waited for its inspection went into service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalEvent:
    """One entry of a terminal's own log.  `reason` is a code, `remark` what a person wrote."""

    at: datetime
    by: str
    kind: str
    change: FieldChange | None = None
    reason: str = ""
    reference: Reference | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal(TerminalFacts):
    """A device with where it stands now, everything a screen or a report says about it."""

    id: str
    version: int
    state: TerminalState
    model_id: str
    merchant_id: str
    required_firmware: str = fact(N_("Required firmware"), FieldGroup.DEVICE, given=False)
    pts_expires_on: date | None = fact(
        N_("PTS: newly placed until"), FieldGroup.DEVICE, None, given=False
    )
    pts_use_until: date | None = fact(N_("PTS: used until"), FieldGroup.DEVICE, None, given=False)
    code_profile: str = fact(N_("Code table"), FieldGroup.LINK, given=False)
    registered_address: str = fact(N_("Registered at"), FieldGroup.POSITION, given=False)
    placed_since: datetime | None = fact(N_("There since"), FieldGroup.POSITION, None, given=False)
    report_language: str = fact(
        N_("Language of reports"), FieldGroup.MERCHANT, given=False, words="language_name"
    )
    placements: tuple[Placement, ...] = field(default=())
    log: tuple[TerminalEvent, ...] = field(default=())

    @property
    def placed(self) -> bool:
        """Whether the device stands at a merchant."""
        return bool(self.merchant_id)


SHOWN_FIELDS: tuple[TerminalField, ...] = declared_fields(Terminal)
"""Every fact of a terminal, those that are only shown included."""


def draft_of(terminal: Terminal | TerminalRecord) -> TerminalDraft:
    """The terminal as an editable draft; checking it unchanged gives the same facts back."""

    def shown(value: object) -> str:
        return "" if value is None else str(value)

    return TerminalDraft(**{name: shown(getattr(terminal, name)) for name in DRAFT_FIELDS})
