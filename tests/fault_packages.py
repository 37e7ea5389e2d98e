"""A package file taken in, in the office and on a laptop, as jobs of `tests.faulting`.

Whatever the fault, the database of whoever takes it in is one the package leads to by whole
operations: on a laptop all of it or nothing.  Every record has its photo, and taking the package in
again ends as if nothing had happened, with every operation there once.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app import bootstrap, paths
from app.domain.documents import AttachmentDraft, Stage
from app.exchange import office
from app.exchange.exchange import Exchange
from app.exchange.keys import read_key
from app.services import Services
from app.services.core.operation_log import read_operations
from app.services.documents.attachments import Owner
from app.services.maintenance.generation_mark import AGAIN_FROM, LAST_RUN
from app.settings import Settings
from db.models.office import AppStateRow
from tests.factories import make_incident, make_technician, make_terminal
from tests.fault_job import Job, Told, sound
from tests.replaying import state_of

OFFICE, LAPTOP = "office", "laptop"
LETTERS = {OFFICE: "A", LAPTOP: "L1"}
PACKAGE = "package.posx"
_MARK = sa.select(col(AppStateRow.value)).where(col(AppStateRow.name) == LAST_RUN)
State = dict[str, list[dict[str, object]]]


@dataclass(slots=True)
class PackageFault:
    """The package that `taker` takes in; `ways` are the states it may leave, the last one when all
    of it was taken in, and `before` the operations that were acknowledged until then."""

    taker: str
    ways: list[State] = field(default_factory=list)
    before: set[str] = field(default_factory=set)

    def prepare(self, home: Path) -> None:
        """An office and a laptop that exchanged work, both with new work and photos, and the
        package between them."""
        home.mkdir()
        with at(home, OFFICE) as there:
            make_technician(there)
            terminal = make_terminal(there, serial="FAULT00000001", tid="70000001")
            key = read_key(_exchange(there, OFFICE).identity.key("办公室").text)
        with at(home, LAPTOP) as here:
            own = _exchange(here, LAPTOP)
            own_key = read_key(own.identity.key("刘伟").text)
            own.stations.trust(key, office=True)
        with at(home, OFFICE) as there:
            _exchange(there, OFFICE).stations.trust(own_key)
            _exchange(there, OFFICE).begin_office()
        for sender in (LAPTOP, OFFICE):
            _carry(home, sender)
        _work(home, OFFICE, terminal)
        _work(home, LAPTOP, terminal)
        _send(home, LAPTOP)
        if self.taker == LAPTOP:
            with at(home, OFFICE) as there:
                _exchange(there, OFFICE).take_in(home / PACKAGE)
            _send(home, OFFICE)
            with at(home, LAPTOP) as here:
                make_incident(here, terminal)
        with at(home, self.taker) as services:
            services.generation.catch_up()
            self.before = _logged(services)
        self.ways = list(self._states(home))

    def act(self, home: Path, told: Told) -> None:
        """What ``exchange import`` does."""
        with at(home, self.taker) as services:
            found = _exchange(services, self.taker).take_in(home / PACKAGE)
            assert not found.refused, found
            told("taken in")

    def judge(self, home: Path, told: list[str]) -> tuple[int, int, str]:
        """How many acknowledged operations are lost; how much is half there; what is wrong then or
        once the package was taken in again."""
        with at(home, self.taker) as services:
            state = state_of(services.context.database)
            lost = len(self.before - _logged(services))
            lost += int(bool(told) and state != self.ways[-1])
            half = int(state not in self.ways) + _without_content(services)
            half += int(not _is_looked_at(services) and _logged(services) != self.before)
            wrong = [sound(services)]
            again = _exchange(services, self.taker).take_in(home / PACKAGE)
            wrong += [one.code for one in again.refused]
            wrong.append("" if not again.lacking else f"{len(again.lacking)} photos lacking")
            wrong.append("" if state_of(services.context.database) == self.ways[-1] else "diverged")
            wrong.append(sound(services))
            services.backups.back_up()
        left = [path.name for path in (home / self.taker).rglob("*") if _is_left_over(path)]
        return lost, half, ", ".join(filter(None, [*wrong, *left]))

    def _states(self, home: Path) -> Iterator[State]:
        for count in itertools.count():
            copy = home.with_name("way")
            shutil.copytree(home, copy)
            taken = self._taken_in(copy, count)
            with at(copy, self.taker) as services:
                yield state_of(services.context.database)
            shutil.rmtree(copy)
            if taken:
                return

    def _taken_in(self, home: Path, count: int) -> bool:
        """Take in no more than so many operations, on a laptop all or none; returns whether that
        was all."""
        if self.taker == LAPTOP:
            if count:
                self.act(home, lambda _what: None)
            return bool(count)
        asked = itertools.count()
        with (
            at(home, OFFICE) as services,
            _exchange(services, OFFICE).packages.opened(home / PACKAGE) as package,
        ):
            build = bootstrap.builder(_settings(OFFICE))
            found = office.take_in(
                services, package, build=build, cancelled=lambda: next(asked) >= count
            )
        return not found.refused


def _settings(name: str) -> Settings:
    return Settings(technician="T01", device=LETTERS[name])


@contextlib.contextmanager
def at(home: Path, name: str) -> Iterator[Services]:
    """The services at one of the two computers, as a start opens them."""
    os.environ[paths.HOME_VARIABLE] = str(home / name)
    services = bootstrap.build(_settings(name))
    try:
        yield services
    finally:
        services.close()


def _exchange(services: Services, name: str) -> Exchange:
    return bootstrap.exchange(services, _settings(name))


def _send(home: Path, sender: str) -> None:
    with at(home, sender) as services:
        to = "刘伟" if sender == OFFICE else ""
        _exchange(services, sender).export(home / PACKAGE, to)


def _carry(home: Path, sender: str) -> None:
    _send(home, sender)
    taker = LAPTOP if sender == OFFICE else OFFICE
    with at(home, taker) as services:
        _exchange(services, taker).take_in(home / PACKAGE)


def _work(home: Path, name: str, terminal: str) -> None:
    with at(home, name) as services:
        first, _second = make_incident(services, terminal), make_incident(services, terminal)
        draft = AttachmentDraft("说明.txt", Stage.BEFORE, "")
        content = f"{name} 现场说明\n".encode() * 900
        services.attachments.add(Owner(incident_id=first), content, draft)


def _logged(services: Services) -> set[str]:
    with services.context.read() as session:
        return {one.id for one in read_operations(session)}


def _is_looked_at(services: Services) -> bool:
    """Whether the next run of the maintenance plans looks at what was done before it was here."""
    with services.context.read() as session:
        return AGAIN_FROM in session.execute(_MARK).scalar_one()


def _without_content(services: Services) -> int:
    """How many records name a file that is not there or damaged."""
    (files,) = [one for one in services.care.check(thorough=True) if one.code == "check.files"]
    return len(files.faulty)


def _is_left_over(path: Path) -> bool:
    return any(one in path.name for one in ("incoming", "restoring", "-exchange-", ".tmp"))


def _job(taker: str) -> Job:
    fault: Any = PackageFault(taker)
    return Job(fault.prepare, fault.act, fault.judge)


TAKEN_IN_BY_OFFICE, TAKEN_IN_BY_LAPTOP = _job(OFFICE), _job(LAPTOP)
