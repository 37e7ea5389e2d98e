"""路线单: a technician's day, stop by stop, with boxes to tick."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from app.i18n import N_
from app.languages import LocalizedText
from app.reports.data.sheets import ADDED_LATER
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.shared_blocks import listed, said
from app.reports.documents.signature_boxes import SignaturePlace, signatures
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import EMPTY
from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.codes import draw_qr
from app.reports.typeset.flow import FlowItem
from app.reports.typeset.line_breaking import RichText, TextLine, TextSpan, break_lines
from app.reports.typeset.style import (
    BODY,
    LABEL,
    LINE,
    MM,
    NOTE,
    QUIET,
    SMALL,
    STRONG,
    THIN,
    WARNING,
)

_QR = 15 * MM
_NUMBER = 9 * MM


@dataclass(frozen=True, slots=True)
class StopTask:
    """One thing to do, for which terminals."""

    plan: LocalizedText
    terminals: tuple[str, ...] = ()
    late: bool = False


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An open incident at the stop."""

    number: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedStop:
    """One stop."""

    order: int
    number: str
    merchant: str
    address: str
    contact: str = ""
    phone: str = ""
    start: str = ""
    minutes: int = 0
    kilometres: float = 0.0
    window_until: date | None = None
    tasks: tuple[StopTask, ...] = ()
    incidents: tuple[OpenIncident, ...] = ()
    companion: str = field(default="", metadata=ADDED_LATER)
    """Who else goes there, with a phone number: work for two begins when both are there."""
    stops: tuple[LocalizedText, ...] = field(default=(), metadata=ADDED_LATER)
    """Safety stops of terminals there that nobody lifted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSheet:
    """A technician's day."""

    number: str
    made_at: datetime
    day: date
    technician: str
    code: str = ""
    phone: str = ""
    kilometres: float = 0.0
    minutes: int = 0
    stops: tuple[PrintedStop, ...] = ()
    over: int = field(default=0, metadata=ADDED_LATER)
    """Minutes more than fit into the day."""


def _head(sheet: RouteSheet, t: DocumentLanguages) -> DocumentHead:
    weekday = Words(*(part.weekday(sheet.day) for part in (t.first, t.second) if part))
    day = t.same(t.day(sheet.day)).joined(weekday, " ")
    who = t.same(listed(sheet.code, sheet.technician, sheet.phone))
    return DocumentHead(title=t("Day route"), number=sheet.number, meta=day.joined(who))


def _compose(sheet: RouteSheet, flow: DocumentFlow) -> None:
    t = flow.t
    flow.words(
        t(
            "{stops} stops, {hours} h with driving, about {km} km",
            stops=len(sheet.stops),
            hours=f"{sheet.minutes / 60:.1f}",
            km=f"{sheet.kilometres:.1f}",
        ),
        STRONG,
    )
    if sheet.over:
        hours = f"{sheet.over / 60:.1f}"
        flow.words(t("Too much for one day: {hours} h more than it has", hours=hours), WARNING)
    flow.space(1.5 * MM)
    if not sheet.stops:
        flow.words(t("No visit is planned for this day."), QUIET, before=4)
    for stop in sheet.stops:
        flow.add(_stop(t, stop, sheet.day, flow.width))
    flow.space(6)
    flow.words(
        t(
            "Times and distances are estimates from coordinates. Show the order number and your"
            " badge on request."
        ),
        NOTE,
    )
    signatures(
        flow, [SignaturePlace(t("Technician"), sheet.technician), SignaturePlace(t("Checked"))]
    )


def _stop(t: DocumentLanguages, stop: PrintedStop, day: date, width: float) -> FlowItem:
    room = width - _NUMBER - _QR - 5 * MM
    lines = _lines(t, stop, day, room)
    height = max(sum(line.leading for line in lines), _QR + SMALL.leading) + 3.5 * MM
    order = break_lines(str(stop.order), _NUMBER, STRONG)
    caption = break_lines(stop.number, _QR + 4 * MM, NOTE)

    def draw(canvas: PageCanvas, x: float, top: float) -> None:
        canvas.rule(x, top, width, width=THIN, colour=LINE)
        y = top + 1.8 * MM
        for line in order:
            line.draw(canvas, x + (_NUMBER - line.width) / 2 - 1.5 * MM, y)
        for line in lines:
            line.draw(canvas, x + _NUMBER, y)
            y += line.leading
        edge = x + width
        draw_qr(canvas, (edge - _QR, top + 1.8 * MM), _QR, stop.number)
        y = top + 1.8 * MM + _QR + 0.5 * MM
        for line in caption[:1]:
            line.draw(canvas, edge - (_QR + line.width) / 2, y)

    return FlowItem(height=height, draw=draw)


def _lines(t: DocumentLanguages, stop: PrintedStop, day: date, room: float) -> list[TextLine]:
    lines = break_lines(
        (
            TextSpan(stop.merchant or stop.number, STRONG),
            TextSpan(
                "  "
                + listed(
                    stop.start,
                    t("{n} min", n=stop.minutes).first,
                    t("{km} km", km=f"{stop.kilometres:.1f}").first,
                    _until(t, stop, day),
                ),
                LABEL,
            ),
        ),
        room,
    )
    lines += break_lines(listed(stop.address, stop.contact, stop.phone), room, BODY)
    for told in stop.stops:
        lines += _danger(t, told, room)
    if stop.companion:
        lines += break_lines(t("For two, with {name}", name=stop.companion).first, room, STRONG)
    lines += _boxes(t, stop, room)
    arrived = t("arrived ____:____　left ____:____　result ________________")
    lines += break_lines(arrived.first, room, NOTE)
    return lines


def _danger(t: DocumentLanguages, told: LocalizedText, room: float) -> list[TextLine]:
    """A safety stop, and smaller below it what to do at once."""
    head, _line, do = said(t, told).first.partition("\n")
    return [*break_lines(head, room, WARNING), *(break_lines(do, room, SMALL) if do else ())]


def _until(t: DocumentLanguages, stop: PrintedStop, day: date) -> str:
    if stop.window_until is None:
        return ""
    until = t.first.short_day(stop.window_until, day)
    return t("on time until {day}", day=until).first


def _boxes(t: DocumentLanguages, stop: PrintedStop, room: float) -> list[TextLine]:
    lines: list[TextLine] = []
    at: dict[tuple[str, ...], list[StopTask]] = {}
    for one in stop.tasks:
        at.setdefault(one.terminals, []).append(one)
    for terminals, tasks in at.items():
        spans: list[TextSpan] = []
        for task in tasks:
            spans += [TextSpan(f"{EMPTY} ", BODY), *said(t, task.plan).spans(), TextSpan("  ")]
            if task.late:
                spans += [
                    TextSpan("× ", WARNING),
                    *t.word("occurrence_state", "missed").spans(WARNING),
                    TextSpan("  "),
                ]
        spans.append(TextSpan(t.names(terminals).first, SMALL))
        lines += break_lines(spans, room)
    for incident in stop.incidents:
        text: RichText = (
            TextSpan(f"{EMPTY} ", BODY),
            TextSpan(f"{incident.number} ", STRONG),
            TextSpan(incident.text, BODY),
        )
        lines += break_lines(text, room)
    return lines


KIND = DocumentKind(
    id="route",
    title=N_("Day route"),
    sheet=RouteSheet,
    head=_head,
    compose=_compose,
    code="DR",
)
