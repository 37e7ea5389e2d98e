"""Plans, visits and schedules on the command line: the whole round, as a script would do it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import icalendar
import openpyxl
import pypdfium2
import pytest

from app import bootstrap
from app.domain.faults import FaultClass
from app.domain.maintenance.plans import EventRule, PlanEvent, Subjects
from app.services import Services
from app.settings import Settings
from tests.cli.conftest import Run
from tests.factories import make_technician, make_terminal
from tests.maintenance import make_checklist, make_plan

pytestmark = pytest.mark.usefixtures("ready")

SHORT = ("--answer", "serial=SN000001", "--answer", "signal=-60", "--rest")


@pytest.fixture
def bare(settings: Settings, home: Path) -> Iterator[Services]:
    """Services over the database the verbs open, with the clock they have."""
    made = bootstrap.build(settings)
    yield made
    made.close()


@pytest.fixture
def estate(bare: Services) -> Services:
    """A technician and two terminals of one merchant."""
    make_technician(bare)
    make_terminal(bare, serial="SN000001", mid="848290058120001")
    make_terminal(bare, serial="SN000002", tid="50000002")
    return bare


def plan(services: Services, **changes: Any) -> None:
    """A monthly plan counted from today."""
    make_plan(services, **{"starts_on": services.context.today().isoformat(), **changes})


def first_visit(run: Run) -> dict[str, Any]:
    """The first open visit."""
    found: list[dict[str, Any]] = run("visit", "list", "--state", "open", "--json").json
    return found[0]


def test_a_plan_lives_its_life_on_the_command_line(run: Run, estate: Services) -> None:
    installed = run("plan", "install", "--json")
    assert (installed.code, len(installed.json["added"])) == (0, 11)
    assert run("plan", "install", "--json").json["added"] == []
    listed = {item["key"]: item for item in run("plan", "list", "--json").json}
    assert len(listed) == 11
    assert all(item["sentence"] and item["basis"] for item in listed.values())
    shown = run("plan", "show", "maint", "--json").json
    assert len(shown["next"]) == 5
    assert shown["next"] == sorted(shown["next"], key=lambda due: due["on"])
    assert "每 3 个月" in run("plan", "show", "maint").out
    assert "Every 3 months" in run("plan", "show", "maint", "--lang", "en").out


def test_generating_is_previewed_idempotent_and_undone(run: Run, estate: Services) -> None:
    plan(estate)
    before = run("plan", "preview", "--json").json
    assert before["occurrences"] > 0
    assert run("visit", "list", "--json").json == []
    made = run("plan", "generate", "--json").json
    assert made["occurrences"] == before["occurrences"]
    again = run("plan", "generate", "--json")
    assert (again.code, again.json["run"]) == (0, "")
    assert run("plan", "undo", made["run"], "--json").json["kept"] == 0
    assert run("visit", "list", "--json").json == []
    refused = run("plan", "undo", made["run"])
    assert refused.code == 2


def test_a_plan_is_added_and_changed_by_options(run: Run, estate: Services) -> None:
    added = run(
        "plan",
        "add",
        "dust",
        "--name-zh",
        "除尘",
        "--every",
        "2",
        "--unit",
        "week",
        "--weekdays",
        "0,3",
        "--early-days",
        "1",
        "--late-days",
        "1",
        "--anchor",
        "start",
        "--starts-on",
        "2030-01-07",
        "--json",
    )
    assert added.code == 0, added.err
    assert [due["on"] for due in added.json["next"]] == [
        "2030-01-07",
        "2030-01-10",
        "2030-01-21",
        "2030-01-24",
        "2030-02-04",
    ]
    changed = run("plan", "edit", "dust", "--every", "1", "--valid-from", "2030-12-01", "--json")
    assert [v["valid_from"] for v in changed.json["versions"]] == ["2030-01-07", "2030-12-01"]


def test_a_plan_takes_its_filter_and_threshold_by_options(run: Run, estate: Services) -> None:
    added = run(
        "plan",
        "add",
        "line",
        "--name-zh",
        "线路",
        "--no-rule",
        "--incidents",
        "4",
        "--within-days",
        "14",
        "--class",
        "network",
        "--merchant",
        "848290058120001",
        "--kind",
        "smart",
        "--manufacturer",
        "新大陆",
        "--state",
        "suspended",
    )
    assert added.code == 0, added.err
    contents = estate.plans.get("line").latest.contents
    assert contents.events == (EventRule(PlanEvent.INCIDENTS, (FaultClass.NETWORK,), 4, 14),)
    assert contents.subjects == Subjects(
        manufacturers=("新大陆",),
        kinds=("smart",),
        states=("suspended",),
        mids=("848290058120001",),
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--every", "0"), "0"),
        (("--incidents", "0"), "0"),
        (("--serial", "NOSUCH01"), "NOSUCH01"),
        (("--unit", "month", "--weekdays", "0"), "按周"),
        (("--starts-on", "2027-01-01", "--ends-on", "2026-01-01"), "2027-01-01"),
        (("--no-rule",), ""),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_its_field(
    run: Run, estate: Services, options: tuple[str, ...], words: str
) -> None:
    answer = run("plan", "add", "odd", "--name-zh", "怪", *options)
    assert answer.code == 2
    assert words in answer.err
    assert "Traceback" not in answer.err


def test_a_visit_is_worked_off_with_its_checklist(run: Run, estate: Services) -> None:
    make_checklist(estate)
    plan(estate, checklist="short", subjects=_only("SN000001"))
    run("plan", "generate")
    number = first_visit(run)["number"]
    silent = run("visit", "complete", number, *SHORT, "--answer", "clean=fail")
    assert silent.code == 2
    assert "clean: 不合格" in silent.err
    done = run(
        "visit",
        "complete",
        number,
        *SHORT,
        "--answer",
        "clean=fail",
        "--incident",
        "clean",
        "--json",
    )
    assert (done.code, done.json["summary"]["state"]) == (0, "done")
    (opened,) = run("incident", "list", "--json").json
    assert "清洁" in opened["symptom"]
    assert [note["number"] for note in done.json["incidents"]] == [opened["number"]]


def test_answers_can_come_from_a_file(run: Run, estate: Services, tmp_path: Path) -> None:
    make_checklist(estate)
    plan(estate, checklist="short", subjects=_only("SN000001"))
    run("plan", "generate")
    answers = {"serial": "SN000001", "seals": "pass", "clean": "pass", "signal": "-60"}
    path = tmp_path / "answers.json"
    path.write_text(json.dumps(answers), encoding="utf-8")
    number = first_visit(run)["number"]
    assert run("visit", "complete", number, "--answers", str(path)).code == 0
    assert run("visit", "complete", number, "--answers", str(path)).code == 3


def test_moving_outside_the_window_needs_a_reason(run: Run, estate: Services) -> None:
    plan(estate)
    run("plan", "generate")
    visit = first_visit(run)
    outside = (estate.context.today() + timedelta(days=200)).isoformat()
    refused = run("visit", "reschedule", visit["number"], "--to", outside)
    assert refused.code == 2
    assert visit["window_until"] in refused.err
    moved = run(
        "visit",
        "reschedule",
        visit["number"],
        "--to",
        outside,
        "--at",
        "09:30",
        "--reason",
        "商户装修",
        "--json",
    )
    assert moved.json["summary"]["planned_on"] == outside
    assert moved.json["summary"]["start_minute"] == 570
    assert run("visit", "assign", visit["number"], "NOBODY").code == 3
    assert run("visit", "assign", visit["number"], "-", "--json").json["summary"]["technician"] == (
        ""
    )


def test_a_task_is_skipped_with_its_reason(run: Run, estate: Services) -> None:
    plan(estate)
    run("plan", "generate")
    number = first_visit(run)["number"]
    assert run("visit", "skip", number, "--reason", " ").code == 2
    skipped = run("visit", "skip", number, "--reason", "商户停业", "--json").json
    assert {item["outcome"] for item in skipped["occurrences"]} == {"skipped"}


def test_a_counter_is_noted_and_an_extra_visit_is_made(run: Run, estate: Services) -> None:
    plan(estate)
    noted = run("plan", "meter", "SN000001", "prints", "12000", "--json")
    assert [reading["value"] for reading in noted.json] == [12000]
    made = run("visit", "extra", "care", "SN000001", "--technician", "T01", "--json")
    assert [item["occasion"] for item in made.json["occurrences"]] == ["extra"]
    assert run("visit", "extra", "care", "NOSUCH").code == 3


def test_an_absence_keeps_visits_off_its_days(run: Run, estate: Services) -> None:
    plan(estate)
    run("plan", "generate")
    visit = first_visit(run)
    day = visit["window_until"]
    code = visit["technician_code"]
    assert run("visit", "leave", code, "--from", day, "--to", day).code == 0
    assert run("visit", "reschedule", visit["number"], "--to", day).code == 2
    taken = run("visit", "leave", code, "--from", day, "--to", day, "--withdraw", "--json")
    assert [item["first_on"] for item in taken.json] == [day]
    assert run("visit", "reschedule", visit["number"], "--to", day).code == 0
    assert run("visit", "leave", code, "--from", day, "--withdraw").code == 3


OWN_CHECKLIST = """
[[checklist]]
key = "short"
title = { zh = "自拟检查表", en = "Our own" }
lines = [{ key = "works", kind = "check", text = { zh = "正常", en = "Works" } }]
"""


def test_a_checklist_of_ones_own_becomes_a_new_edition(
    run: Run, estate: Services, tmp_path: Path
) -> None:
    make_checklist(estate)
    path = tmp_path / "own.toml"
    path.write_text(OWN_CHECKLIST, encoding="utf-8")
    assert run("plan", "checklists", "--load", str(path)).code == 0
    (found,) = run("plan", "checklists", "--json").json
    assert (found["key"], found["edition"], found["lines"]) == ("short", 2, 1)
    path.write_text(OWN_CHECKLIST.replace('"check"', '"smell"'), encoding="utf-8")
    refused = run("plan", "checklists", "--load", str(path))
    assert refused.code == 2
    assert "own.toml" in refused.err
    assert "short" in refused.err
    assert run("plan", "checklists", "--json").json == [found]


def test_a_visit_nobody_signs_says_why(run: Run, estate: Services) -> None:
    plan(estate)
    run("plan", "generate")
    number = first_visit(run)["number"]
    assert run("report", "unsigned", number, "--reason", "店主外出").code == 0
    assert run("report", "unsigned", "L7-999999", "--reason", "店主外出").code == 3


def test_missed_dates_are_listed_and_nothing_missed_says_so(run: Run, estate: Services) -> None:
    plan(estate)
    run("plan", "generate")
    assert run("plan", "missed", "--json").json == {"decided": 0, "backlogs": []}
    figures = run("plan", "compliance", "--by", "area", "--json").json
    assert figures["total"]["closed"] == 0


def test_levelling_shows_figures_before_and_after(run: Run, estate: Services) -> None:
    plan(estate)
    run("plan", "generate")
    proposal = run("visit", "level", "--json").json
    assert set(proposal["before"]) == set(proposal["after"])
    assert proposal["after"]["late"] <= proposal["before"]["late"]
    said = run("visit", "level", "--lang", "en").out
    told = f"{proposal['changes']} visits would be moved; “--accept” moves them."
    assert (told in said) == (proposal["changes"] > 1)
    assert run("visit", "level", "--accept").code == 0


@pytest.mark.parametrize("kind", ["year", "month", "week", "route", "compliance", "evidence"])
def test_every_schedule_prints(run: Run, estate: Services, tmp_path: Path, kind: str) -> None:
    plan(estate)
    run("plan", "generate")
    visit = first_visit(run)
    path = tmp_path / "schedule.pdf"
    printed = run(
        "schedule",
        "--kind",
        kind,
        "--from",
        visit["planned_on"],
        "--to",
        visit["planned_on"],
        "-o",
        str(path),
        "--json",
    )
    assert printed.code == 0, printed.err
    with pypdfium2.PdfDocument(path) as document:
        assert len(document) == printed.json["pages"] >= 1


def test_calendars_keep_their_uids_and_name_their_zone(
    run: Run, estate: Services, tmp_path: Path
) -> None:
    plan(estate)
    run("plan", "generate")
    visit = first_visit(run)
    run("visit", "reschedule", visit["number"], "--to", visit["planned_on"], "--at", "09:30")
    path = tmp_path / "plan.ics"
    span = ("--from", visit["planned_on"], "--to", visit["planned_on"])
    (file,) = run("schedule", *span, "-o", str(path), "--json").json
    first = _events(Path(file["file"]))
    assert Path(file["file"]).name == f"plan-{visit['technician_code']}.ics"
    assert (
        run("schedule", *span, "--technician", visit["technician_code"], "-o", str(path)).code == 0
    )
    again = _events(path)
    assert [event["uid"] for event in again] == [event["uid"] for event in first]
    begin = again[0].decoded("dtstart")
    assert (begin.hour, begin.minute, begin.date()) == (
        9,
        30,
        date.fromisoformat(visit["planned_on"]),
    )


def test_a_workbook_keeps_serials_as_text_and_starts_no_formula(
    run: Run, bare: Services, tmp_path: Path
) -> None:
    make_technician(bare)
    make_terminal(bare, serial="00012345678901234567", merchant_name="=HYPERLINK(1)")
    plan(bare)
    run("plan", "generate")
    visit = first_visit(run)
    path = tmp_path / "plan.xlsx"
    span = ("--from", visit["planned_on"], "--to", visit["planned_on"])
    assert run("schedule", *span, "-o", str(path), "--json").json["rows"] == 1
    header, row = openpyxl.load_workbook(path).active.iter_rows()
    cells = {title.value: cell for title, cell in zip(header, row, strict=True)}
    assert cells["序列号"].value == "00012345678901234567"
    assert (cells["商户"].value, cells["商户"].data_type) == ("=HYPERLINK(1)", "s")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("plan", "show", "nosuch"), 3),
        (("visit", "show", "L7-V000009"), 3),
        (("schedule", "--technician", "NOBODY"), 3),
        (("schedule", "--plan", "nosuch"), 3),
        (("schedule", "--from", "2026-12-31", "--to", "2026-12-01"), 2),
        (("schedule", "--from", "2026-02-30"), 2),
        (("schedule", "-o", "plan.docx"), 2),
        (("plan", "undo", "nosuch"), 3),
        (("plan", "generate", "--until", "2020-01-01"), 2),
    ],
)
def test_exit_codes_say_what_kind_of_no_it_was(
    run: Run, arguments: tuple[str, ...], code: int, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = run(*arguments)
    assert answer.code == code
    assert answer.err
    assert "Traceback" not in answer.err


def test_holidays_are_shown_and_replaced_by_a_file(run: Run, tmp_path: Path) -> None:
    unknown = run("plan", "holidays", "2031")
    assert "2031" in unknown.out
    path = tmp_path / "2031.csv"
    path.write_text("day,kind,name\n2031-01-01,休,元旦\n2031-01-04,班,元旦\n", encoding="utf-8")
    loaded = run("plan", "holidays", "--load", str(path), "--json")
    (year,) = loaded.json
    of_notice = [day["day"] for day in year["days"] if day["basis"] == "notice"]
    assert of_notice == ["2031-01-04"], "New Year is off by law whatever the notice says"
    assert {day["basis"] for day in year["days"]} == {"notice", "law"}


def _only(serial: str) -> Any:
    from app.domain.maintenance.plans import Subjects

    return Subjects(serials=(serial,))


def _events(path: Path) -> list[Any]:
    return icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")


def test_visits_and_plans_are_listed_by_name_not_by_key(estate: Services, run: Run) -> None:
    make_checklist(estate)
    plan(estate, checklist="short")
    estate.generation.generate()
    names = estate.plans.get("care").latest.contents.name
    listed = run("visit", "list", "--lang", "zh").out
    assert names.zh in listed
    assert " care " not in listed
    assert "检查表: 短表" in run("plan", "show", "care", "--lang", "zh").out
