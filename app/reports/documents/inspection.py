"""巡检单: a checklist filled in at a visit, or blank to be filled in by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from app.i18n import N_
from app.languages import LocalizedText
from app.reports.data.sheets import ADDED_LATER, Device, Merchant, Photo, SignedBlock, UnshownFile
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.shared_blocks import (
    attached,
    device_facts,
    listed,
    merchant_facts,
    photos,
    safety_stop,
    said,
)
from app.reports.documents.signature_boxes import SignaturePlace, ratings, signatures
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import CROSSED, EMPTY, TICKED, LabelledFact, facts, section
from app.reports.typeset.handwriting import BLANK, written_lines
from app.reports.typeset.line_breaking import RichText, TextSpan
from app.reports.typeset.style import LABEL, MM, QUIET, STRONG
from app.reports.typeset.tables import PrintColumn, Row, RowGroup, table


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionLine:
    """One line of the checklist.  `result` is ``passed``, ``failed``, ``na``, ``noted`` (a
    value nothing is measured against) or empty."""

    item: LocalizedText
    standard: LocalizedText = field(default_factory=LocalizedText)
    result: str = ""
    value: LocalizedText = field(default_factory=LocalizedText)
    remark: str = ""
    follow_up: str = ""
    group: LocalizedText = field(default_factory=LocalizedText)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedTask:
    """A task of the visit that was not done whole: its plan, what stands open (``open``,
    ``partial``, ``skipped``), and the reason that was given."""

    task: LocalizedText
    state: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionSheet:
    """Everything an inspection sheet says; `blank` leaves room for a pen.  One without a device is
    of the tasks about the shop as a whole."""

    number: str
    made_at: datetime
    title: LocalizedText = field(default_factory=LocalizedText)
    blank: bool = False
    merchant: Merchant = field(default_factory=Merchant)
    device: Device = field(default_factory=Device)
    found_serial: str = ""
    due_on: date | None = None
    visited_at: datetime | None = None
    finished_at: datetime | None = None
    technician: str = ""
    technician_code: str = ""
    lines: tuple[InspectionLine, ...] = ()
    slips: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    next_due: str = ""
    photos: tuple[Photo, ...] = ()
    merchant_signed: SignedBlock | None = None
    technician_signed: SignedBlock | None = None
    satisfaction: str = ""
    unfinished: tuple[UnfinishedTask, ...] = field(default=(), metadata=ADDED_LATER)
    stops: tuple[LocalizedText, ...] = field(default=(), metadata=ADDED_LATER)
    kept: tuple[UnshownFile, ...] = field(default=(), metadata=ADDED_LATER)
    terminal_stops: tuple[LocalizedText, ...] = field(default=(), metadata=ADDED_LATER)
    """Safety stops that other incidents left at the terminal and nobody had lifted."""


def _head(sheet: InspectionSheet, t: DocumentLanguages) -> DocumentHead:
    day = t.day(sheet.visited_at.date() if sheet.visited_at else sheet.due_on)
    plan = said(t, sheet.title)
    meta = Words(listed(day, plan.first), listed(day, plan.second) if plan.second else "")
    qr = f"POSCARE;{sheet.number};{sheet.device.serial};{sheet.device.tid};{day}"
    mark = t("Blank, to be filled in by hand") if sheet.blank else Words("")
    return DocumentHead(
        title=t("Inspection sheet"),
        number=sheet.number,
        meta=meta,
        qr=qr if sheet.number else "",
        mark=mark,
    )


def _compose(sheet: InspectionSheet, flow: DocumentFlow) -> None:
    t = flow.t
    flow.handwriting = sheet.blank
    for stop in sheet.stops:
        safety_stop(flow, t("Safety stop: {why}", why=said(t, stop)))
    for stop in sheet.terminal_stops:
        safety_stop(flow, said(t, stop))
    known = merchant_facts(t, sheet.merchant, boxes=sheet.blank)
    if sheet.device.serial:
        known = [*known, *device_facts(t, sheet.device, sheet.made_at.date())]
    facts(flow, known)
    if sheet.device.serial:
        section(flow, t("Serial number check"))
        facts(flow, _serial_facts(sheet, t))
        if sheet.blank:
            written_lines(flow, [[t("SN found")]])
    section(flow, t("Checklist"))
    _checklist(sheet, flow)
    section(flow, t("Outcome"))
    if sheet.blank:
        _room_for_outcome(flow)
    else:
        _outcome(sheet, flow)
    _signing(sheet, flow)
    photos(flow, sheet.photos, sheet.kept)


def _serial_facts(sheet: InspectionSheet, t: DocumentLanguages) -> list[LabelledFact]:
    pairs = [LabelledFact(t("Listed SN"), sheet.device.serial)]
    if not sheet.blank:
        pairs.append(LabelledFact(t("SN found"), sheet.found_serial))
    if sheet.found_serial:
        same = sheet.found_serial.upper() == sheet.device.serial.upper()
        pairs.append(LabelledFact(t("Match"), _match(t, same)))
    return pairs


def _match(t: DocumentLanguages, same: bool) -> RichText:
    """What comparing the two numbers gives: the program's word, so without anybody's mark."""
    if same:
        return t("matches the list").spans()
    return t("differs: suspected substitution").spans(STRONG)


_ROWS_TO_WRITE = 8
"""Rows of a blank sheet whose plan has no checklist."""


def _checklist(sheet: InspectionSheet, flow: DocumentFlow) -> None:
    t = flow.t
    columns = (
        PrintColumn(t("Item"), 2.4),
        PrintColumn(t("Standard"), 1.8),
        PrintColumn(t("Outcome"), mm=27 if not t.wide else 31),
        PrintColumn(t("Value"), 0.9),
        PrintColumn(t("Remark"), 1.3),
    )
    rows: list[Row] = []
    if sheet.blank and not sheet.lines and flow.house.holds_together:
        rows = [[BLANK, BLANK, _result(t, ""), BLANK, BLANK]] * _ROWS_TO_WRITE
    open_tasks = {task.task for task in sheet.unfinished}
    group = LocalizedText()
    for line in sheet.lines:
        if line.group != group and line.group:
            group = line.group
            rows.append(RowGroup(said(t, group).spans(STRONG)))
        rows.append(
            [
                said(t, line.item).spans(),
                said(t, line.standard).spans(QUIET),
                _result(t, line.result)
                if line.result or sheet.blank
                else _unanswered(t, is_open=line.group in open_tasks),
                said(t, line.value).spans(),
                listed(line.remark, line.follow_up),
            ]
        )
    table(flow, columns, rows, numbered=True, empty=t("The checklist has no lines."))


def _result(t: DocumentLanguages, result: str) -> RichText:
    """The answer in a word, or boxes to tick; never by colour alone."""
    if result:
        box = {"passed": TICKED, "failed": CROSSED}.get(result, EMPTY)
        style = STRONG if result == "failed" else QUIET if result == "na" else None
        words = t.word("check_result", result)
        if result == "noted":
            return words.spans()
        spans = words.spans(style) if style else words.spans()
        return (TextSpan(f"{box} "), *spans)
    boxes = " ".join(f"{EMPTY}{mark}" for mark in ("✓", "✕", "N/A"))
    return TextSpan(boxes, LABEL)


def _unanswered(t: DocumentLanguages, *, is_open: bool) -> RichText:
    """A line nobody answered: still to be done, or an optional one of a finished checklist."""
    return t.word("unfinished_task", "open").spans(QUIET) if is_open else (TextSpan("—"),)


def _room_for_outcome(flow: DocumentFlow) -> None:
    """The places of the outcome, for a pen."""
    t = flow.t
    written_lines(
        flow,
        [
            [t("Arrived"), t("Finished"), t("Inspector")],
            [t("Test slips"), t("Incidents opened"), t("Next due")],
        ],
    )


def _outcome(sheet: InspectionSheet, flow: DocumentFlow) -> None:
    t = flow.t
    count = Counter(line.result for line in sheet.lines)
    pairs = []
    if any(line.result for line in sheet.lines):
        pairs = [
            LabelledFact(t("Overall"), _overall(sheet, t, count["failed"]), wide=True),
            LabelledFact(t("Passed / failed"), f"{count['passed']} / {count['failed']}"),
            LabelledFact(t("Not applicable"), str(count["na"])),
            *([LabelledFact(t("Recorded"), str(count["noted"]))] if count["noted"] else []),
        ]
    pairs += [
        LabelledFact(t("Start of work"), t.moment(sheet.visited_at)),
        LabelledFact(t("Finished"), t.moment(sheet.finished_at)),
        LabelledFact(t("Test slips"), t.names(sheet.slips).first),
        LabelledFact(t("Incidents opened"), t.names(sheet.problems).first),
        LabelledFact(t("Next due"), sheet.next_due),
        LabelledFact(t("Attached"), attached(t, sheet.photos, sheet.kept)),
        LabelledFact(t("Inspector"), listed(sheet.technician, sheet.technician_code)),
        *(_unfinished(t, task) for task in sheet.unfinished),
    ]
    facts(flow, pairs)


def _overall(sheet: InspectionSheet, t: DocumentLanguages, failed: int) -> RichText:
    """What the marked lines come to: not finished, something failed, or all passed."""
    if sheet.unfinished:
        return t("not finished").spans(STRONG)
    if failed:
        found = t.plural("{count} line failed", "{count} lines failed", failed)
        return found.spans(STRONG)
    return t("passed").spans(STRONG)


def _unfinished(t: DocumentLanguages, task: UnfinishedTask) -> LabelledFact:
    """What stands open of a task, and why: paper must not look as if all was done."""
    words = t.word("unfinished_task", task.state)
    name = said(t, task.task)
    reason = [TextSpan(f" · {task.reason}")] if task.reason else []
    return LabelledFact(words, (*name.spans(), *reason), wide=True)


def _signing(sheet: InspectionSheet, flow: DocumentFlow) -> None:
    t = flow.t
    merchant = sheet.merchant_signed.signer if sheet.merchant_signed else ""
    signatures(
        flow,
        [
            SignaturePlace(t("Merchant"), merchant, sheet.merchant_signed),
            SignaturePlace(t("Inspector"), sheet.technician, sheet.technician_signed),
            SignaturePlace(t("Seal / rating"), stamp=True, extra=ratings(t, sheet.satisfaction)),
        ],
        before=4 * MM,
    )


KIND = DocumentKind(
    id="inspection",
    title=N_("Inspection sheet"),
    sheet=InspectionSheet,
    head=_head,
    compose=_compose,
    for_merchant=True,
    compact=True,
)
