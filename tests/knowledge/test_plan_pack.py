"""The shipped plans are complete, and a wrong pack says where it is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app import paths
from app.domain.errors import BadKnowledge
from app.domain.faults import FaultClass
from app.domain.maintenance.checklist_lines import LineKind
from app.knowledge.plan_pack import load_plan_pack

SHIPPED = paths.resources() / "plans"


def test_every_plan_and_line_speaks_both_languages() -> None:
    pack = load_plan_pack(SHIPPED)
    assert len(pack.plans) == 11
    for plan in pack.plans:
        assert plan.name_zh != plan.name_en
        assert plan.basis_zh
        assert plan.basis_en
    for checklist in pack.checklists:
        for line in checklist.lines:
            assert line.text.zh != line.text.en
            assert bool(line.help.zh) == bool(line.help.en)


def test_identity_and_tampering_raise_alarms() -> None:
    lists = {c.key: c for c in load_plan_pack(SHIPPED).checklists}
    tamper = {line.key: line for line in lists["tamper"].lines}
    assert tamper["serial"].kind is LineKind.SERIAL
    assert tamper["serial"].alarm is FaultClass.VIOLATION
    assert tamper["overlay"].alarm is FaultClass.HARDWARE
    kinds = {line.kind for checklist in lists.values() for line in checklist.lines}
    assert kinds == set(LineKind)


@pytest.mark.parametrize(
    ("file", "old", "new", "entry"),
    [
        ("plans.toml", 'key = "maint"', 'key = "maint"\nextra = 1', "maint"),
        ("plans.toml", 'checklist = "maint"', 'checklist = "nosuch"', "maint"),
        ("plans.toml", 'covers = ["maint"', 'covers = ["nosuch"', "full"),
        ("plans.toml", "every = 3", "every = 0", "maint"),
        ("plans.toml", 'key = "full"', 'key = "maint"', "maint"),
        ("plans.toml", "minutes = 30", 'minutes = "x"', "maint"),
        ("checklists.toml", 'kind = "serial"', 'kind = "sereal"', "maint"),
        ("checklists.toml", 'key = "seals"', 'key = "serial"', "maint"),
        ("checklists.toml", "most = 24", "most = 24, least = 30", "maint.battery_age"),
        ("checklists.toml", "[[checklist]]", "[[checklists]]", "-"),
    ],
)
def test_a_wrong_pack_names_file_and_entry(
    tmp_path: Path, file: str, old: str, new: str, entry: str
) -> None:
    shutil.copytree(SHIPPED, tmp_path / "plans")
    path = tmp_path / "plans" / file
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(BadKnowledge) as refused:
        load_plan_pack(tmp_path / "plans")
    assert (refused.value.params["file"], refused.value.params["entry"]) == (file, entry)
