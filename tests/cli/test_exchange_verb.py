"""``poscare exchange``: the shapes and exit codes other programs rely on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app import paths
from app import settings as settings_file
from app.settings import Settings
from tests.cli.conftest import Answer, Run

At = Callable[..., Answer]


@pytest.fixture
def at(run: Run, tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch) -> At:
    """``at("office", "status")`` runs a verb of the exchange on a computer with its own data."""

    def call(computer: str, *arguments: str) -> Answer:
        folder = tmp_path / computer
        monkeypatch.setenv(paths.HOME_VARIABLE, str(folder))
        if not folder.exists():
            folder.mkdir()
            (folder / "poscare.db").write_bytes(template.read_bytes())
            letter = {"office": "L7"}.get(computer, f"B{len(list(tmp_path.iterdir()))}")
            settings_file.save(Settings(technician="T01", device=letter), paths.settings_file())
        return run("exchange", *arguments, "--lang", "en")

    return call


SHAPE = {"from", "operations", "applied", "already", "conflicts", "refused"}
"""What ``exchange import --json`` promises, whatever becomes of the package."""


def test_keys_packages_and_status_have_the_promised_shapes(at: At, tmp_path: Path) -> None:
    office, laptop = tmp_path / "office.poskey", tmp_path / "laptop.poskey"
    package, answer = tmp_path / "a.posx", tmp_path / "b.posx"
    own = at("office", "key", "-o", str(office), "--name", "Office", "--json").json
    assert own["file"] == str(office)
    at("laptop", "key", "-o", str(laptop), "--name", "Liu")

    said = at("laptop", "trust", str(office), "--office", "--fingerprint", own["fingerprint"])
    assert own["fingerprint"] in said.out
    wrong = at("office", "trust", str(laptop), "--fingerprint", "1234")
    assert wrong.code == 2
    unknown = at("laptop", "export", "-o", str(package))
    assert unknown.code == 0
    before = at("office", "import", str(package), "--json")
    assert (before.code, before.json["applied"]) == (2, 0)
    [why] = before.json["refused"]
    assert (why["code"], why["text"]) == (before.json["error"]["code"], before.err.strip())
    assert at("office", "status", "--json").json["devices"] == []

    at("office", "trust", str(laptop))
    looked = at("office", "import", str(package), "--dry-run", "--json")
    assert looked.code == 0
    taken = at("office", "import", str(package), "--json").json
    assert set(taken) >= SHAPE
    assert (taken["from"], taken["operations"], taken["refused"]) == ("Liu", 0, [])

    status = at("office", "status", "--json").json
    assert status["waiting"] == 0
    [device] = status["devices"]
    assert (device["name"], device["last_seq"], device["missing"]) == ("Liu", 0, [])
    assert device["last_contact"]

    assert at("office", "export", "-o", str(answer), "--to", "Liu", "--json").json["to"] == "Liu"
    assert at("laptop", "import", str(answer), "--json").json["state"]
    assert at("laptop", "conflicts", "--json").json == []
    assert at("laptop", "settle", "none", "keep").code == 3

    changed = bytearray(package.read_bytes())
    changed[200] ^= 1
    package.write_bytes(changed)
    altered = at("office", "import", str(package), "--json")
    assert (altered.code, altered.json.keys() - {"error"}) == (2, SHAPE)
    assert (altered.json["applied"], len(altered.json["refused"])) == (0, 1)
    assert "Nothing was taken in" in altered.err
    assert at("office", "revoke", "Liu").code == 0
    assert at("office", "export", "-o", str(answer), "--to", "Liu").code == 2


def test_who_works_at_a_computer_and_whom_to_trust_no_longer(at: At, tmp_path: Path) -> None:
    key = tmp_path / "laptop.poskey"
    at("laptop", "key", "-o", str(key), "--name", "Liu")
    at("office", "office", "begin")
    assert "speaks for technicians only" in at("office", "trust", str(key)).out
    made = at("office", "people", "Liu", "t02，T05", "--json").json
    assert (made["people"], made["unknown_people"]) == (["T02", "T05"], ["T02", "T05"])
    assert "T02, T05" in at("office", "people", "Liu").out
    nobody = at("office", "people", "Liu", "")
    assert (nobody.code, "Somebody has to work" in nobody.err) == (2, True)
    named = at("office", "trust", str(key), "--people", "T05", "--json").json
    assert named["people"] == ["T05"]
    at("office", "revoke", "Liu")
    assert at("office", "status", "--json").json["devices"] == []
    at("office", "trust", str(key))
    package = tmp_path / "a.posx"
    office = tmp_path / "office.poskey"
    at("office", "key", "-o", str(office))
    at("laptop", "trust", str(office), "--office")
    at("laptop", "export", "-o", str(package))
    assert at("office", "import", str(package)).code == 0
    assert at("office", "status", "--json").json["devices"][0]["revoked_at"] is None
    at("office", "revoke", "Liu")
    assert "no longer trusted since" in at("office", "status").out
    assert at("office", "status", "--json").json["devices"][0]["revoked_at"]


def test_a_laptop_is_told_how_far_the_office_is(at: At, run: Run, tmp_path: Path) -> None:
    office, laptop = tmp_path / "office.poskey", tmp_path / "laptop.poskey"
    package, answer = tmp_path / "a.posx", tmp_path / "b.posx"
    at("office", "key", "-o", str(office), "--name", "Office")
    at("laptop", "key", "-o", str(laptop), "--name", "Liu")
    # Before anybody said which is which, neither is called a laptop.
    assert "in no office yet" in at("office", "key").out
    at("office", "office", "begin")
    assert "(The office)" in at("office", "key").out
    at("office", "trust", str(laptop))
    assert "Office:" not in at("laptop", "status").out
    at("laptop", "trust", str(office), "--office")
    assert "(Laptop)" in at("laptop", "key").out
    assert "It has everything done here." in at("laptop", "status").out
    run("areas", "save", "浦东新区")
    since = at("laptop", "status", "--json").json["waiting_since"]
    told = at("laptop", "status").out
    assert since
    assert "Office: Office." in told
    assert "everything done here before" in told
    assert "to be sent" in told
    at("laptop", "export", "-o", str(package))
    at("office", "import", str(package))
    at("office", "export", "-o", str(answer), "--to", "Liu")
    at("laptop", "import", str(answer))
    assert "It has everything done here." in at("laptop", "status").out


def test_a_laptop_without_an_office_is_told_what_to_do(at: At, tmp_path: Path) -> None:
    refused = at("laptop", "export", "-o", str(tmp_path / "a.posx"))
    assert refused.code == 2
    assert "trust it as the office" in refused.err
    assert at("laptop", "office", "begin").code == 0
    assert at("laptop", "status", "--json").json["office"]


@pytest.mark.parametrize("content", ["", "POSKEY2-AAAA", "hello"])
def test_what_is_no_key_is_refused(at: At, tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.poskey"
    path.write_text(content, encoding="utf-8")
    assert at("laptop", "trust", str(path)).code == 2
    assert at("laptop", "trust", str(tmp_path / "none.poskey")).code == 2
