"""路线单: a technician's day, stop by stop, to be ticked off on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.i18n import N_
from app.reports.blocks import EMPTY
from app.reports.codes import draw_qr
from app.reports.frame import Head
from app.reports.kind import Kind
from app.reports.parts import listed, said
from app.reports.pen import Pen
from app.reports.sheets import Bilingual
from app.reports.signing import Place, signatures
from app.reports.story import Story, Strip
from app.reports.style import BODY, LABEL, LINE, MM, NOTE, QUIET, SMALL, STRONG, THIN, WARNING
from app.reports.text import Line, Rich, Span, lay
from app.reports.words import Speech, Words

_QR = 15 * MM
_NUMBER = 9 * MM


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do, for which terminals."""

    plan: Bilingual
    terminals: tuple[str, ...] = ()
    late: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """An open incident at the stop."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Stop:
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
    tasks: tuple[Task, ...] = ()
    incidents: tuple[Open, ...] = ()


@dataclass(frozen=True, slots=True)
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
    stops: tuple[Stop, ...] = ()


def _head(sheet: RouteSheet, t: Speech) -> Head:
    weekday = Words(*(part.weekday(sheet.day) for part in (t.first, t.second) if part))
    day = t.same(t.day(sheet.day)).joined(weekday, " ")
    who = t.same(listed(sheet.code, sheet.technician, sheet.phone))
    return Head(t("Day route"), sheet.number, day.joined(who))


def _compose(sheet: RouteSheet, story: Story) -> None:
    t = story.t
    story.words(
        t("{stops} stops, {hours} h with driving, about {km} km", stops=len(sheet.stops),
          hours=f"{sheet.minutes / 60:.1f}", km=f"{sheet.kilometres:.1f}"),
        STRONG,
    )  # fmt: skip
    story.space(1.5 * MM)
    if not sheet.stops:
        story.words(t("No visit is planned for this day."), QUIET, before=4)
    for stop in sheet.stops:
        story.add(_stop(t, stop, story.width))
    story.space(6)
    story.words(
        t("Times and distances are estimates from coordinates. Show the order number and your"
          " badge on request."),
        NOTE,
    )  # fmt: skip
    signatures(story, [Place(t("Technician"), sheet.technician), Place(t("Checked"))])


def _stop(t: Speech, stop: Stop, width: float) -> Strip:
    room = width - _NUMBER - _QR - 5 * MM
    lines = _lines(t, stop, room)
    height = max(sum(line.leading for line in lines), _QR + SMALL.leading) + 3.5 * MM
    order = lay(str(stop.order), _NUMBER, STRONG)
    caption = lay(stop.number, _QR + 4 * MM, NOTE)

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.rule(x, top, width, width=THIN, colour=LINE)
        y = top + 1.8 * MM
        for line in order:
            line.draw(pen, x + (_NUMBER - line.width) / 2 - 1.5 * MM, y)
        for line in lines:
            line.draw(pen, x + _NUMBER, y)
            y += line.leading
        edge = x + width
        draw_qr(pen, (edge - _QR, top + 1.8 * MM), _QR, stop.number)
        y = top + 1.8 * MM + _QR + 0.5 * MM
        for line in caption[:1]:
            line.draw(pen, edge - (_QR + line.width) / 2, y)

    return Strip(height, draw)


def _lines(t: Speech, stop: Stop, room: float) -> list[Line]:
    lines = lay(
        (Span(stop.merchant or stop.number, STRONG),
         Span("  " + listed(stop.start, t("{n} min", n=stop.minutes).first,
                            f"{stop.kilometres:.1f} km", _until(t, stop)), LABEL)),
        room,
    )  # fmt: skip
    lines += lay(listed(stop.address, stop.contact, stop.phone), room, BODY)
    lines += _boxes(t, stop, room)
    arrived = t("arrived ____:____　left ____:____　result ________________")
    lines += lay(arrived.first, room, NOTE)
    return lines


def _until(t: Speech, stop: Stop) -> str:
    if stop.window_until is None:
        return ""
    return t("on time until {day}", day=f"{stop.window_until:%m-%d}").first


def _boxes(t: Speech, stop: Stop, room: float) -> list[Line]:
    lines: list[Line] = []
    for task in stop.tasks:
        name = said(t, task.plan)
        spans: list[Span] = [Span(f"{EMPTY} ", BODY), *name.spans(), Span("  ")]
        spans.append(Span("、".join(task.terminals), SMALL))
        if task.late:
            spans += [Span("  × ", WARNING), *t.word("occurrence_state", "missed").spans(WARNING)]
        lines += lay(spans, room)
    for incident in stop.incidents:
        text: Rich = (
            Span(f"{EMPTY} ", BODY), Span(f"{incident.number} ", STRONG), Span(incident.text, BODY),
        )  # fmt: skip
        lines += lay(text, room)
    return lines


KIND = Kind("route", N_("Day route"), RouteSheet, _head, _compose)
