"""What a job of `tests.faulting` is, and what several of them begin with."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app import bootstrap
from app.domain.documents import AttachmentDraft, Stage
from app.services import Services
from app.services.core.audit import chain_faults
from app.services.documents.attachments import Owner
from app.services.incidents.incident_queries import IncidentFilter
from app.settings import Settings
from db import copying
from tests.factories import make_incident, make_technician

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SETTINGS = Settings(technician="T01", device="L7")
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """`prepare` makes the home, `act` is what the fault meets, `judge` says after the next start
    how much is lost, half there, and what is wrong."""

    prepare: Callable[[Path], None]
    act: Callable[[Path, Told], None]
    judge: Callable[[Path, list[str]], tuple[int, int, str]]


@contextlib.contextmanager
def opened(_home: Path) -> Iterator[Services]:
    """The services over the database of the home, as a start opens it."""
    services = bootstrap.build(SETTINGS)
    try:
        yield services
    finally:
        services.close()


def sound(services: Services) -> str:
    with services.context.database.connect() as connection:
        try:
            copying.examine(connection.connection.dbapi_connection)
        except copying.Damaged as damage:
            return str(damage)
    with services.context.read() as session:
        faults = chain_faults(session)
    wrong = [one.code for one in services.care.check() if not one.well and "backup" not in one.code]
    return ", ".join([*map(str, faults), *wrong])


def with_incident(home: Path) -> None:
    with opened(home) as services:
        make_technician(services)
        make_incident(services)
        services.care.journal.catch_up()


def attach(home: Path, told: Told) -> None:
    with opened(home) as services:
        (incident,) = services.incidents.first(IncidentFilter(), 1)
        # Pictures are decoded by a process of their own, which writes nothing.
        draft = AttachmentDraft("说明.txt", Stage.BEFORE, "")
        content = "现场说明\n".encode() * 900
        made = services.attachments.add(Owner(incident_id=incident.id), content, draft)
        told(made.id)
