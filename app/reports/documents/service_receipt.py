"""The service report as a receipt."""

from __future__ import annotations

from app.reports.documents.languages import DocumentFlow
from app.reports.documents.receipt_parts import (
    BLACK,
    BODY,
    GAP,
    STRONG,
    both,
    fact,
    foot,
    heading,
    rule,
    words,
)
from app.reports.documents.service_parts import (
    FINISHED,
    other_told,
    part_amount,
    stops_on,
    total_due,
)
from app.reports.documents.service_sheet import PartLine, ServiceReportSheet
from app.reports.documents.shared_blocks import listed, said
from app.reports.documents.signature_boxes import draw_ink
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.flow import FlowItem
from app.reports.typeset.line_breaking import break_lines
from app.reports.typeset.style import MM, Style

_SIGNING = 18 * MM


def compose_receipt(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    """Everything a merchant needs of the report; the code and the hash stand for the rest."""
    _head(sheet, flow)
    rule(flow)
    _said(sheet, flow)
    rule(flow)
    _money(sheet, flow)
    _signed(sheet, flow)
    foot(flow, sheet.made_at)


def _head(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    t = flow.t
    heading(flow, "service_report", t("Terminal service report"), sheet.number)
    if sheet.state not in FINISHED:
        state = t.word("incident_state", sheet.state)
        words(flow, t("Draft: {state}", state=state), STRONG)
    for stop in stops_on(sheet.fault, sheet.terminal_stops):
        words(flow, said(t, stop), STRONG)


def _said(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    t, fault, outcome = flow.t, sheet.fault, sheet.outcome
    fact(flow, t("Merchant"), listed(sheet.merchant.name, sheet.merchant.mid))
    fact(flow, t("Address"), sheet.merchant.address)
    model = " ".join(filter(None, (sheet.device.manufacturer, sheet.device.model)))
    fact(flow, t("Terminal"), model)
    fact(flow, t("TID / SN"), " / ".join(filter(None, (sheet.device.tid, sheet.device.serial))))
    fact(flow, t("Reported"), t.moment(sheet.reported_at))
    fact(flow, t("Finished"), t.moment(sheet.finished_at))
    rule(flow)
    if sheet.request is not None:
        fact(flow, t("Asked for"), said(t, sheet.request.what).spans(BODY))
    fact(flow, t("Symptom"), listed(fault.code, fault.reported))
    shown = fault.confirmed or fault.suggested
    fact(flow, t("Fault class"), t.word("fault_class", shown).spans(BODY) if shown else "")
    fact(flow, t("Work done"), outcome.work_done)
    if outcome.result:
        fact(flow, t("Result"), t.word("result", outcome.result).spans(STRONG))
    for other in sheet.others:
        fact(flow, t("Also reported"), other_told(t, other).spans(BODY))
    if sheet.swap is not None:
        fact(flow, t("Swap"), f"{sheet.swap.old_serial} → {sheet.swap.new_serial}")
    fact(flow, t("Advice"), outcome.advice)
    fact(flow, t("Next visit"), outcome.next_visit)


def _money(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    """Parts with what each costs, the fees that were entered, and the sum; blank when unknown."""
    t, outcome = flow.t, sheet.outcome
    for part in sheet.parts:
        _amount(flow, f"{part.name} × {part.quantity}", _price(flow, part))
    for name, cents in (
        (t("Call-out fee"), outcome.callout_fee_cents),
        (t("Labour fee"), outcome.labour_fee_cents),
        (t("Service fee"), outcome.fee_cents),
    ):
        if cents:
            _amount(flow, both(name), t.money(cents))
    due = total_due(sheet)
    if due or any(part_amount(part) is None for part in sheet.parts):
        _amount(flow, both(t("Total due")), t.money(due) if due is not None else "", STRONG)
    if not sheet.parts:
        finished = sheet.state in FINISHED
        none = t("No parts were recorded") if finished else t("No parts recorded yet")
        words(flow, none, BODY)


def _price(flow: DocumentFlow, part: PartLine) -> str:
    if part.in_warranty:
        return flow.t("warranty").first
    amount = part_amount(part)
    return flow.t.money(amount) if amount else ""


def _signed(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    t, merchant = flow.t, sheet.acceptance.merchant
    rule(flow)
    fact(flow, t("Technician"), listed(sheet.technician, sheet.technician_code, sheet.badge_no))
    if merchant is not None and merchant.reason:
        words(flow, t("No signature because: {reason}", reason=merchant.reason), BODY)
        return
    signer = merchant.signer if merchant is not None else sheet.acceptance.confirmed_by
    fact(flow, t("Signature of the merchant"), signer)
    ink = merchant.ink if merchant is not None else None

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        canvas.rule(x, top + _SIGNING, flow.width, colour=BLACK)
        if ink is not None:
            with canvas.figure(both(t("Signature of the merchant"))):
                draw_ink(canvas, ink, (x, top), (flow.width, _SIGNING))

    flow.add(FlowItem(height=_SIGNING + GAP, draw=draw))


def _amount(flow: DocumentFlow, name: str, amount: str, style: Style = BODY) -> None:
    """A name at the left, an amount at the right of its last line; one that is not known leaves a
    line to write it on."""
    told = break_lines(amount, flow.width, style)
    room = flow.width - (told[0].width if amount else 22 * MM) - 2 * MM
    lines = break_lines(name, room, style)
    height = sum(line.leading for line in lines)

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        y = top
        for line in lines:
            line.draw(canvas, x, y)
            y += line.leading
        if amount:
            told[0].draw(canvas, x + flow.width - told[0].width, y - told[0].leading)
        else:
            canvas.rule(x + flow.width - 22 * MM, y - 1 * MM, 22 * MM, colour=BLACK)

    flow.add(FlowItem(height=height, draw=draw))
