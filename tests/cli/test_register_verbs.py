"""Import of both kinds, export and figures on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.paths import resources
from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("ready")

SAMPLE = resources() / "sample"
TERMINALS = str(SAMPLE / "terminals.csv")


@pytest.fixture
def few(tmp_path: Path) -> str:
    """Twelve terminals of the sample, one of them wrong."""
    lines = (SAMPLE / "terminals.csv").read_text("gb18030").splitlines()
    path = tmp_path / "few.csv"
    bad = lines[1].replace("90000000", "12AB").replace("TESTP200000000", "TESTP299999999")
    path.write_text("\n".join([*lines[:12], bad, ",,,"]), encoding="utf-8")
    return str(path)


def test_an_import_says_what_scripts_rely_on(run: Run, few: str) -> None:
    looked = run("import", "terminals", few, "--dry-run", "--json")
    assert looked.code == 0
    said = looked.json
    assert (said["rows"], said["new"], said["updated"], said["unchanged"], said["blank"]) == (
        13,
        11,
        0,
        0,
        1,
    )
    assert not said["committed"]
    (problem,) = said["problems"]
    assert (problem["row"], problem["field"], problem["code"]) == (13, "tid", "tid.malformed")
    assert "12AB" in problem["reason"]
    assert run("import", "terminals", few, "--json").code == 2
    done = run("import", "terminals", few, "--skip-bad", "--json").json
    assert (done["committed"], done["new"], done["skipped"]) == (True, 11, 1)
    assert run("import", few, "--skip-bad", "--json").json["unchanged"] == 11


def test_history_goes_in_by_either_spelling(run: Run, few: str, tmp_path: Path) -> None:
    run("import", few, "--skip-bad")
    path = tmp_path / "history.csv"
    path.write_text(
        "序列号,报修时间,显示代码,现象,故障类别,恢复时间\n"
        "TESTP200000000,2025-10-01 10:20,A0,x,software,2025-10-01 12:00\n"
        "NOSUCH01,2025-10-01 10:20,A0,x,software,2025-10-01 12:00\n",
        encoding="utf-8",
    )
    looked = run("import", "history", str(path), "--dry-run", "--json").json
    assert (looked["rows"], looked["new"], looked["problems"][0]["field"]) == (2, 1, "serial")
    assert run("import", "--history", str(path)).code == 2
    assert run("import", "--history", str(path), "--skip-bad", "--json").json["new"] == 1
    again = run("import", "history", str(path), "--skip-bad", "--json").json
    assert (again["new"], again["unchanged"]) == (0, 1)


def test_a_column_can_be_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("设备,厂商,型号\nSN000001,新大陆,N910\n", encoding="utf-8")
    refused = run("import", str(path), "--dry-run")
    assert (refused.code, "序列号" in refused.err) == (2, True)
    named = run("import", str(path), "--dry-run", "--column", "serial=设备", "--json")
    assert named.json["new"] == 1


def test_an_export_can_be_imported_again(run: Run, few: str, tmp_path: Path) -> None:
    run("import", few, "--skip-bad")
    path = str(tmp_path / "out.xlsx")
    assert run("terminal", "export", path, "--json").json["terminals"] == 11
    assert run("import", path, "--dry-run", "--json").json["unchanged"] == 11
    part = str(tmp_path / "part.csv")
    assert run("terminal", "export", part, "--model", "A8", "--json").json["terminals"] == 3
    nowhere = run("terminal", "export", str(tmp_path / "no" / "x.csv"))
    assert (nowhere.code, "Traceback" in nowhere.err) == (5, False)


def test_figures_are_printed_and_can_be_read_by_a_script(
    run: Run, few: str, tmp_path: Path
) -> None:
    run("import", few, "--skip-bad")
    rows = "\n".join(
        f"TESTP200000000,2025-10-{day:02} 10:20,,x{day},hardware,2025-10-{day:02} 12:00"
        for day in (5, 9, 20)
    )
    path = tmp_path / "history.csv"
    path.write_text(f"序列号,报修时间,代码,现象,类别,恢复时间\n{rows}\n", encoding="utf-8")
    run("import", "history", str(path))
    period = ("--from", "2025-09-01", "--to", "2025-10-31")
    said = run("insight", *period, "--json").json
    assert [(m["month"], m["incidents"]) for m in said["months"]] == [
        ("2025-09", 0),
        ("2025-10", 3),
    ]
    assert said["months"][1]["by_class"] == {"hardware": 3}
    assert said["models"][0]["item_failures"] == 3
    assert [len(w["evidence"]) for w in said["warnings"]] == [3]
    text = run("insight", *period, "--lang", "en").out
    assert "3 incidents, 3 of them failures" in text
    assert "3 failures of the terminal itself in the last 30 days (limit: 2)" in text
    assert json.dumps(said["period"]) == '{"first": "2025-09-01", "last": "2025-10-31"}'


@pytest.mark.parametrize(
    "arguments",
    [("--from", "gestern"), ("--months", "0"), ("--from", "2026-02-01", "--to", "2026-01-01")],
)
def test_a_senseless_period_is_refused_in_words(run: Run, arguments: tuple[str, ...]) -> None:
    refused = run("insight", *arguments)
    assert refused.code == 2
    assert "Traceback" not in refused.err
