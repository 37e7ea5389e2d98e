"""Turns a dispatch board into cells of a grid, and its work into badges and lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from app.domain.dispatch.board import Board, BoardItem
from app.domain.dispatch.dispatches import DispatchState, WorkType
from app.domain.incidents.lifecycle import Priority
from app.domain.incidents.terminal_stops import StopsOfWork
from app.domain.maintenance.workload_figures import DayLoad
from app.domain.register.people import Technician
from app.gui.toolkit.day_grid_cells import NO_GRID, Chip, GridCell, GridContent
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.theme import Badge
from app.texts import word
from app.texts.dispatch import work_place
from app.texts.safety_stops import with_what_to_do

_ICONS = {WorkType.INCIDENT: "triangle-alert", WorkType.VISIT: "calendar-days"}
_TONES = {Priority.P1: "danger", Priority.P2: "warning"}
_ANSWERS = {
    DispatchState.ASSIGNED: ("accent", "bell"),
    DispatchState.SEEN: ("accent", "eye"),
    DispatchState.ACCEPTED: ("ok", "check"),
    DispatchState.REFUSED: ("danger", "undo-2"),
}


@dataclass(frozen=True, slots=True)
class BoardView:
    """A board as the page shows it: what each day holds, and the finished grid."""

    board: Board
    work: dict[tuple[str, date], tuple[BoardItem, ...]]
    loads: dict[tuple[str, date], DayLoad]
    grid: GridContent
    dangers: StopsOfWork
    """Safety stops whoever does a piece of work meets, by its id."""

    def room(self, technician_id: str, day: date) -> int:
        """Minutes of somebody's working day."""
        return self.board.rooms.get(technician_id, {}).get(day, 0)


def board_view(board: Board, area: str = "", dangers: StopsOfWork | None = None) -> BoardView:
    """Technicians as rows, days as columns; of one area, or of all.  Days nobody works and nothing
    is planned on are left out of a longer span."""
    work, loads = board.cells(), board.loads()
    people = [p for p in board.people if not area or not p.areas or area in p.areas]
    days = [
        day
        for day in board.days
        if len(board.days) == 1
        or day == board.today
        or any(board.rooms[p.id].get(day) or (p.id, day) in work for p in people)
    ]
    view = BoardView(board, work, loads, NO_GRID, dangers or {})
    rows = tuple(tuple(_cell(view, person, day, area) for day in days) for person in people)
    columns = tuple(words().heading(day) for day in days)
    return replace(view, grid=GridContent(columns, tuple(p.name for p in people), rows))


def _cell(view: BoardView, person: Technician, day: date, area: str) -> GridCell:
    board, load = view.board, view.loads.get((person.id, day))
    work = [one for one in view.work.get((person.id, day), ()) if area in ("", one.area)]
    away, room = day in board.leave[person.id], view.room(person.id, day)
    leave = [Chip(Badge(_("On leave"), "neutral", "user"))] if away else []
    chips = (*leave, *(_chip(view, item) for item in work))
    note = load_text(load, room) or (_("Day off") if not room and not away else "")
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
    minutes, whole = round(load.minutes), load.room or room
    if not whole:
        return " · ".join((_("Day off"), _("{minutes} min", minutes=minutes)))
    return _("{minutes}/{room} min", minutes=minutes, room=whole)


def _chip(view: BoardView, item: BoardItem) -> Chip:
    board, stops = view.board, view.dangers.get(item.id, ())
    stopped = bool(stops)
    said = answer_badge(item)
    new = said.text if said is not None and item.is_new else ""
    late = _("Overdue") if item.due_on < board.today else ""
    # The end of a line is cut off where days are narrow: where stands first, and what presses is
    # told by symbol and tint, too.
    where = (work_place(words(), item), item.area)
    danger = _("Safety stop") if stopped else ""
    text = " · ".join(
        filter(None, (danger, *where, word(words(), "priority", item.priority), new, late))
    )
    tone = "danger" if late else _TONES.get(item.priority or Priority.P4, "accent")
    if item.type is WorkType.VISIT and not late:
        tone = "neutral"
    if stopped:
        tone = "danger"
    symbol = (
        "triangle-alert" if stopped else "bell" if new else "clock" if late else _ICONS[item.type]
    )
    return Chip(
        Badge(text, tone, symbol),
        (item.id,),
        movable(item),
        "\n".join(filter(None, (with_what_to_do(words(), stops), hint(item)))),
    )


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
        return Badge(word(words(), "priority", item.priority), tone, _ICONS[item.type])
    return Badge(word(words(), "kind", item.type), "neutral", _ICONS[item.type])


def what(item: BoardItem) -> str:
    """What is to be done, in a few words."""
    if item.type is WorkType.VISIT:
        return plural("{count} task", "{count} tasks", item.tasks)
    return item.detail


def hint(item: BoardItem) -> str:
    """A piece of work in two lines: what and where, who answered what."""
    minutes = _("{minutes} min", minutes=item.minutes)
    first = " · ".join(
        filter(None, (item.number, work_place(words(), item), what(item), item.area, minutes))
    )
    return "\n".join(filter(None, (first, history(item))))


def history(item: BoardItem) -> str:
    """Who gave it out or refused it, and why."""
    given = item.dispatch
    if given is None:
        return ""
    if given.state is DispatchState.REFUSED:
        return _("Refused by {name}: {reason}", name=given.technician, reason=given.refusal)
    t = words()
    told = [_("Given by {who}, {moment}", who=given.giver, moment=t.moment(given.given_at))]
    at = given.answered_at or given.seen_at
    if at is not None:
        told.append(f"{word(t, 'dispatch_state', given.state)} {t.moment(at)}")
    return " · ".join(filter(None, (*told, given.overruling)))
