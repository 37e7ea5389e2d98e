"""The support bundle tells of the program and the machine, and nothing of people."""

from __future__ import annotations

import logging
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from app import logs, paths, support
from app.domain.errors import Unavailable
from app.services import Services
from app.settings import Settings
from tests.factories import make_incident, make_terminal
from tests.test_logs import CANARIES, CARD, NAME, PHONE


def bundle(services: Services, settings: Settings) -> dict[str, str]:
    """The texts of the bundle by name."""
    parts = support.support_parts(settings, lambda: services)
    return {part.name: part.text for part in parts}


def test_case_72_it_holds_no_names_numbers_or_texts(services: Services, settings: Settings) -> None:
    make_incident(
        services,
        make_terminal(services, contact_name=NAME, contact_phone=PHONE, address="金丝雀路7号"),
        symptom=f"{NAME} {PHONE}",
        reporter_name=NAME,
    )
    told = replace(
        settings,
        technician=NAME,
        company_name=NAME,
        company_phone=PHONE,
        report_names=NAME,
        database=f"postgresql://{NAME}:hunter2@db/x",
    )
    paths.logs().mkdir(parents=True)
    # As an older version, or another program, may have left it.
    (paths.logs() / "poscare.log.1").write_text(f"{PHONE} {CARD} password=hunter2\n")
    with logs.writing(paths.logs()):
        logging.getLogger("x").warning("something")
        found = bundle(services, told)
    assert "something" in found["logs/poscare.log"]
    assert "rows of incident: 1" in found["database.txt"]
    assert "company_name: (set)" in found["settings.txt"]
    for canary in CANARIES:
        assert canary not in "".join(found.values())


def test_a_database_that_does_not_open_is_told_and_stops_nothing(settings: Settings) -> None:
    def refused() -> Services:
        raise Unavailable("db.damaged", path=NAME)

    parts = {part.name: part.text for part in support.support_parts(settings, refused)}
    assert parts["database.txt"] == "Unavailable db.damaged\n"
    assert "SQLite" in parts["about.txt"]


def test_what_is_saved_is_what_is_shown(
    services: Services, settings: Settings, tmp_path: Path
) -> None:
    parts = support.support_parts(settings, lambda: services)
    support.save_bundle(tmp_path / "b.zip", parts)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {
            part.name: part.text for part in parts
        }
    with pytest.raises(Unavailable) as failed:
        support.save_bundle(tmp_path / "missing" / "b.zip", parts)
    assert failed.value.code == "file.unwritable"
