"""What receipts share: papers on a roll of 58 or 80 mm, as the printer of a shop takes it, black
only, one thing below the other, as long as it has to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.reports.documents.languages import DocumentFlow, to_the_second
from app.reports.typeset.bilingual import Words
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.codes import draw_qr
from app.reports.typeset.flow import FlowItem
from app.reports.typeset.line_breaking import RichText, TextSpan, break_lines, spans_of
from app.reports.typeset.structure import Element
from app.reports.typeset.style import MM, Style

BLACK = (0.0, 0.0, 0.0)
"""A thermal head knows no grey."""
BODY = Style(8.5, 11.5, colour=BLACK)
STRONG = replace(BODY, bold=True)
TITLE = Style(12, 15.5, True, BLACK)
FINE = Style(7, 9.5, colour=BLACK)
_QR = 36 * MM
"""At 203 dots to the inch a module of a signed code is five dots wide."""
GAP = 1.6 * MM


def heading(flow: DocumentFlow, kind: str, title: Words, number: str) -> None:
    """The company, what the paper is called (`title` unless the company calls that kind by a name
    of its own), and its number."""
    t = flow.t
    if flow.house.company:
        flow.text(flow.house.company, STRONG)
    own = flow.house.title(kind)
    called = t.pick(own) if own else title
    lines = [line for text in called.lines for line in break_lines(text, flow.width, TITLE)]
    element = Element("H1")
    for line in lines:
        flow.add(FlowItem(height=line.leading, draw=line.draw, keep=True, element=element))
    flow.text(number, TITLE)


def foot(flow: DocumentFlow, made_at: datetime) -> None:
    """The code, the hash, when it was made, and the warning of being asked for a PIN."""
    t = flow.t
    side = min(_QR, flow.width)

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        draw_qr(canvas, (x + (flow.width - side) / 2, top), side, *flow.code)

    flow.add(FlowItem(height=side, draw=draw, before=2 * GAP))
    flow.text([TextSpan(f"{t('Content').first} {flow.check}", FINE)], FINE, before=GAP)
    words(flow, t("As of {moment}", moment=to_the_second(made_at)), FINE)
    if flow.house.notice:
        words(flow, t.pick(flow.house.notice), FINE)
    elif flow.house.phone:
        words(
            flow,
            t(
                "The technician never asks for PIN or CVV; verify this order at {phone}.",
                phone=flow.house.phone,
            ),
            FINE,
        )
    else:
        words(flow, t("The technician never asks for PIN or CVV."), FINE)


def words(flow: DocumentFlow, said: Words, style: Style) -> None:
    """The same words in each language, one below the other."""
    for text in said.lines:
        flow.text(text, style)


def both(words: Words) -> str:
    """Words of both languages on one line."""
    return " ".join(words.lines)


def fact(flow: DocumentFlow, label: Words, value: RichText) -> None:
    """A label and its value; nothing where there is no value."""
    spans = spans_of(value, BODY)
    if any(span.text for span in spans):
        told = [replace(span, style=replace(span.style, colour=BLACK)) for span in spans]
        small = replace(FINE, leading=BODY.leading)
        flow.text([TextSpan(f"{both(label)}\u3000", small), *told], BODY)


def rule(flow: DocumentFlow) -> None:
    """A line across the paper."""

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        canvas.rule(x, top, flow.width, colour=BLACK)

    flow.add(FlowItem(height=GAP, draw=draw, before=GAP))
