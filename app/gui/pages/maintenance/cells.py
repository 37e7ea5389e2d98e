"""Turns a period into cells of a grid: one a day, or one a technician and day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from app.domain.maintenance.occurrences import OccurrenceState
from app.domain.maintenance.plans import WorkPlace
from app.domain.maintenance.visits import DayVisits, VisitState, VisitSummary
from app.gui.pages.maintenance.read import PeriodView, ViewMode
from app.gui.toolkit.day_grid_cells import Chip, GridCell, GridContent
from app.gui.toolkit.language import _, plural, words
from app.gui.toolkit.theme import Badge
from app.gui.toolkit.visit_badge import visit_badge
from app.texts import word

_URGENT = {"danger": 0, "warning": 1, "accent": 2, "ok": 3, "neutral": 4}


def grid_of(view: PeriodView) -> GridContent:
    """The grid of a calendar view."""
    return {ViewMode.MONTH: _month, ViewMode.WEEK: _week, ViewMode.LANES: _lanes}[view.wanted.mode](
        view
    )


def _month(view: PeriodView) -> GridContent:
    by_day: dict[date, list[DayVisits]] = {}
    for alike in view.counted:
        by_day.setdefault(alike.planned_on, []).append(alike)
    cells = [
        _day_cell(view, day, _load_of(by_day.get(day, [])), _grouped(view, by_day.get(day, [])))
        for day in view.days
    ]
    weeks = tuple(tuple(cells[n : n + 7]) for n in range(0, len(cells), 7))
    names = tuple(words().weekday(day) for day in view.days[:7])
    return GridContent(names, ("",) * len(weeks), weeks)


def _week(view: PeriodView) -> GridContent:
    by_day = _by_day(view.visits)
    cells = tuple(
        _day_cell(
            view,
            day,
            load_text(by_day.get(day, [])),
            [visit_chip(view, visit) for visit in by_day.get(day, [])],
        )
        for day in view.days
    )
    names = tuple(words().heading(day) for day in view.days)
    return GridContent(names, ("",), (cells,))


def _lanes(view: PeriodView) -> GridContent:
    by_place: dict[tuple[str, date], list[VisitSummary]] = {}
    for visit in view.visits:
        by_place.setdefault((visit.technician_id, visit.planned_on), []).append(visit)
    wanted = view.wanted.technician_id
    people = [(p.id, p.name) for p in view.people if wanted in ("", p.id)]
    if not wanted:
        people.append(("", _("Nobody yet")))
    rows = tuple(
        tuple(_lane_cell(view, person, day, by_place.get((person, day), [])) for day in view.days)
        for person, _name in people
    )
    names = tuple(words().heading(day) for day in view.days)
    return GridContent(names, tuple(name for _id, name in people), rows)


def _by_day(visits: Iterable[VisitSummary]) -> dict[date, list[VisitSummary]]:
    found: dict[date, list[VisitSummary]] = {}
    for visit in visits:
        found.setdefault(visit.planned_on, []).append(visit)
    return found


def _day_cell(view: PeriodView, day: date, load: str, chips: Sequence[Chip]) -> GridCell:
    month = view.wanted.mode is ViewMode.MONTH
    forecast = view.forecast.get(day, 0)
    lines = [*_leave_chips(view, day), *chips]
    if forecast:
        name = plural("{count} date to come", "{count} dates to come", forecast)
        lines.append(Chip(Badge(name, "neutral", "circle")))
    title = str(day.day) if month else ""
    holiday = word(words(), "holiday", view.holidays.get(day, ""))
    note = " · ".join(filter(None, (holiday, load)))
    return GridCell(
        day=day,
        technician_id=None,
        title=title,
        note=note,
        chips=tuple(lines),
        off=day in view.off,
        outside=month and day.month != view.wanted.day.month,
        today=day == view.today,
        spoken=_spoken(day, note, lines),
    )


def _lane_cell(
    view: PeriodView, person: str, day: date, visits: Sequence[VisitSummary]
) -> GridCell:
    room = view.capacity.get(person, {}).get(day, 0) if person else 0
    away = _leave_chips(view, day, person) if person else []
    chips = [*away, *(visit_chip(view, visit) for visit in visits)]
    note = load_text(visits)
    return GridCell(
        day=day,
        technician_id=person,
        title="",
        note=note,
        chips=tuple(chips),
        off=day in view.off if not person else not room,
        away=bool(away),
        outside=False,
        today=day == view.today,
        load=_fullness(view, person, day, visits, room),
        spoken=_spoken(day, note, chips),
    )


def _fullness(
    view: PeriodView, person: str, day: date, visits: Sequence[VisitSummary], room: int
) -> float | None:
    """How full a day is, by the rule of levelling: above 1 more is planned than fits.  A day with
    open work that is not worked is overfull; None where there is nothing to compare."""
    load = view.loads.get((person, day))
    if load is not None:
        return 2.0 if load.overfull else min(1.0, load.minutes / max(1, load.room))
    minutes = sum(visit.minutes for visit in visits)
    return minutes / room if room else None


def _leave_chips(view: PeriodView, day: date, person: str = "") -> list[Chip]:
    """Who is on leave on a day, in one line."""
    wanted = person or view.wanted.technician_id
    gone = {absence.technician_id: absence.reason for absence in view.away(day)}
    found = [p for p in view.people if p.id in gone and wanted in ("", p.id)]
    if not found:
        return []
    text = _("On leave")
    if not person:
        text = _("On leave: {names}", names="、".join(p.name for p in found))
    hint = "\n".join(f"{p.name} {gone[p.id]}".strip() for p in found)
    return [Chip(Badge(text, "neutral", "user"), hint=hint)]


def _spoken(day: date, note: str, chips: Sequence[Chip]) -> str:
    parts = [f"{words().day(day)} {words().weekday(day)}", note]
    return ", ".join(filter(None, [*parts, *(chip.badge.text for chip in chips[:8])]))


def load_text(visits: Sequence[VisitSummary]) -> str:
    """How many visits and how long they take; empty without any."""
    return _load(len(visits), sum(visit.minutes for visit in visits))


def _load_of(groups: Sequence[DayVisits]) -> str:
    return _load(sum(len(one.ids) for one in groups), sum(one.minutes for one in groups))


def _load(visits: int, minutes: int) -> str:
    if not visits:
        return ""
    hours = minutes / 60
    return _(
        "{visits} · {hours} h",
        visits=visits,
        hours=f"{hours:.0f}" if hours >= 1 else (f"{hours:.1f}"),
    )


def _grouped(view: PeriodView, day: Sequence[DayVisits]) -> list[Chip]:
    """Visits of a day by technician and state; what is late first."""
    groups: dict[tuple[str, str, str], list[DayVisits]] = {}
    for alike in day:
        badge = visit_badge(alike, view.today)
        # What is over, or presses, is one line for everybody; what is to come one for each.
        who = "" if badge.tone != "accent" else alike.technician or _unserved(alike.place)
        groups.setdefault((badge.tone, badge.text if not who else badge.icon, who), []).append(
            alike
        )
    found = []
    for (_tone, _kind, who), members in groups.items():
        badge = visit_badge(members[0], view.today)
        ids = tuple(key for alike in members for key in alike.ids)
        found.append(
            Chip(
                Badge(f"{who or badge.text} {len(ids)}", badge.tone, badge.icon),
                ids,
                all(_movable(alike) for alike in members),
                "\n".join(
                    " · ".join(
                        (alike.technician or _unserved(alike.place), badge.text, _load_of([alike]))
                    )
                    for alike in members
                ),
            )
        )
    return sorted(found, key=lambda chip: _URGENT[chip.badge.tone])


def _unserved(place: WorkPlace) -> str:
    """What is nobody's: work in the office waits for whoever is there, not for a technician."""
    return _("Office") if place is WorkPlace.OFFICE else _("Nobody yet")


def visit_chip(view: PeriodView, visit: VisitSummary) -> Chip:
    """A single visit as a chip."""
    badge = visit_badge(visit, view.today)
    icon = "lock-keyhole" if visit.locked and badge.tone == "accent" else badge.icon
    state = visit.shown_state(view.today)
    late = badge.tone in ("danger", "warning") and state is not OccurrenceState.PARTIAL
    begin = (
        ""
        if visit.start_minute is None
        else (f"{visit.start_minute // 60:02d}:{visit.start_minute % 60:02d} ")
    )
    name = f"{begin}{visit.merchant_name or _('Office')}"
    text = f"{name} · {badge.text}" if late else name
    return Chip(
        Badge(text, badge.tone, icon),
        (visit.id,),
        _movable(visit),
        f"{visit_line(visit)}\n{badge.text}",
    )


def visit_line(visit: VisitSummary) -> str:
    """A visit in one line."""
    return " · ".join(
        filter(None, (visit.number, visit.merchant_name, visit.area, visit.technician))
    )


def _movable(visit: VisitSummary | DayVisits) -> bool:
    return visit.state is VisitState.PLANNED and not visit.locked
