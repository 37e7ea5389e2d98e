"""What verbs leave in the logs: nothing of whom the work was about."""

from __future__ import annotations

from pathlib import Path

from app.services import Services
from tests.cli.conftest import Run
from tests.factories import make_incident, make_terminal
from tests.test_logs import CANARIES, CARD, NAME, PHONE, written


def test_case_72_a_day_of_work_leaves_no_names(
    run: Run, services: Services, tmp_path: Path
) -> None:
    table = tmp_path / f"{NAME}.csv"
    table.write_text(
        f"序列号,商户名称,联系电话,地址\nTESTX0000001,{NAME},{PHONE},金丝雀路7号\n坏,{NAME},坏,{CARD}\n",
        encoding="utf-8",
    )
    run("import", "terminals", str(table), "--skip-bad")
    run("import", "terminals", str(tmp_path / f"{NAME} {PHONE}.xlsx"))
    run("incident", "open", NAME, "--symptom", f"{NAME} {PHONE} {CARD}")
    run("incident", "open", "TESTX0000001", "--symptom", f"{NAME} {PHONE} {CARD}")
    run("terminal", "find", NAME)
    run("backup", "--to", str(tmp_path / NAME / "x"))
    run("settings", "company_name", NAME)
    run("settings", "technician", NAME)
    run("--db", f"postgresql://{NAME}:hunter2@127.0.0.1:9/{NAME}", "incident", "list")
    make_incident(services, make_terminal(services, contact_name=NAME, contact_phone=PHONE))
    assert "database open" in written()
    for canary in CANARIES:
        assert canary not in written()
