"""``poscare people`` sets up signing in; then every command needs somebody who may."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

BOSS, WORKER = "correct horse battery", "卷纸两卷加一支笔"


@pytest.fixture
def guarded(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """T01 is administrator, T02 technician; both have a password."""
    assert run("people", "add", "T01", "张工", "--role", "administrator").code == 0
    assert run("people", "add", "T02", "李工").code == 0
    assert run("people", "list").code == 0
    monkeypatch.setenv("POSCARE_NEW_PASSWORD", BOSS)
    set_first = run("people", "password", "T01", "--json")
    assert len(set_first.json["recovery"]) == 20
    monkeypatch.setenv("POSCARE_PASSWORD", BOSS)
    given = run("people", "code", "T02", "--as", "T01", "--json").json["code"]
    monkeypatch.setenv("POSCARE_NEW_PASSWORD", WORKER)
    monkeypatch.delenv("POSCARE_PASSWORD")
    assert run("people", "password", "T02", "--code", given).code == 0
    return run


def test_a_command_works_for_who_proves_it(guarded: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = guarded("incident", "list")
    assert (nobody.code, nobody.err.strip()) == (
        2,
        "请说明是谁在操作：--as 工号，或环境变量 POSCARE_PERSON。",
    )
    assert "POSCARE_PASSWORD" in guarded("incident", "list", "--as", "T02").err
    monkeypatch.setenv("POSCARE_PASSWORD", BOSS)
    wrong = guarded("incident", "list", "--as", "T02")
    unknown = guarded("incident", "list", "--as", "T77")
    assert (wrong.code, wrong.err) == (unknown.code, unknown.err)
    monkeypatch.setenv("POSCARE_PASSWORD", WORKER)
    monkeypatch.setenv("POSCARE_PERSON", "T02")
    assert guarded("incident", "open", "--unknown", "SN20260001", "--code", "A0").code == 0
    shown = guarded("incident", "list", "--json").json
    event = guarded("incident", "show", shown[0]["number"], "--json").json["events"][0]
    assert event["by"] == "T02"


def test_what_a_technician_may_not_do_is_refused_with_who_may(
    guarded: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("POSCARE_PASSWORD", WORKER)
    monkeypatch.setenv("POSCARE_PERSON", "T02")
    made = guarded("backup", "--to", str(tmp_path / "copies"), "--json")
    refused = [
        guarded("people", "add", "T03", "王工"),
        guarded("people", "role", "T02", "administrator"),
        guarded("people", "code", "T01"),
        guarded("restore", made.json["file"]),
    ]
    assert [answer.code for answer in refused] == [4, 4, 4, 4]
    assert all("管理员" in answer.err for answer in refused)
    monkeypatch.setenv("POSCARE_PASSWORD", BOSS)
    monkeypatch.setenv("POSCARE_PERSON", "T01")
    people = guarded("people", "list", "--json").json
    assert {(p["code"], p["role"]) for p in people} == {
        ("T01", "administrator"),
        ("T02", "technician"),
    }
    assert guarded("restore", made.json["file"]).code == 0


def test_one_person_names_nobody_and_may_name_a_colleague(run: Run) -> None:
    assert run("people", "add", "T01", "张工").code == 0
    assert run("people", "add", "M01", "李经理", "--role", "manager").code == 0
    assert (
        run("incident", "open", "--unknown", "SN20260001", "--code", "A0", "--as", "m01").code == 0
    )
    number = run("incident", "list", "--json").json[0]["number"]
    assert run("incident", "show", number, "--json").json["events"][0]["by"] == "M01"
    assert run("incident", "list", "--as", "T99").code == 3
    listed = run("people", "list", "--json").json
    assert [(p["code"], p["fieldwork"]) for p in listed] == [("M01", False), ("T01", True)]
