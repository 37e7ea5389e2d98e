"""An office seat and its server, 10 ms apart each way: what a person waits for, beside the same
number of bare round trips that the line itself takes."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from app import bootstrap, paths
from app.domain.faults import ContactRole
from app.domain.incidents.drafts import IncidentDraft
from app.gui.pages.incidents.read import gather
from app.services.incidents.incident_queries import IncidentFilter
from app.services.register.terminal_queries import TerminalFilter
from app.services.sample import estate
from app.settings import Settings
from db.engine import Database
from tests.bench.harness import Row, paired
from tests.distance import Line, line_to
from tests.postgres import start_server

APART = 0.010
"""Seconds each way."""


def measure() -> Iterator[Row]:
    """A list, a detail, saving, against one round trip; and the start of a seat."""
    with tempfile.TemporaryDirectory(prefix="poscare-bench-") as name:
        os.environ[paths.HOME_VARIABLE] = name
        server = start_server(Path(name))
        try:
            with server.fresh_database() as url:
                _fill(url)
                with line_to(url, APART) as line:
                    yield from _of_seat(line)
        finally:
            server.stop()


def _fill(url: str) -> None:
    services = bootstrap.build(Settings(technician="T01", device="L7", database=url))
    estate.fill(services, paths.resources() / "sample")
    # A server does this by itself after so many new rows; the one of the tests has that turned off.
    with services.context.database.write() as session:
        session.execute(sa.text("ANALYZE"))
    services.close()


def _of_seat(line: Line) -> Iterator[Row]:
    settings = Settings(technician="T01", device="L8", database=line.url)
    seat = bootstrap.build(settings)
    bare = Database(line.url)
    wanted = IncidentFilter(states="open")
    key = seat.incidents.first(wanted, 1)[0].id
    draft = IncidentDraft(
        terminal_id=seat.terminals.first(TerminalFilter(), 1)[0].id, displayed_code="A0"
    )

    def ask() -> None:
        with bare.read() as session:
            session.execute(sa.text("SELECT 1"))

    def row(name: str, work: Callable[[], object], aim: float) -> Row:
        return paired(name, work, ask, aim=aim, against="one question", rounds=7)

    yield row("first page of a list at 20 ms", lambda: seat.incidents.first(wanted, 30), 2)
    yield row("detail of an incident at 20 ms", lambda: gather(seat, key), 6)
    yield row("reporting an incident at 20 ms", lambda: seat.incidents.open(draft), 5)
    yield row(
        "logging a hand-over at 20 ms",
        lambda: seat.work_log.hand_over(key, ContactRole.CARRIER, "x"),
        5,
    )
    begun = iter([seat.incidents.open(draft) for _ in range(8)])
    yield row("starting work at 20 ms", lambda: seat.incidents.start(next(begun)), 5)
    edited = seat.incidents.open(draft)
    versions = itertools.count(seat.incidents.get(edited).version)

    def edit() -> None:
        n = next(versions)
        seat.incidents.edit(edited, n, replace(draft, symptom=f"刷卡无反应 {n}"))

    yield row("correcting a report at 20 ms", edit, 6)
    today = seat.context.today()
    week = today + timedelta(days=6)
    yield row("the dispatch board at 20 ms", lambda: seat.dispatching.board(today, week), 6)
    yield row("opening a seat at 20 ms", lambda: bootstrap.build(settings).close(), 14)
    bare.close()
    seat.close()
