"""Writes what a generation run found, in short transactions between which others can save.

Each is an operation of its own.  Nothing is worked out here.  What somebody did since the run was
planned wins: a date that got its row meanwhile is left alone, a row or visit that was changed is
not touched.  As keys of dates and visits follow from what they are, the same date or visit of
another computer's run is left alone, too.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from app.services.core.context import ServiceContext
from app.services.maintenance.generation_dates import answer_dates, change_dates, keep_anchors
from app.services.maintenance.generation_visits import add_visits, join_visits
from app.services.maintenance.planned_work import PlannedWork, RunKey, VisitToMake, batch
from db.keys import new_key

T = TypeVar("T")
CHUNK = 100
"""Visits or tasks of one transaction: some tens of milliseconds on a slow disk."""
LONGEST_PAUSE = 0.012
"""Seconds; a little longer than whoever waits for SQLite's lock pauses between two attempts
(`db.write_turns`)."""

Step = Callable[[int, int], None]
_Part = Callable[[], int]


def write_work(context: ServiceContext, work: PlannedWork, step: Step) -> str:
    """Write everything, and let go of it part by part; returns the id of the run, empty when no
    date got a row or a visit.

    `step` is told how many of how many parts are written, before the first one, too; it may stop
    the run, which leaves whole parts.
    """
    run = RunKey(new_key(), work.first, work.last)
    parts = _parts(context, run, work)
    made, total = 0, len(parts)
    for done in range(total):
        step(done, total)
        began = time.monotonic()
        made += parts.popleft()()
        # A pause as long as the work: a save that waits finds a gap soon.
        time.sleep(min(LONGEST_PAUSE, time.monotonic() - began))
    return run.id if made else ""


def _parts(context: ServiceContext, run: RunKey, work: PlannedWork) -> deque[_Part]:
    joined = {one.visit_id for one in work.joins}
    changes = list(work.changes.values())
    # What a date of this very run answers for comes after the row of that date.
    new = _written_by(work, {one.answered_by for one in changes if one.answered_by})
    placed, work.placed = work.placed, []
    found: deque[_Part] = deque()
    for anchors in _pieces(work.anchors, 10 * CHUNK):
        found.append(partial(keep_anchors, context, anchors))
    for first in _pieces([one for one in changes if one.answered_by not in new], CHUNK):
        # A visit that tasks are about to join is not called off for having lost its own.
        kept = tuple(sorted(joined & {change.visit_id for change in first}))
        found.append(partial(change_dates, context, first, kept))
    for joins in _pieces(work.joins, CHUNK):
        found.append(partial(join_visits, context, run, joins))
    for visits in _pieces(placed, CHUNK):
        found.append(partial(_add_visits, context, run, visits))
    for last in _pieces([one for one in changes if one.answered_by in new], CHUNK):
        found.append(partial(change_dates, context, last))
    for answered in _pieces(work.answered, CHUNK):
        found.append(partial(answer_dates, context, answered))
    return found


def _written_by(work: PlannedWork, keys: set[str]) -> set[str]:
    """Which of these rows the run itself writes."""
    if not keys:
        return set()
    tasks = (task for made in work.placed for task in made.visit.tasks)
    written = {task.row_id for task in tasks} | {one.task.row_id for one in work.joins}
    return keys & written


def _add_visits(context: ServiceContext, run: RunKey, visits: tuple[VisitToMake, ...]) -> int:
    return add_visits(context, run, batch(visits))


def _pieces(items: Sequence[T], size: int) -> list[tuple[T, ...]]:
    return [tuple(items[start : start + size]) for start in range(0, len(items), size)]
