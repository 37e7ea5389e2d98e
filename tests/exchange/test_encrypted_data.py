"""Packages between computers whose data are encrypted, each with keys of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from app.encryption.key_file import new_vault
from app.encryption.opened import opened
from db import cipher, restoring
from tests.exchange.test_exchange import Computer, computer, laptop, office

__all__ = ["computer", "laptop", "office"]

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def test_a_state_of_an_encrypted_office_opens_elsewhere_and_lies_encrypted_there(
    office: Computer, laptop: Computer, tmp_path: Path
) -> None:
    own, other = new_vault("of the office", NOW)[0], new_vault("of the laptop", NOW)[0]
    package, answer = tmp_path / "a.posx", tmp_path / "b.posx"
    laptop.hire("T07", "刘伟")
    laptop.exchange.export(package)
    opened.hold(own)
    office.exchange.take_in(package)
    office.hire("T08", "王芳")
    assert office.exchange.export(answer).snapshot
    assert "王芳".encode() not in answer.read_bytes()
    # The laptop knows nothing of the key of the office.
    opened.hold(other)
    laptop.exchange.take_in(answer)
    assert laptop.people == office.people
    laptop.services.close()
    live = laptop.folder / "poscare.db"
    for path in (live, restoring.confirmed(live)):
        assert cipher.key_of(path) == other.keys[0].id, path
    for folder in (office.folder, laptop.folder):
        assert not list(folder.glob(".poscare-exchange-*"))
