"""How far generation looked the last time, and what the computer's clock seems to say about it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.services.maintenance.working_times import shipped_calendar
from db.models.maintenance import PlanVersionRow
from db.models.office import AppStateRow
from db.models.operations import OperationRow

LAST_RUN = "maintenance_last_run"
AGAIN_FROM = "again_from"
"""In the mark: since when things happened that this database learned of after a run."""
LONGEST_ABSENCE = timedelta(days=400)
"""A longer gap since the last run is taken for a wrong clock until somebody says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationMark:
    """Where a run begins: the first day it looks at, and since when it looks for what happened.

    `owed_from` is the day of the last run: a void row of a later date is due again although its day
    has passed, for it was due while the program was off.  `highest` is the latest day any run was
    made on: a run with the clock set back does not make the right day look like a jump afterwards.
    `clock` names what seems wrong with the date of today; it is ``clock.lost`` where the mark is
    damaged, and everything since the oldest plan is looked at.  `kept` is what was read, to see
    whether somebody changed it meanwhile.
    """

    first: date
    scan_from: datetime
    owed_from: date
    highest: date
    clock: str = ""
    kept: dict[str, Any] | None = None


def read_mark(session: Session, today: date, now: datetime) -> GenerationMark:
    """Where a run of today begins."""
    kept = _stored(session)
    if not kept:
        first, made = _oldest_plan(session, today, now)
        return GenerationMark(
            first=first,
            scan_from=made - timedelta(days=1),
            owed_from=today,
            highest=today,
            clock="" if kept is None else "clock.lost",
            kept=kept,
        )
    ran_on, ran_at, highest = _moments(kept)
    clock = ""
    if ran_on > today:
        clock = "clock.back"
    elif today - highest > LONGEST_ABSENCE:
        clock = "clock.jumped"
    # Once the clock is right again, what a run with a wrong one looked at does not matter.
    first = owed_from = highest if today >= highest else min(ran_on, today)
    since = min(ran_at, now)
    if AGAIN_FROM in kept:
        since = min(since, datetime.fromisoformat(kept[AGAIN_FROM]))
        first = min(first, since.date())
    return GenerationMark(
        first=first,
        scan_from=since - timedelta(days=1),
        owed_from=owed_from,
        highest=highest,
        clock=clock,
        kept=dict(kept),
    )


def _stored(session: Session, *, locked: bool = False) -> dict[str, Any] | None:
    """The mark as the last run left it: None when none was made, empty when it is damaged."""
    query = sa.select(col(AppStateRow.value)).where(col(AppStateRow.name) == LAST_RUN)
    try:
        found = session.execute(query.with_for_update() if locked else query).first()
        if found is None:
            return None
        _moments(found.value)
        return dict(found.value)
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}


def _moments(kept: Mapping[str, Any]) -> tuple[date, datetime, date]:
    """The day and moment of the last run and the latest day of any.  Raises `AttributeError`,
    `KeyError`, `TypeError`, `ValueError`."""
    ran_on, ran_at = date.fromisoformat(kept["on"]), datetime.fromisoformat(kept["at"])
    again = datetime.fromisoformat(kept.get(AGAIN_FROM, kept["at"]))
    if ran_at.tzinfo is None or again.tzinfo is None:
        raise ValueError("a moment without its zone")
    return ran_on, ran_at, max(ran_on, date.fromisoformat(kept.get("highest", kept["on"])))


def _oldest_plan(session: Session, today: date, now: datetime) -> tuple[date, datetime]:
    first, made = session.execute(
        sa.select(
            sa.func.min(col(PlanVersionRow.valid_from)), sa.func.min(col(PlanVersionRow.made_at))
        )
    ).one()
    return min(first or today, today), made or now


def read_seen(session: Session, last: date) -> dict[str, Any]:
    """What a run up to a day looks at, told in few words: the same words again on the same day say
    that nothing was done meanwhile.  Work of others with an earlier reading sets `AGAIN_FROM`."""
    reading = session.execute(sa.select(sa.func.max(col(OperationRow.clock)))).scalar()
    return {
        "clock": reading or 0,
        "until": last.isoformat(),
        "notices": max(shipped_calendar().years),
    }


def nothing_done_since(mark: GenerationMark, today: date, seen: Mapping[str, Any]) -> bool:
    """Whether the last run found nothing to do on this day, and nothing was done since."""
    kept = mark.kept or {}
    return (
        not mark.clock
        and AGAIN_FROM not in kept
        and kept.get("on") == today.isoformat()
        and kept.get("seen") == seen
    )


def remember(
    session: Session,
    mark: GenerationMark,
    today: date,
    now: datetime,
    seen: Mapping[str, Any] | None = None,
) -> None:
    """Keep that a run was made; `seen` is what it looked at when it found nothing to do.  What
    somebody else kept since the run began stands."""
    if _stored(session, locked=True) != mark.kept:
        return
    value: dict[str, Any] = {
        "on": today.isoformat(),
        "at": now.isoformat(),
        "highest": max(mark.highest, today).isoformat(),
    }
    if seen is not None:
        value["seen"] = dict(seen)
    dialect = importlib.import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}")
    statement = dialect.insert(AppStateRow.__table__).values(name=LAST_RUN, value=value)  # type: ignore[attr-defined]
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def look_again(session: Session, since: datetime) -> None:
    """Let the next run begin no later than a moment: what happened since was learned only now."""
    kept = _stored(session, locked=True)
    # Where there is no mark the next run looks at everything.
    if kept and since < datetime.fromisoformat(kept["at"]):
        again = min(kept.get(AGAIN_FROM, since.isoformat()), since.isoformat())
        row = session.get_one(AppStateRow, LAST_RUN)
        row.value = {**kept, AGAIN_FROM: again}
