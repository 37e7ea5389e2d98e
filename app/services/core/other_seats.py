"""What others change in the same database: heard within seconds and announced like one's own
changes, so that pages show it.

On a server each transaction carries a notice.  Where notices do not get through (some connection
poolers swallow them), and after the connection was lost, everything may have changed.  In a file
shared by two programs of one computer the end of the log is looked at.
"""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections.abc import Callable

import sqlalchemy as sa

from app.domain.errors import AppError, Unavailable
from app.services.core.changes import EVERYTHING, Change
from app.services.core.context import ServiceContext
from db import announcements

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between two looks at the log of a file."""
DEAF_AFTER = 10.0
"""Seconds in which one's own notice must come back; after them, and so often, everything counts as
changed."""
_LISTEN = 0.5
"""Seconds until the wish to stop is looked at."""
_PAUSE = (1.0, 30.0)
"""Seconds until the next attempt to listen: the first, and the longest."""
_NEWER = sa.text("SELECT rowid, id FROM operation WHERE rowid > :last ORDER BY rowid")
_LAST = sa.text("SELECT coalesce(max(rowid), 0) FROM operation")


def follow(place: ServiceContext, stop: threading.Event, lost: Callable[[], None]) -> None:
    """Announce what others change on the feed of `place`, until `stop` is set; call `lost` whenever
    the line to a server broke.  For a thread of its own; nothing is raised: whoever cannot hear
    tries again."""
    if place.database.is_sqlite:
        _look(place, stop)
    else:
        _listen(place, stop, lost)


def _look(place: ServiceContext, stop: threading.Event) -> None:
    last: int | None = None
    while not stop.is_set():
        try:
            with place.database.read() as session:
                if last is None or session.execute(_LAST).scalar_one() < last:
                    # At the beginning, or another file is in the place of this one.
                    last = session.execute(_LAST).scalar_one()
                newer = session.execute(_NEWER, {"last": last}).all()
        except AppError as busy:
            log.info("the log cannot be looked at: %s", busy.code)
            newer = []
        if newer:
            last = newer[-1][0]
        if any(str(key) not in place.done_here for _row, key in newer):
            place.feed.announce(EVERYTHING)
        stop.wait(LOOK_EVERY)


def _listen(place: ServiceContext, stop: threading.Event, tell_lost: Callable[[], None]) -> None:
    pause, lost = _PAUSE[0], False
    while not stop.is_set():
        try:
            with announcements.listening(place.database) as hear:
                if lost:
                    place.feed.announce(EVERYTHING)
                pause, lost = _PAUSE[0], False
                _hear_all(place, hear, stop)
        except Unavailable as unavailable:
            log.info("other seats are not heard: %s", unavailable.code)
            lost = True
            tell_lost()
            # Seats that lost one server do not come back all at once.
            stop.wait(pause * random.uniform(0.5, 1.0))
            pause = min(2 * pause, _PAUSE[1])


def _hear_all(place: ServiceContext, hear: announcements.Hear, stop: threading.Event) -> None:
    _send_probe(place)
    heard, due = False, time.monotonic() + DEAF_AFTER
    while not stop.is_set():
        for notice in hear(_LISTEN):
            heard = True
            change = change_in(notice, place.seat)
            if change is not None:
                place.feed.announce(change)
        if not heard and time.monotonic() >= due:
            due = time.monotonic() + DEAF_AFTER
            place.feed.announce(EVERYTHING)


def _send_probe(place: ServiceContext) -> None:
    """A notice to oneself, to know that notices come through."""
    with place.database.write() as session:
        announcements.announce(session, json.dumps({"by": place.seat}))


def change_in(notice: str, seat: str) -> Change | None:
    """The change a notice tells of; None when `seat` itself made it.  What a newer program says
    otherwise counts as everything."""
    try:
        told = json.loads(notice)
        if told["by"] == seat:
            return None
        return Change(frozenset(told["kinds"]), frozenset(told["ids"]))
    except (ValueError, KeyError, TypeError):
        return EVERYTHING
