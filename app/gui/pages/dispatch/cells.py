"""Turns a dispatch board into cells of a grid, and its work into badges and lines."""

from __future__ import annotations

from datetime import date

from app.domain.dispatch.board import Board, BoardItem
from app.domain.dispatch.dispatches import DispatchState, WorkType
from app.domain.incidents.lifecycle import Priority
from app.domain.maintenance.workload_figures import DayLoad
from app.domain.register.people import Technician
from app.gui.toolkit.day_grid_cells import Chip, GridCell, GridContent
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.theme import Badge
from app.texts import word

_ICONS = {WorkType.INCIDENT: "triangle-alert", WorkType.VISIT: "calendar-days"}
_TONES = {Priority.P1: "danger", Priority.P2: "warning"}
_ANSWERS = {
    DispatchState.ASSIGNED: ("warning", "bell"),
    DispatchState.SEEN: ("warning", "eye"),
    DispatchState.ACCEPTED: ("ok", "check"),
    DispatchState.REFUSED: ("danger", "undo-2"),
}


def board_grid(board: Board, area: str = "") -> GridContent:
    """Technicians as rows, days as columns; of one area, or of all."""
    loads = board.loads()
    people = [p for p in board.people if not area or not p.areas or area in p.areas]
    rows = tuple(
        tuple(_cell(board, person, day, loads.get((person.id, day)), area) for day in board.days)
        for person in people
    )
    columns = tuple(f"{words().weekday(day)} {day:%m-%d}" for day in board.days)
    return GridContent(columns, tuple(person.name for person in people), rows)


def _cell(board: Board, person: Technician, day: date, load: DayLoad | None, area: str) -> GridCell:
    work = [one for one in board.cell(person.id, day) if area in ("", one.area)]
    away = day in board.leave[person.id]
    room = board.rooms[person.id].get(day, 0)
    leave = [Chip(Badge(_("On leave"), "neutral", "user"))] if away else []
    chips = (*leave, *(_chip(board, item) for item in work))
    note = load_text(load, room)
    fullness = None
    if load is not None:
        fullness = 2.0 if load.overfull else min(1.0, load.minutes / max(1, load.room))
    over = _("overfull") if load is not None and load.overfull else ""
    head = (person.name, f"{words().day(day)} {words().weekday(day)}", note, over)
    return GridCell(
        day=day,
        technician_id=person.id,
        note=note,
        chips=chips,
        off=not room,
        away=away,
        today=day == board.today,
        load=fullness,
        spoken=", ".join(filter(None, (*head, *(chip.badge.text for chip in chips)))),
    )


def load_text(load: DayLoad | None, room: int) -> str:
    """Minutes planned, driving included, of those there are."""
    if load is None:
        return ""
    return _("{minutes}/{room} min", minutes=round(load.minutes), room=load.room or room)


def _chip(board: Board, item: BoardItem) -> Chip:
    said = answer_badge(item)
    parts = [item.priority.upper() if item.priority else "", item.title]
    late = _("Overdue") if item.due_on < board.today else ""
    marks = [late, said.text if said is not None and item.is_new else ""]
    text = " · ".join(filter(None, (" ".join(filter(None, parts)), *marks)))
    tone = "danger" if late else _TONES.get(item.priority or Priority.P4, "accent")
    if item.type is WorkType.VISIT and not late:
        tone = "neutral"
    return Chip(Badge(text, tone, _ICONS[item.type]), (item.id,), movable(item), hint(item))


def movable(item: BoardItem) -> bool:
    """Whether it may go to somebody else or another day."""
    return not item.begun


def answer_badge(item: BoardItem) -> Badge | None:
    """What the technician made of it."""
    if item.begun:
        return Badge(word(words(), "visit_state", "in_progress"), "accent", "play")
    if item.dispatch is None:
        return None
    tone, icon = _ANSWERS[item.dispatch.state]
    return Badge(word(words(), "dispatch_state", item.dispatch.state), tone, icon)


def type_badge(item: BoardItem) -> Badge:
    """Whether it is an incident, with its priority, or a visit."""
    if item.priority is not None:
        tone = _TONES.get(item.priority, "accent")
        return Badge(item.priority.upper(), tone, _ICONS[item.type])
    return Badge(word(words(), "kind", item.type), "neutral", _ICONS[item.type])


def what(item: BoardItem) -> str:
    """What is to be done, in a few words."""
    if item.type is WorkType.VISIT:
        return plural("{count} task", "{count} tasks", item.tasks)
    return item.detail


def hint(item: BoardItem) -> str:
    """A piece of work in two lines: what and where, who answered what."""
    minutes = _("{minutes} min", minutes=item.minutes)
    first = " · ".join(filter(None, (item.number, item.title, what(item), item.area, minutes)))
    return "\n".join(filter(None, (first, history(item))))


def history(item: BoardItem) -> str:
    """Who gave it out or refused it, and why."""
    given = item.dispatch
    if given is None:
        return ""
    if given.state is DispatchState.REFUSED:
        return _("Refused by {name}: {reason}", name=given.technician, reason=given.refusal)
    told = _("Given by {who}, {moment}", who=given.given_by, moment=words().moment(given.given_at))
    return " · ".join(filter(None, (told, given.overruling)))
