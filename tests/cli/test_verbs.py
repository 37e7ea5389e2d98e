"""The command line does what the window does, in text and JSON, with honest exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from app import paths
from app import settings as settings_file
from app.cli.verbs import VERBS
from app.domain.incidents.lifecycle import Priority
from app.paths import resources
from tests.cli.conftest import Run

EXPORT = str(resources() / "sample" / "terminals.csv")


def test_an_incident_lives_its_life_on_the_command_line(run: Run) -> None:
    assert run("import", EXPORT, "--dry-run").code == 0
    assert run("terminal", "find", "测试华晖").out.strip() == "没有找到终端。"
    refused = run("import", EXPORT)
    assert refused.code == 2
    assert "与第 106 行重复" in refused.out
    assert run("import", EXPORT, "--skip-bad", "--json").json["added"] == 2000
    opened = run("incident", "open", "50000007", "--code", "A0", "--json")
    assert (opened.code, opened.json["number"], opened.json["state"]) == (0, "L7-000001", "new")
    assert run("incident", "start", "L7-000001", "--json").json["state"] == "in_progress"
    assert run("incident", "log", "L7-000001", "重新签到", "--outcome", "仍失败").code == 0
    resolved = run(
        "incident",
        "resolve",
        "L7-000001",
        "--class",
        "operation",
        "--work-done",
        "重新签到",
        "--test",
        "sign_in",
        "--test",
        "test_sale=000123",
        "--json",
    )
    assert resolved.json["state"] == "resolved"
    assert resolved.json["tests"][1] == {
        "item": "test_sale",
        "outcome": "passed",
        "reference": "000123",
    }
    told = ("--confirmed-by", "王先生", "--how", "by_phone")
    closed = run("incident", "close", "L7-000001", *told, "--json")
    assert closed.json["state"] == "closed"
    listed = run("incident", "list", "--state", "closed", "--json").json
    assert [item["number"] for item in listed] == ["L7-000001"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("incident", "show", "L7-999999"), 3),
        (("terminal", "show", "NOSUCH01"), 3),
        (("import", "/nowhere/file.csv"), 5),
        (("restore", "/nowhere/file.db"), 3),
        (("incident", "open"), 2),
        (("nonsense",), 2),
    ],
)
def test_exit_codes_say_what_kind_of_no_it_was(
    run: Run, arguments: tuple[str, ...], code: int
) -> None:
    answer = run(*arguments)
    assert answer.code == code
    assert answer.err
    assert "Traceback" not in answer.err


def test_a_step_the_state_forbids_is_four(run: Run) -> None:
    run("incident", "open", "ABCD0001", "--unknown", "--symptom", "黑屏")
    answer = run("incident", "resume", "L7-000001")
    assert (answer.code, answer.err.strip()) == (4, "“新建”状态下不能“继续处理”。")


def test_a_serial_number_nobody_registered_is_told_of_its_open_incident(run: Run) -> None:
    first = run("incident", "open", "ABCD0001", "--unknown", "--symptom", "黑屏")
    assert "L7-000001" not in first.err
    again = run("incident", "open", "abcd0001", "--unknown", "--symptom", "开不了机")
    assert again.code == 0, again.err
    assert "L7-000001" in again.err
    assert "duplicate --of L7-000001" in again.err


def test_words_are_in_the_language_asked_for(run: Run) -> None:
    run("incident", "open", "ABCD0001", "--unknown", "--symptom", "黑屏")
    assert "新建" in run("incident", "show", "L7-000001").out
    assert "State: New" in run("incident", "show", "L7-000001", "--lang", "en").out


def test_another_database_can_be_named(run: Run, tmp_path: Path) -> None:
    other = str(tmp_path / "other" / "my.db")
    run("incident", "open", "ABCD0001", "--unknown", "--symptom", "黑屏", "--db", other)
    assert run("incident", "list", "--json").json == []
    assert len(run("incident", "list", "--json", "--db", other).json) == 1


def test_backups_are_listed_checked_and_restored(run: Run) -> None:
    run("incident", "open", "ABCD0001", "--unknown", "--symptom", "黑屏")
    made = run("backup", "--json").json["file"]
    run("incident", "open", "ABCD0002", "--unknown", "--symptom", "黑屏")
    assert [item["path"] for item in run("backup", "--list", "--json").json] == [made]
    assert all(finding["well"] for finding in run("check", "--thorough", "--json").json)
    assert run("restore", made).code == 0
    assert len(run("incident", "list", "--json").json) == 1


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_verb_explains_itself(run: Run, verb: str, language: str) -> None:
    answer = run(verb, "--help", "--lang", language)
    assert answer.code == 0
    assert f"poscare {verb}" in answer.out


def test_a_closed_pipe_is_no_error() -> None:
    code = (
        "from app.cli import main; import sys;"
        "sys.exit(main(['import', sys.argv[1], '--dry-run', '--json']))"
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", code, EXPORT], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert worker.stdout is not None
    assert worker.stderr is not None
    worker.stdout.read(10)
    worker.stdout.close()
    assert b"Traceback" not in worker.stderr.read()
    worker.stderr.close()
    worker.wait(30)


def test_the_command_line_never_loads_qt() -> None:
    code = (
        "import sys; from app.cli import main; main(['check']);"
        "print(any(name.startswith('PySide6') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("False")


def test_settings_are_shown_and_changed_by_name(run: Run, home: Path) -> None:
    shown = run("settings", "--json").json
    assert (shown["p1_resolve_hours"], shown["horizon_days"]) == (4, 90)
    assert run("settings", "p1_resolve_hours", "6", "--json").json == {"p1_resolve_hours": 6}
    assert settings_file.load(paths.settings_file()).targets[Priority.P1].resolve_hours == 6
    for name, value in (
        ("p1_resolve_hours", "0"),
        ("p1_resolve_hours", "x"),
        ("p1_response_hours", "7"),
        ("nosuch", "1"),
        ("language", "xx"),
    ):
        assert run("settings", name, value).code == 2, (name, value)
    assert run("settings", "p1_resolve_hours", "--json").json == {"p1_resolve_hours": 6}


def test_incidents_are_listed_unfinished_unless_others_are_asked_for(run: Run) -> None:
    for serial in ("ABCD0001", "ABCD0002"):
        run("incident", "open", serial, "--unknown", "--symptom", "黑屏")
    run("incident", "cancel", "L7-000001", "--reason", "误报")

    def listed(*more: str) -> list[str]:
        return [item["number"] for item in run("incident", "list", "--json", *more).json]

    assert listed() == ["L7-000002"]
    assert listed("--state", "closed") == ["L7-000001"]
    assert sorted(listed("--state", "all")) == ["L7-000001", "L7-000002"]


def test_a_logo_is_copied_as_the_window_does(run: Run, tmp_path: Path) -> None:
    picture = tmp_path / "logo.png"
    Image.new("RGB", (40, 20), "navy").save(picture)
    kept = run("settings", "company_logo", str(picture), "--json").json["company_logo"]
    assert Path(kept).parent == paths.home()
    picture.write_bytes(b"no picture")
    assert Path(kept).read_bytes().startswith(b"\x89PNG")
    refused = run("settings", "company_logo", str(picture))
    assert refused.code == 2
    assert run("settings", "company_logo", "--json").json["company_logo"] == kept
    assert run("settings", "company_logo", "", "--json").json["company_logo"] == ""
