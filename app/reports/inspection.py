"""巡检单: a checklist filled in at a visit, or blank to be filled in by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from app.i18n import N_
from app.reports.blocks import CROSSED, EMPTY, TICKED, Fact, facts, section
from app.reports.frame import Head
from app.reports.kind import Kind
from app.reports.parts import device_facts, listed, merchant_facts, photos, said
from app.reports.sheets import Bilingual, Device, Merchant, Photo, Signed
from app.reports.signing import Place, ratings, signatures
from app.reports.story import Story
from app.reports.style import LABEL, MM, QUIET, STRONG
from app.reports.tables import Column, Group, Row, table
from app.reports.text import Rich, Span
from app.reports.words import Speech, Words


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the checklist.  `result` is ``passed``, ``failed``, ``na`` or empty."""

    item: Bilingual
    standard: Bilingual = field(default_factory=Bilingual)
    result: str = ""
    value: Bilingual = field(default_factory=Bilingual)
    remark: str = ""
    follow_up: str = ""
    group: Bilingual = field(default_factory=Bilingual)


@dataclass(frozen=True, slots=True)
class InspectionSheet:
    """Everything an inspection sheet says; `blank` leaves room for a pen."""

    number: str
    made_at: datetime
    title: Bilingual = field(default_factory=Bilingual)
    blank: bool = False
    merchant: Merchant = field(default_factory=Merchant)
    device: Device = field(default_factory=Device)
    found_serial: str = ""
    due_on: date | None = None
    visited_at: datetime | None = None
    finished_at: datetime | None = None
    technician: str = ""
    technician_code: str = ""
    lines: tuple[Line, ...] = ()
    slips: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    next_due: str = ""
    photos: tuple[Photo, ...] = ()
    merchant_signed: Signed | None = None
    technician_signed: Signed | None = None
    satisfaction: str = ""


def _head(sheet: InspectionSheet, t: Speech) -> Head:
    day = t.day(sheet.visited_at.date() if sheet.visited_at else sheet.due_on)
    plan = said(t, sheet.title)
    meta = Words(listed(day, plan.first), listed(day, plan.second) if plan.second else "")
    qr = f"POSCARE;{sheet.number};{sheet.device.serial};{sheet.device.tid};{day}"
    mark = t("Blank, to be filled in by hand") if sheet.blank else Words("")
    return Head(t("Inspection sheet"), sheet.number, meta, qr if sheet.number else "", mark)


def _compose(sheet: InspectionSheet, story: Story) -> None:
    t = story.t
    story.handwriting = sheet.blank
    facts(story, [
        *merchant_facts(t, sheet.merchant, boxes=sheet.blank),
        *device_facts(t, sheet.device, sheet.made_at.date()),
    ])  # fmt: skip
    section(story, t("Serial number check"))
    facts(story, _serial_facts(sheet, t))
    section(story, t("Checklist"))
    _checklist(sheet, story)
    section(story, t("Outcome"))
    _outcome(sheet, story)
    _signing(sheet, story)
    photos(story, sheet.photos)


def _serial_facts(sheet: InspectionSheet, t: Speech) -> list[Fact]:
    pairs = [
        Fact(t("Listed SN"), sheet.device.serial),
        Fact(t("SN found"), sheet.found_serial or _room(sheet)),
    ]
    if sheet.found_serial:
        same = sheet.found_serial.upper() == sheet.device.serial.upper()
        pairs.append(Fact(t("Match"), _match(t, same)))
    return pairs


def _match(t: Speech, same: bool) -> Rich:
    """What comparing the two numbers gives: the program's word, so without anybody's mark."""
    if same:
        return t("matches the list").spans()
    return t("differs: suspected substitution").spans(STRONG)


def _room(sheet: InspectionSheet) -> str:
    return "＿" * 14 if sheet.blank else ""


def _checklist(sheet: InspectionSheet, story: Story) -> None:
    t = story.t
    columns = (
        Column(t("Item"), 2.4),
        Column(t("Standard"), 1.8),
        Column(t("Outcome"), mm=27 if t.languages == ("zh",) else 31),
        Column(t("Value"), 0.9),
        Column(t("Remark"), 1.3),
    )
    rows: list[Row] = []
    group = Bilingual()
    for line in sheet.lines:
        if line.group != group and line.group.zh:
            group = line.group
            rows.append(Group(said(t, group).spans(STRONG)))
        rows.append([
            said(t, line.item).spans(), said(t, line.standard).spans(QUIET),
            _result(t, line.result), said(t, line.value).spans(),
            listed(line.remark, line.follow_up),
        ])  # fmt: skip
    table(story, columns, rows, numbered=True,
          empty=t("The checklist has no lines."))  # fmt: skip


def _result(t: Speech, result: str) -> Rich:
    """The answer in a word, or boxes to tick; never by colour alone."""
    if result:
        box = {"passed": TICKED, "failed": CROSSED}.get(result, EMPTY)
        style = STRONG if result == "failed" else QUIET if result == "na" else None
        words = t.word("check_result", result)
        spans = words.spans(style) if style else words.spans()
        return (Span(f"{box} "), *spans)
    boxes = " ".join(f"{EMPTY}{mark}" for mark in ("✓", "✕", "N/A"))
    return Span(boxes, LABEL)


def _outcome(sheet: InspectionSheet, story: Story) -> None:
    t = story.t
    room = _room(sheet)
    failed = sum(line.result == "failed" for line in sheet.lines)
    passed = sum(line.result == "passed" for line in sheet.lines)
    answered = any(line.result for line in sheet.lines)
    pairs = [] if sheet.blank or not answered else [
        Fact(t("Passed / failed"), f"{passed} / {failed}"),
        Fact(t("Not applicable"), str(sum(line.result == "na" for line in sheet.lines))),
    ]  # fmt: skip
    pairs += [
        Fact(
            t("Arrived") if sheet.blank else t("Start of work"), t.moment(sheet.visited_at) or room
        ),
        Fact(t("Finished"), t.moment(sheet.finished_at) or room),
        Fact(t("Test slips"), "、".join(sheet.slips) or room),
        Fact(t("Incidents opened"), "、".join(sheet.problems) or room),
        Fact(t("Next due"), sheet.next_due or room),
        Fact(t("Inspector"), listed(sheet.technician, sheet.technician_code) or room),
    ]
    facts(story, pairs)


def _signing(sheet: InspectionSheet, story: Story) -> None:
    t = story.t
    merchant = sheet.merchant_signed.signer if sheet.merchant_signed else ""
    signatures(story, [
        Place(t("Merchant"), merchant, sheet.merchant_signed),
        Place(t("Inspector"), sheet.technician, sheet.technician_signed),
        Place(t("Seal / rating"), extra=ratings(t, sheet.satisfaction)),
    ], before=4 * MM)  # fmt: skip


KIND = Kind("inspection", N_("Inspection sheet"), InspectionSheet, _head, _compose, compact=True)
