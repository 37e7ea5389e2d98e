"""终端履历: where a device has stood and everything that went wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.i18n import N_
from app.reports.blocks import Fact, facts, section
from app.reports.frame import Head
from app.reports.kind import Kind
from app.reports.parts import device_facts, listed, merchant_facts, said
from app.reports.sheets import Bilingual, Device, Merchant
from app.reports.story import Story
from app.reports.style import QUIET
from app.reports.tables import Column, Row, table
from app.reports.text import Rich
from app.reports.words import Speech, Words
from app.texts.terminal_log import terminal_log_detail


@dataclass(frozen=True, slots=True)
class Case:
    """One incident in a list of incidents."""

    number: str
    reported_at: datetime
    state: str
    code: str = ""
    symptom: str = ""
    fault_class: str = ""
    confirmed: bool = False
    cause: Bilingual = field(default_factory=Bilingual)
    work_done: str = ""
    technician: str = ""
    restored_at: datetime | None = None
    down_from: datetime | None = None
    serial: str = ""
    tid: str = ""


@dataclass(frozen=True, slots=True)
class Stay:
    """One placement of a device."""

    serial: str
    tid: str
    merchant: str
    address: str
    acquirer: str
    since: datetime
    until: datetime | None = None
    ended_because: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the device's own log."""

    at: datetime
    kind: str
    detail: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class TerminalHistorySheet:
    """Everything the register and the incidents say about one device."""

    number: str
    made_at: datetime
    state: str
    device: Device = field(default_factory=Device)
    merchant: Merchant = field(default_factory=Merchant)
    stays: tuple[Stay, ...] = ()
    cases: tuple[Case, ...] = ()
    log: tuple[Entry, ...] = ()
    item_failures: int = 0
    open_cases: int = 0


def _head(sheet: TerminalHistorySheet, t: Speech) -> Head:
    day = t.day(sheet.made_at.date())
    state = t.word("terminal_state", sheet.state)
    meta = Words(listed(sheet.device.tid, day, state.first),
                 listed(sheet.device.tid, day, state.second) if state.second else "")  # fmt: skip
    qr = f"POSCARE;{sheet.device.serial};{sheet.device.tid}"
    return Head(t("Terminal history"), sheet.number, meta, qr)


def _compose(sheet: TerminalHistorySheet, story: Story) -> None:
    t = story.t
    facts(story, [
        *merchant_facts(t, sheet.merchant),
        *device_facts(t, sheet.device, sheet.made_at.date()),
        Fact(t("Incidents"), str(len(sheet.cases))),
        Fact(t("Still open"), str(sheet.open_cases)),
        Fact(t("Terminal's own failures"), str(sheet.item_failures)),
        Fact(t("Installed on"), t.day(sheet.device.installed_on)),
    ])  # fmt: skip
    section(story, t("Incidents"), 1)
    cases(story, sheet.cases)
    section(story, t("Where it has stood"), 2)
    _stays(sheet, story)
    section(story, t("Log"), 3)
    columns = (Column(t("Time"), mm=30), Column(t("Event"), 1), Column(t("Detail"), 2.5),
               Column(t("By"), mm=20))  # fmt: skip
    rows = [
        (
            t.moment(entry.at),
            t.word("terminal_event", entry.kind).spans(),
            _detail(t, entry).spans(),
            entry.by,
        )
        for entry in sheet.log
    ]
    table(story, columns, rows, small=True, empty=t("Nothing was logged."))


def _detail(t: Speech, entry: Entry) -> Words:
    parts = (t.first, t.second) if t.second else (t.first,)
    return Words(*(terminal_log_detail(part, entry.kind, entry.detail) for part in parts))


def cases(story: Story, items: tuple[Case, ...], *, with_serial: bool = False) -> None:
    """A table of incidents, newest first as given."""
    t = story.t
    wide = len(t.languages) > 1
    columns = [
        Column(t("Number"), mm=20),
        Column(t("Reported"), mm=19),
        *([Column(t("Serial number"), mm=31)] if with_serial else []),
        Column(t("Displayed / symptom"), 1.5),
        Column(t("Class"), mm=24 if wide else 22),
        Column(t("Cause / work done"), 1.6),
        Column(t("Down"), mm=22),
        Column(t("State"), mm=22 if wide else 16),
    ]
    rows: list[Row] = [
        [
            case.number, t.day(case.reported_at.date()), *([case.serial] if with_serial else []),
            listed(case.code, case.symptom), t.word("fault_class", case.fault_class).spans(),
            listed(said(t, case.cause).first, case.work_done), _down(t, case),
            t.word("incident_state", case.state).spans(QUIET),
        ]
        for case in items
    ]  # fmt: skip
    table(story, columns, rows, small=True, empty=t("No incident."))


def _down(t: Speech, case: Case) -> Rich:
    if case.down_from is None or case.restored_at is None:
        return "—"
    return t.duration(case.restored_at - case.down_from).first


def _stays(sheet: TerminalHistorySheet, story: Story) -> None:
    t = story.t
    columns = (
        Column(t("From"), mm=20),
        Column(t("Until"), mm=20),
        Column(t("Merchant"), 1.3),
        Column(t("Location"), 1.6),
        Column(t("TID"), mm=20),
        Column(t("Device"), mm=32),
        Column(t("Ended by"), mm=18 if len(t.languages) == 1 else 24),
    )
    rows: list[Row] = [
        [
            t.day(stay.since.date()), t.day(stay.until.date() if stay.until else None) or "—",
            stay.merchant, stay.address, stay.tid, stay.serial,
            t.word("ended_because", stay.ended_because).spans(),
        ]
        for stay in sheet.stays
    ]  # fmt: skip
    table(story, columns, rows, small=True, empty=t("It stands at no merchant."))


KIND = Kind("terminal_history", N_("Terminal history"), TerminalHistorySheet, _head, _compose)
