"""Custody on the command line: read, handed over, and who is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("ready")


def test_a_device_is_handed_over_and_the_missing_are_named(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text("SN,厂商,型号\nSN000001,M,N\n", encoding="utf-8")
    assert run("import", "terminals", str(path)).code == 0
    given = run(
        "terminal",
        "custody",
        "SN000001",
        "--to",
        "courier",
        "--holder",
        "顺丰",
        "--pack",
        "unopened",
        "--reference",
        "SF123",
        "--expected",
        "2099-01-01",
        "--json",
    )
    assert given.code == 0, given.err
    now, before = given.json["custody"]
    assert (now["kind"], now["name"], now["pack"], now["reference"]) == (
        "courier",
        "顺丰",
        "unopened",
        "SF123",
    )
    assert (before["kind"], before["until"]) == ("warehouse", now["since"])
    shown = run("terminal", "custody", "SN000001")
    assert "顺丰" in shown.out
    assert "原封未拆" in shown.out
    assert run("terminal", "custody", "--unaccounted", "--json").json == {
        "count": 0,
        "devices": [],
    }
    refused = run("terminal", "custody", "SN000001", "--to", "courier")
    assert refused.code != 0
    assert "快递" in refused.err
