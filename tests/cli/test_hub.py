"""``poscare hub``: from an empty database on a server to work that came and went."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from app import bootstrap, paths
from app import settings as settings_file
from app.cli.hub import PASSWORD
from app.settings import Settings
from tests.cli.conftest import Answer, Run
from tests.postgres import PORT, Server

At = Callable[..., Answer]


@pytest.fixture
def at(run: Run, tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch) -> At:
    """``at("office", "hub", "status")`` runs a verb on a computer with its own data."""

    def call(computer: str, *arguments: str) -> Answer:
        folder = tmp_path / computer
        monkeypatch.setenv(paths.HOME_VARIABLE, str(folder))
        if not folder.exists():
            folder.mkdir()
            (folder / "poscare.db").write_bytes(template.read_bytes())
            letter = "A" if computer == "office" else "L7"
            settings_file.save(Settings(technician="T01", device=letter), paths.settings_file())
        return run(*arguments, "--lang", "en")

    return call


@pytest.mark.postgres
def test_from_nothing_to_work_that_came_and_went(
    at: At, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, laptop = tmp_path / "office.poskey", tmp_path / "laptop.poskey"
    at("office", "exchange", "key", "-o", str(office), "--name", "Office")
    at("laptop", "exchange", "key", "-o", str(laptop), "--name", "Liu")
    at("laptop", "exchange", "trust", str(office), "--office")
    at("office", "exchange", "trust", str(laptop))
    with server.empty_database() as url:
        name = make_url(url).database or ""
        place = ("--server", f"{server.sockets}:{PORT}", "--database", name)
        administrator = ("--admin", "postgres")
        early = at("office", "hub", "init", *place, *administrator)
        assert (early.code, "exchange office begin" in early.err) == (2, True)
        at("office", "exchange", "office", "begin")
        assert at("office", "hub", "status").code == 2
        made = at("office", "hub", "init", *place, *administrator, "--json").json
        assert made["login"].startswith("poscare_")
        assert any("REVOKE CONNECT" in one for one in made["left"])
        # Another seat of the office may use it: it stays as it is.
        assert "up to date" in at("office", "hub", "init", *administrator).out
        assert at("office", "hub", "admit", "Nobody", *administrator).code == 3
        admitted = at("office", "hub", "admit", "Liu", *administrator, "--json")
        assert (admitted.code, admitted.err) == (0, "")
        login = admitted.json

        monkeypatch.setenv(PASSWORD, login["password"])
        connect = ("hub", "connect", *place, "--user")
        assert at("laptop", *connect, "nobody").code == 5
        assert settings_file.load(paths.settings_file()).hub_server == ""
        assert at("laptop", *connect, login["login"], "--json").json["role"] == "laptop"
        assert bootstrap.secrets().get(bootstrap.HUB_PASSWORD) == login["password"]
        kept = bootstrap.secrets().path(bootstrap.HUB_PASSWORD)
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert login["password"] not in paths.settings_file().read_text(encoding="utf-8")

        monkeypatch.delenv(PASSWORD)
        assert at("laptop", "hub", "sync", "--json").json["sent"] == 1
        [device] = [
            one for one in at("office", "hub", "devices", "--json").json if one["name"] == "Liu"
        ]
        assert (device["to_office"], device["revoked_at"]) == (1, None)
        worked = at("office", "hub", "work", "--once", "--json").json
        assert [one["from"] for one in worked["arrived"]] == ["Liu"]
        assert at("laptop", "hub", "status", "--json").json["waiting_there"] == 1
        answered = at("laptop", "hub", "sync", "--json").json
        assert [one["from"] for one in answered["arrived"]] == ["Office"]
        assert "1 package sent" in at("laptop", "hub", "sync").out, "what of it arrived"
        assert "0 packages sent" in at("laptop", "hub", "sync").out

        assert at("office", "hub", "revoke", "Liu").code == 0
        refused = at("laptop", "hub", "sync")
        assert (refused.code, "no longer lets this computer" in refused.err) == (5, True)
        assert at("office", "hub", "admit", "Liu", *administrator).code == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--server", "db.example.com", "--database", "d"), "Certificate"),
        (("--server", "db.example.com:x", "--database", "d"), "port"),
        (("--server", "127.0.0.1"), "Database"),
        (("--server", "h", "--database", "d", "--certificate", __file__), "BEGIN CERTIFICATE"),
    ],
)
def test_what_is_wrong_with_the_address_is_said_by_its_field(
    at: At, arguments: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but a connection that proves who the server is can be entered."""
    monkeypatch.setenv(PASSWORD, "secret")
    answer = at("laptop", "hub", "connect", *arguments, "--user", "u")
    assert answer.code == 2
    assert told in answer.err
