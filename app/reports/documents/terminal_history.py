"""终端履历: where a device has stood and everything that went wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from app.domain.event_data import FieldChange
from app.i18n import N_
from app.languages import LocalizedText
from app.reports.data.sheets import ADDED_LATER, Device, Merchant
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.shared_blocks import device_facts, listed, merchant_facts, said
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import LabelledFact, facts, section
from app.reports.typeset.line_breaking import RichText
from app.reports.typeset.style import QUIET
from app.reports.typeset.tables import SMALLER, PrintColumn, Row, table
from app.texts.events import terminal_event


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryIncident:
    """One incident in a list of incidents."""

    number: str
    reported_at: datetime
    state: str
    code: str = ""
    symptom: str = ""
    fault_class: str = ""
    confirmed: bool = False
    cause: LocalizedText = field(default_factory=LocalizedText)
    work_done: str = ""
    technician: str = ""
    restored_at: datetime | None = None
    down_from: datetime | None = None
    serial: str = ""
    tid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementLine:
    """One placement of a device."""

    serial: str
    tid: str
    merchant: str
    address: str
    acquirer: str
    since: datetime
    until: datetime | None = None
    ended_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One line of the device's own log.  `detail` is what a person wrote, or what an earlier
    version put together; `reason` is a code."""

    at: datetime
    kind: str
    detail: str = ""
    by: str = ""
    change: FieldChange | None = field(default=None, metadata=ADDED_LATER)
    reason: str = field(default="", metadata=ADDED_LATER)

    @property
    def remark(self) -> str:
        """What a person wrote."""
        return self.detail


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalHistorySheet:
    """Everything the register and the incidents say about one device."""

    number: str
    made_at: datetime
    state: str
    device: Device = field(default_factory=Device)
    merchant: Merchant = field(default_factory=Merchant)
    stays: tuple[PlacementLine, ...] = ()
    cases: tuple[HistoryIncident, ...] = ()
    log: tuple[HistoryEntry, ...] = ()
    item_failures: int = 0
    open_cases: int = 0


def _head(sheet: TerminalHistorySheet, t: DocumentLanguages) -> DocumentHead:
    day = t.day(sheet.made_at.date())
    state = t.word("terminal_state", sheet.state)
    meta = Words(
        listed(sheet.device.tid, day, state.first),
        listed(sheet.device.tid, day, state.second) if state.second else "",
    )
    qr = f"POSCARE;{sheet.device.serial};{sheet.device.tid}"
    return DocumentHead(title=t("Terminal history"), number=sheet.number, meta=meta, qr=qr)


def _compose(sheet: TerminalHistorySheet, flow: DocumentFlow) -> None:
    t = flow.t
    facts(
        flow,
        [
            *merchant_facts(t, sheet.merchant),
            *device_facts(t, sheet.device, sheet.made_at.date()),
            LabelledFact(t("Incidents"), str(len(sheet.cases))),
            LabelledFact(t("Still open"), str(sheet.open_cases)),
            LabelledFact(t("Terminal's own failures"), str(sheet.item_failures)),
            LabelledFact(t("Installed on"), t.day(sheet.device.installed_on)),
        ],
    )
    section(flow, t("Incidents"), 1)
    cases(flow, sheet.cases)
    section(flow, t("Where it has stood"), 2)
    _stays(sheet, flow)
    section(flow, t("Log"), 3)
    columns = (
        PrintColumn(t("Time"), mm=30),
        PrintColumn(t("Event"), 1),
        PrintColumn(t("Detail"), 2.5),
        PrintColumn(t("By"), mm=20),
    )
    rows = [_logged(t, entry) for entry in sheet.log]
    table(flow, columns, rows, size=SMALLER, empty=t("Nothing was logged."))


def _logged(t: DocumentLanguages, entry: HistoryEntry) -> Row:
    title = t.each(lambda one: terminal_event(one, entry).title)
    detail = t.each(lambda one: terminal_event(one, entry).detail)
    return [t.moment(entry.at), title.spans(), detail.spans(), entry.by]


def cases(
    flow: DocumentFlow, items: tuple[HistoryIncident, ...], *, with_serial: bool = False
) -> None:
    """A table of incidents, newest first as given."""
    t = flow.t
    wide = len(t.languages) > 1
    told = any(case.cause or case.work_done for case in items)
    symptom, cause = (1.5, 1.6) if told or not flow.house.saves_pages else (2.4, 0.7)
    columns = [
        PrintColumn(t("Number"), mm=20),
        PrintColumn(t("Reported"), mm=19),
        *([PrintColumn(t("Serial number"), mm=31)] if with_serial else []),
        PrintColumn(t("Displayed / symptom"), symptom),
        PrintColumn(t("Class"), mm=24 if wide else 22),
        PrintColumn(t("Cause / work done"), cause),
        PrintColumn(t("Down"), mm=22),
        PrintColumn(t("State"), mm=22 if wide else 16),
    ]
    rows: list[Row] = [
        [
            case.number,
            t.day(case.reported_at.date()),
            *([case.serial] if with_serial else []),
            listed(case.code, case.symptom),
            t.word("fault_class", case.fault_class).spans(),
            listed(said(t, case.cause).first, case.work_done),
            _down(t, case),
            t.word("incident_state", case.state).spans(QUIET),
        ]
        for case in items
    ]
    table(flow, columns, rows, size=SMALLER, empty=t("No incident."))


def _down(t: DocumentLanguages, case: HistoryIncident) -> RichText:
    if case.down_from is None or case.restored_at is None:
        return "—"
    return t.duration(case.restored_at - case.down_from).first


def _stays(sheet: TerminalHistorySheet, flow: DocumentFlow) -> None:
    t = flow.t
    columns = (
        PrintColumn(t("From"), mm=20),
        PrintColumn(t("Until"), mm=20),
        PrintColumn(t("Merchant"), 1.3),
        PrintColumn(t("Location"), 1.6),
        PrintColumn(t("TID"), mm=20),
        PrintColumn(t("Device"), mm=32),
        PrintColumn(t("Ended by"), mm=18 if len(t.languages) == 1 else 24),
    )
    rows: list[Row] = [
        [
            t.day(stay.since.date()),
            t.day(stay.until.date() if stay.until else None) or "—",
            stay.merchant,
            stay.address,
            stay.tid,
            stay.serial,
            t.word("ended_because", stay.ended_because).spans(),
        ]
        for stay in sheet.stays
    ]
    table(flow, columns, rows, size=SMALLER, empty=t("It stands at no merchant."))


KIND = DocumentKind(
    id="terminal_history",
    title=N_("Terminal history"),
    sheet=TerminalHistorySheet,
    head=_head,
    compose=_compose,
    code="TH",
)
