"""The service report on a roll of 58 or 80 mm, as the printer of a shop takes it: black only, one
thing below the other, as long as it has to be."""

from __future__ import annotations

from dataclasses import replace

from app.reports.documents.languages import DocumentFlow, to_the_second
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
from app.reports.typeset.bilingual import Words
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.codes import draw_qr
from app.reports.typeset.flow import FlowItem
from app.reports.typeset.line_breaking import RichText, TextSpan, break_lines, spans_of
from app.reports.typeset.structure import Element
from app.reports.typeset.style import MM, Style

_BLACK = (0.0, 0.0, 0.0)
"""A thermal head knows no grey."""
BODY = Style(8.5, 11.5, colour=_BLACK)
STRONG = replace(BODY, bold=True)
TITLE = Style(12, 15.5, True, _BLACK)
FINE = Style(7, 9.5, colour=_BLACK)
_QR = 36 * MM
"""At 203 dots to the inch a module of a signed code is five dots wide."""
_SIGNING = 18 * MM
_GAP = 1.6 * MM


def compose_receipt(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    """Everything a merchant needs of the report; the code and the hash stand for the rest."""
    _head(sheet, flow)
    _rule(flow)
    _said(sheet, flow)
    _rule(flow)
    _money(sheet, flow)
    _signed(sheet, flow)
    _foot(sheet, flow)


def _head(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    t = flow.t
    if flow.house.company:
        flow.text(flow.house.company, STRONG)
    own = flow.house.title("service_report")
    title = t.pick(own) if own else t("Terminal service report")
    lines = [line for text in title.lines for line in break_lines(text, flow.width, TITLE)]
    heading = Element("H1")
    for line in lines:
        flow.add(FlowItem(height=line.leading, draw=line.draw, keep=True, element=heading))
    flow.text(sheet.number, TITLE)
    if sheet.state not in FINISHED:
        state = t.word("incident_state", sheet.state)
        _words(flow, t("Draft: {state}", state=state), STRONG)
    for stop in stops_on(sheet.fault, sheet.terminal_stops):
        _words(flow, said(t, stop), STRONG)


def _said(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    t, fault, outcome = flow.t, sheet.fault, sheet.outcome
    _fact(flow, t("Merchant"), listed(sheet.merchant.name, sheet.merchant.mid))
    _fact(flow, t("Address"), sheet.merchant.address)
    model = " ".join(filter(None, (sheet.device.manufacturer, sheet.device.model)))
    _fact(flow, t("Terminal"), model)
    _fact(flow, t("TID / SN"), " / ".join(filter(None, (sheet.device.tid, sheet.device.serial))))
    _fact(flow, t("Reported"), t.moment(sheet.reported_at))
    _fact(flow, t("Finished"), t.moment(sheet.finished_at))
    _rule(flow)
    if sheet.request is not None:
        _fact(flow, t("Asked for"), said(t, sheet.request.what).spans(BODY))
    _fact(flow, t("Symptom"), listed(fault.code, fault.reported))
    shown = fault.confirmed or fault.suggested
    _fact(flow, t("Fault class"), t.word("fault_class", shown).spans(BODY) if shown else "")
    _fact(flow, t("Work done"), outcome.work_done)
    if outcome.result:
        _fact(flow, t("Result"), t.word("result", outcome.result).spans(STRONG))
    for other in sheet.others:
        _fact(flow, t("Also reported"), other_told(t, other).spans(BODY))
    if sheet.swap is not None:
        _fact(flow, t("Swap"), f"{sheet.swap.old_serial} → {sheet.swap.new_serial}")
    _fact(flow, t("Advice"), outcome.advice)
    _fact(flow, t("Next visit"), outcome.next_visit)


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
            _amount(flow, _both(name), t.money(cents))
    due = total_due(sheet)
    if due or any(part_amount(part) is None for part in sheet.parts):
        _amount(flow, _both(t("Total due")), t.money(due) if due is not None else "", STRONG)
    if not sheet.parts:
        finished = sheet.state in FINISHED
        none = t("No parts were recorded") if finished else t("No parts recorded yet")
        _words(flow, none, BODY)


def _price(flow: DocumentFlow, part: PartLine) -> str:
    if part.in_warranty:
        return flow.t("warranty").first
    amount = part_amount(part)
    return flow.t.money(amount) if amount else ""


def _signed(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    t, merchant = flow.t, sheet.acceptance.merchant
    _rule(flow)
    _fact(flow, t("Technician"), listed(sheet.technician, sheet.technician_code, sheet.badge_no))
    if merchant is not None and merchant.reason:
        _words(flow, t("No signature because: {reason}", reason=merchant.reason), BODY)
        return
    signer = merchant.signer if merchant is not None else sheet.acceptance.confirmed_by
    _fact(flow, t("Signature of the merchant"), signer)
    ink = merchant.ink if merchant is not None else None

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        canvas.rule(x, top + _SIGNING, flow.width, colour=_BLACK)
        if ink is not None:
            with canvas.figure(_both(t("Signature of the merchant"))):
                draw_ink(canvas, ink, (x, top), (flow.width, _SIGNING))

    flow.add(FlowItem(height=_SIGNING + _GAP, draw=draw))


def _foot(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    t = flow.t
    side = min(_QR, flow.width)

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        draw_qr(canvas, (x + (flow.width - side) / 2, top), side, *flow.code)

    flow.add(FlowItem(height=side, draw=draw, before=2 * _GAP))
    flow.text([TextSpan(f"{t('Content').first} {flow.check}", FINE)], FINE, before=_GAP)
    _words(flow, t("As of {moment}", moment=to_the_second(sheet.made_at)), FINE)
    if flow.house.notice:
        _words(flow, t.pick(flow.house.notice), FINE)
    elif flow.house.phone:
        _words(
            flow,
            t(
                "The technician never asks for PIN or CVV; verify this order at {phone}.",
                phone=flow.house.phone,
            ),
            FINE,
        )
    else:
        _words(flow, t("The technician never asks for PIN or CVV."), FINE)


def _words(flow: DocumentFlow, words: Words, style: Style) -> None:
    for text in words.lines:
        flow.text(text, style)


def _both(words: Words) -> str:
    return " ".join(words.lines)


def _fact(flow: DocumentFlow, label: Words, value: RichText) -> None:
    spans = spans_of(value, BODY)
    if any(span.text for span in spans):
        told = [replace(span, style=replace(span.style, colour=_BLACK)) for span in spans]
        small = replace(FINE, leading=BODY.leading)
        flow.text([TextSpan(f"{_both(label)}\u3000", small), *told], BODY)


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
            canvas.rule(x + flow.width - 22 * MM, y - 1 * MM, 22 * MM, colour=_BLACK)

    flow.add(FlowItem(height=height, draw=draw))


def _rule(flow: DocumentFlow) -> None:
    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        canvas.rule(x, top, flow.width, colour=_BLACK)

    flow.add(FlowItem(height=_GAP, draw=draw, before=_GAP))
