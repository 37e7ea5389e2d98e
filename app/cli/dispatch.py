"""``poscare dispatch``: who does what on which day; hand work out, take it back, answer it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from app.cli import visit_work
from app.cli.context import Context, Verb, day_of, plain, table
from app.domain.dispatch.board import Board, BoardItem, Suggestion
from app.domain.dispatch.dispatches import WorkType
from app.domain.incidents.terminal_stops import StopsOfWork
from app.domain.maintenance.workload_figures import DayLoad
from app.domain.register.people import Technician
from app.i18n import Translator
from app.texts import problem_text, word
from app.texts.dispatch import work_place
from app.texts.safety_stops import in_short


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    verbs = parser.add_subparsers(dest="what", required=True)
    board = verbs.add_parser(
        "board", help=t("incidents and visits by technician and day, and what waits for somebody")
    )
    board.add_argument("--from", dest="since", default="", metavar="YYYY-MM-DD")
    board.add_argument("--to", dest="until", default="", metavar="YYYY-MM-DD")
    suggest = _step(verbs, "suggest", t("who could do it, the most suitable first"))
    suggest.add_argument("--on", dest="day", default="", metavar="YYYY-MM-DD")
    assign = _step(verbs, "assign", t("hand an incident or a visit to a technician for a day"))
    assign.add_argument("technician", metavar="CODE")
    assign.add_argument("--on", dest="day", default="", metavar="YYYY-MM-DD")
    assign.add_argument(
        "--reason", default="", help=t("why in spite of leave, area, training or a full day")
    )
    _step(verbs, "take-back", t("take work off whoever has it"))
    new = verbs.add_parser("new", help=t("work that waits for an answer"))
    new.add_argument("--technician", default="", metavar="CODE")
    _step(verbs, "accept", t("take work on"))
    refuse = _step(verbs, "refuse", t("give work back"))
    refuse.add_argument("--reason", required=True)


def _step(
    verbs: argparse._SubParsersAction,  # type: ignore[type-arg]
    name: str,
    help_text: str,
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=help_text)
    parser.add_argument("number", metavar="NUMBER")
    return parser


def _run(context: Context) -> None:
    {
        "board": _board,
        "suggest": _suggest,
        "assign": _assign,
        "take-back": _take_back,
        "new": _new,
        "accept": _accept,
        "refuse": _refuse,
    }[context.options.what](context)


# --- reading ------------------------------------------------------------------------------------


def _board(context: Context) -> None:
    first = day_of("first_on", context.options.since) or context.services.context.today()
    last = day_of("last_on", context.options.until) or first + timedelta(days=6)
    board = context.services.dispatching.board(first, max(first, last))
    loads, work = board.loads(), board.cells()
    dangers = _dangers(context, board.items)
    people = [_row(board, loads, work, person, dangers) for person in board.people]
    value = {
        "first": board.first,
        "last": board.last,
        "people": people,
        "pool": [_plain(item, dangers) for item in board.pool],
    }
    context.emit(value, lambda: _told(context.t, board, dangers))


def _dangers(context: Context, items: Iterable[BoardItem]) -> StopsOfWork:
    """The safety stops whoever does this work meets."""
    ids: dict[WorkType, list[str]] = {work: [] for work in WorkType}
    for item in items:
        ids[item.type].append(item.id)
    return context.services.terminal_stops.of_work(ids[WorkType.INCIDENT], ids[WorkType.VISIT])


def _row(
    board: Board,
    loads: Mapping[tuple[str, date], DayLoad],
    work: Mapping[tuple[str, date], Sequence[BoardItem]],
    person: Technician,
    dangers: StopsOfWork,
) -> dict[str, Any]:
    days = []
    for day in board.days:
        load = loads.get((person.id, day))
        days.append(
            {
                "day": day,
                "leave": day in board.leave[person.id],
                "room": board.rooms[person.id].get(day, 0),
                "minutes": round(load.minutes) if load is not None else 0,
                "overfull": load is not None and load.overfull,
                "work": [_plain(item, dangers) for item in work.get((person.id, day), ())],
            }
        )
    return {"code": person.code, "name": person.name, "days": days}


def _plain(item: BoardItem, dangers: StopsOfWork) -> dict[str, Any]:
    given = item.dispatch
    return {
        "type": item.type,
        "number": item.number,
        "title": item.title,
        "area": item.area,
        "minutes": item.minutes,
        "technician": item.technician,
        "day": item.day,
        "due": item.due_at or (None if item.type is WorkType.INCIDENT else item.due_on),
        "priority": item.priority,
        "answer": given.state if given is not None else None,
        "answered_at": given.answered_at if given is not None else None,
        "given_by": given.given_by if given is not None else "",
        "refusal": given.refusal if given is not None else "",
        "stops": plain(dangers.get(item.id, ())),
    }


def _told(t: Translator, board: Board, dangers: StopsOfWork) -> str:
    loads, work, lines = board.loads(), board.cells(), []
    for person in board.people:
        for day in board.days:
            items = work.get((person.id, day), ())
            away = day in board.leave[person.id]
            if not items and not away:
                continue
            load = loads.get((person.id, day))
            minutes = round(load.minutes) if load is not None else 0
            full = f"{minutes}/{board.rooms[person.id].get(day, 0)}"
            said = [t("On leave")] if away else []
            cells = [_cells(t, item, dangers) for item in items]
            nothing = (" ".join(said), "", "", "")
            lines += [(person.name, t.day(day), full, *cell) for cell in cells or [nothing]]
    lines += [("—", "", "", *_cells(t, item, dangers)) for item in board.pool]
    header = (
        *(t("Technician"), t("Day"), t("Minutes")),
        *(t("Number"), t("Merchant"), t("Area"), t("Assignment")),
    )
    return table(header, lines)


def _cells(t: Translator, item: BoardItem, dangers: StopsOfWork) -> tuple[str, str, str, str]:
    given = item.dispatch
    said = word(t, "dispatch_state", given.state) if given is not None else ""
    if item.refused is not None:
        said = f"{said}: {item.refused.technician} · {item.refused.refusal}"
    rank = item.priority.upper() if item.priority else word(t, "kind", item.type)
    stopped = in_short(t, dangers.get(item.id, ()))
    said = " · ".join(filter(None, (f"!!! {stopped}" if stopped else "", said)))
    return f"{item.number} {rank}", work_place(t, item), item.area, said


def _suggest(context: Context) -> None:
    item, dispatching = _item(context), context.services.dispatching
    day = _day(context, item)
    if not context.options.day:
        # Nobody asked for a day on which nobody works.
        day = dispatching.worked_from(day)
    found = dispatching.suggest(item.type, item.id, day)
    worked = day if any(one.room for one in found) else dispatching.worked_from(day)
    value = [
        {
            "code": one.technician.code,
            "name": one.technician.name,
            "day": one.day,
            "minutes": one.minutes,
            "room": one.room,
            "doubts": [problem.code for problem in one.doubts],
        }
        for one in found
    ]
    context.emit(value, lambda: _suggested(context.t, found, day, worked))


def _suggested(t: Translator, found: tuple[Suggestion, ...], day: date, worked: date) -> str:
    head = f"{t.day(day)} {t.weekday(day)}"
    if worked != day:
        head = t(
            "Nobody works on {day}. The next working day is {next}.",
            day=head,
            next=f"{t.day(worked)} {t.weekday(worked)}",
        )
    rows = [
        (
            one.technician.code,
            one.technician.name,
            f"{one.minutes}/{one.room}" if one.room else t("Day off"),
            " ".join(problem_text(t, problem) for problem in one.doubts),
        )
        for one in found
    ]
    header = (t("Staff code"), t("Name"), t("Minutes"), t("What speaks against it"))
    return "\n".join((head, table(header, rows)))


def _new(context: Context) -> None:
    found = context.services.dispatching.new_work(context.options.technician.strip().upper())
    t, dangers = context.t, _dangers(context, found)
    rows = [
        (item.technician, t.day(item.day) if item.day else "", *_cells(t, item, dangers))
        for item in found
    ]
    header = (
        *(t("Technician"), t("Day")),
        *(t("Number"), t("Merchant"), t("Area"), t("Assignment")),
    )
    context.emit([_plain(item, dangers) for item in found], lambda: table(header, rows))


# --- handing out and answering ------------------------------------------------------------------


def _assign(context: Context) -> None:
    item = _item(context)
    person = visit_work.person(context, context.options.technician)
    day = _day(context, item)
    context.services.dispatching.dispatch(item, person.id, day, context.options.reason)
    _done(context)


def _take_back(context: Context) -> None:
    context.services.dispatching.take_back(_item(context))
    _done(context)


def _accept(context: Context) -> None:
    context.services.dispatching.accept(_item(context))
    _done(context)


def _refuse(context: Context) -> None:
    context.services.dispatching.refuse(_item(context), context.options.reason)
    _done(context)


def _done(context: Context) -> None:
    item, t = _item(context), context.t
    dangers = _dangers(context, [item])
    context.emit(
        _plain(item, dangers),
        lambda: "  ".join(
            filter(
                None,
                (*_cells(t, item, dangers), item.technician, t.day(item.day) if item.day else ""),
            )
        ),
    )


def _item(context: Context) -> BoardItem:
    return context.services.dispatching.numbered(context.options.number)


def _day(context: Context, item: BoardItem) -> date:
    """The day asked for; else the one a visit is planned for, unless it has passed."""
    today = context.services.context.today()
    wished = item.day if item.type is WorkType.VISIT else None
    return day_of("planned_on", context.options.day) or max(wished or today, today)


VERB = Verb(_configure, _run)
