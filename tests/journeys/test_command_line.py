"""The main job from an empty computer to two printed documents, with nothing but the verbs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.paths import resources
from tests.cli.conftest import Run, run  # noqa: F401 - the fixture, by its name
from tests.reports.reading import all_text

EXPORT = str(resources() / "sample" / "terminals.csv")


def test_from_an_empty_database_to_a_service_report_and_a_schedule(
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    imported = run("import", "terminals", EXPORT, "--skip-bad", "--json").json
    assert (imported["rows"], imported["new"], imported["blank"]) == (2027, 2000, 9)
    (top, *_) = run("diagnose", "--text", "请签到", "--json").json["ranking"]
    assert (top["class"], bool(top["reasons"])) == ("operation", True)

    number = run("incident", "open", "50000007", "--symptom", "提示请签到", "--json").json["number"]
    again = run("incident", "open", "50000007", "--symptom", "提示请签到", "--json")
    assert number in again.err, "the open incident on the same terminal was not offered"
    moved = run("incident", "move", again.json["number"], "duplicate", "--of", number, "--json")
    assert moved.json["state"] == "duplicate"

    assert run("incident", "move", number, "in_progress", "--json").json["state"] == "in_progress"
    waits = ("--reason", "parts", "--until", "2099-01-01")
    assert run("incident", "move", number, "on_hold", *waits, "--json").json["state"] == "on_hold"
    assert run("incident", "resume", number, "--json").json["state"] == "in_progress"
    assert run("incident", "log", number, "重新签到", "--minutes", "10").code == 0
    resolved = run(
        "incident",
        "resolve",
        number,
        "--class",
        top["class"],
        "--work-done",
        "重新签到",
        "--test",
        "sign_in",
        "--test",
        "test_sale=000123",
        "--json",
    )
    assert resolved.json["state"] == "resolved"
    told = ("--confirmed-by", "王先生", "--how", "by_phone")
    assert run("incident", "close", number, *told).code == 0

    report = tmp_path / "report.pdf"
    printed = run("report", "incident", number, "-o", str(report), "--json").json
    assert [document["number"] for document in printed["documents"]] == [number]
    words = all_text(report.read_bytes())
    assert all(word in words for word in (number, "50000007", "重新签到"))

    assert run("plan", "install").code == 0
    assert run("plan", "generate").code == 0
    schedule = tmp_path / "schedule.pdf"
    visits = run("visit", "list", "--json").json
    assert visits
    made = run("schedule", "--area", "江宁区", "-o", str(schedule), "--json").json
    assert made["pages"] >= 1
    assert "维护安排" in all_text(schedule.read_bytes())


@pytest.mark.xdist_group("demo")
def test_the_demo_writes_documents_and_pictures_of_every_page(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "app", "demo", "--out", str(out), "--json", "--lang", "zh"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    files = [Path(name) for name in json.loads(done.stdout)["files"]]
    assert {path.name for path in files} >= {
        "service_report.pdf",
        "schedule.pdf",
        "page_today.png",
        "page_incidents.png",
        "page_terminals.png",
        "page_maintenance.png",
        "page_insight.png",
        "page_reports.png",
        "page_settings.png",
    }
    assert all(path.stat().st_size > 3_000 for path in files)
    assert "维修服务单" in all_text((out / "service_report.pdf").read_bytes())
    assert "维护安排" in all_text((out / "schedule.pdf").read_bytes())
