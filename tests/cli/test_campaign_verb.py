"""Warnings and campaigns on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("ready")

HEADER = "序列号,TID,商户号,商户名称,厂商,型号,固件,区域,保修到期\n"


def estate(run: Run, folder: Path, warranty: str = "") -> None:
    """Four N910 at four shops, with three firmwares."""
    rows = "".join(
        f"SN00000{n},8000010{n},84829005651000{n},测试店{n},新大陆,N910,{version},昆山市,{warranty}\n"
        for n, version in enumerate(("3.0.1", "3.2.1", "3.2.1", "3.10.0"))
    )
    file = folder / "terminals.csv"
    file.write_text(HEADER + rows, encoding="utf-8")
    assert run("people", "add", "T01", "张工").code == 0
    assert run("import", "terminals", str(file)).code == 0


def test_a_campaign_from_filter_to_the_last_tick(run: Run, tmp_path: Path) -> None:
    estate(run, tmp_path)
    asked = ("campaign", "create", "--title", "升级", "--kind", "firmware", "--target", "3.10.0")
    wanted = (*asked, "--due", "2099-12-20", "--older-than", "3.10.0")
    assert run(*asked, "--due", "2099-12-20").code == 2, "no filter at all"
    tried = run(*wanted, "--dry-run", "--json").json
    assert tried == {"terminals": ["SN000000", "SN000001", "SN000002"]}
    assert run("campaign", "list", "--json").json == {"campaigns": []}
    made = run(*wanted, "--owner", "T01", "--json").json
    assert (made["total"], made["left"], made["owner"]) == (3, 3, "张工")
    number = made["number"]
    done = run("campaign", "done", number, "SN000001", "--json").json
    assert (done["done"], done["state"]) == (1, "open")
    assert run("campaign", "excuse", number, "SN000002", "--reason", "停业").code == 0
    left = run("campaign", "show", number, "--left", "--json").json["terminals"]
    assert [(one["serial"], one["firmware"]) for one in left] == [("SN000000", "3.0.1")]
    planned = run("campaign", "visits", number, "--day", "2099-12-10", "--technician", "T01")
    assert planned.code == 0
    assert "2099-12-10" in run("campaign", "show", number).out
    ended = run("campaign", "done", number, "--all", "--json").json
    assert (ended["state"], ended["left"], ended["excused"]) == ("finished", 0, 1)
    assert run("campaign", "cancel", number, "--reason", "x").code == 4
    again = run("campaign", "take-up", number, "SN000002", "--reason", "开业了", "--json").json
    assert (again["state"], again["left"]) == ("open", 1)
    out = tmp_path / "list.pdf"
    assert run("campaign", "print", number, "-o", str(out)).code == 0
    document = pypdfium2.PdfDocument(out)
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert number in text
    assert "SN000002" in text
    assert run("campaign", "edit", number, "--due", "2099-12-30", "--json").json["due_on"] == (
        "2099-12-30"
    )


def test_a_warning_is_seen_to_acted_on_and_ended(run: Run, tmp_path: Path) -> None:
    """A warranty that ends soon is a warning on any day."""
    soon = datetime.now(UTC).date() + timedelta(days=10)
    estate(run, tmp_path, soon.isoformat())
    verb = ("insight", "warning")
    (found,) = run(*verb, "list", "--json").json["warnings"]
    assert (found["state"], found["seen"]) == ("new", 4)
    key = found["key"]
    said = ("--owner", "T01", "--due", "2099-01-05", "--note", "先问供应商")
    seen = run(*verb, "acknowledge", key, *said, "--json").json
    assert (seen["state"], seen["owner"], seen["due_on"]) == ("acknowledged", "张工", "2099-01-05")
    assert "先问供应商" in run(*verb, "show", key[:12]).out
    acted = run(*verb, "act", key, "--json").json
    assert acted["state"] == "acting"
    assert run(*verb, "plan", key, "--due", "2099-01-09", "--json").json["due_on"] == "2099-01-09"
    made = run(*verb, "campaign", key, "--title", "过保检查", "--json").json
    assert made["log"][-1]["action"] == "make"
    (campaign,) = run("campaign", "list", "--json").json["campaigns"]
    assert (campaign["title"], campaign["total"], campaign["warning"]) == ("过保检查", 4, key)
    told = run(*verb, "handover", key, "--to", "supplier")
    assert told.code == 0
    assert "请核查该批次的部件" in told.out
    assert run(*verb, "close", key, "dismissed").code == 2
    ended = run(*verb, "close", key, "proven_right", "--json").json
    assert (ended["state"], ended["right"]) == ("proven_right", 1)
    assert run(*verb, "list", "--json").json == {"warnings": []}
    assert [one["key"] for one in run(*verb, "list", "--ended", "--json").json["warnings"]] == [key]
    assert run(*verb, "reopen", key, "--note", "还没换").code == 0
    assert run(*verb, "show", "nothing").code == 3


def test_a_firmware_is_found_by_its_version(run: Run, tmp_path: Path) -> None:
    estate(run, tmp_path)
    found = run("terminal", "find", "3.2.1", "--json").json
    assert [one["serial"] for one in found] == ["SN000001", "SN000002"]


REFUSED: tuple[tuple[str, ...], ...] = (
    ("sla", "save", " "),
    ("sla", "save", "甲", "--area", "没有的区"),
    ("sla", "save", "甲", "--acquirer", "没有的机构"),
    ("sla", "save", "甲", "--hours", "0900-0901w"),
    ("plan", "holidays", "99999"),
    ("plan", "holidays", "1"),
    ("plan", "holidays", "--close", "2026-12-24", "--work", "2026-12-24"),
    ("plan", "territories", "--area", "昆山市"),
    ("plan", "territories", "--give", "T01"),
    ("plan", "territories", "--give", "M01", "--area", "昆山市"),
    ("plan", "territories", "--give", "T01", "--area", "昆山市", "--adopt"),
    ("campaign", "done", "C000001", "SN000003"),
)


def test_what_would_do_nothing_or_harm_is_refused_with_a_sentence(run: Run, tmp_path: Path) -> None:
    estate(run, tmp_path)
    assert run("people", "add", "M01", "李经理", "--role", "manager").code == 0
    asked = ("campaign", "create", "--title", "升级", "--kind", "inspection")
    made = run(*asked, "--due", "2099-12-20", "--firmware", "3.2.1", "--json").json
    for arguments in REFUSED:
        answer = run(*(made["number"] if one == "C000001" else one for one in arguments))
        assert (answer.code, answer.out) == (2, ""), (arguments, answer.err)
        assert "Traceback" not in answer.err
    assert run("sla", "list", "--json").json == []
    assert run("campaign", "cancel", made["number"], "--reason", "停").code == 0
    for step in (("cancel", "--reason", "停"), ("visits", "--day", "2099-12-01")):
        refused = run("campaign", step[0], made["number"], *step[1:], "--lang", "en")
        assert refused.code == 4
        assert "“Called off”" in refused.err
        assert "incident" not in refused.err


def test_an_agreement_out_of_use_stays_so_until_it_is_taken_up(run: Run) -> None:
    for more, active in (
        ((), True),
        (("--retire",), False),
        (("--response-hours", "3"), False),
        (("--resume",), True),
        (("--response-hours", "2"), True),
    ):
        assert run("sla", "save", "甲", *more).code == 0
        assert [one["active"] for one in run("sla", "list", "--json").json] == [active]


def test_a_place_that_cannot_be_written_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    refused = run("plan", "holidays", "--template", str(tmp_path / "file" / "days.csv"))
    assert refused.code == 5
    assert "Traceback" not in refused.err
