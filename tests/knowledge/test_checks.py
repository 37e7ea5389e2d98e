"""The lint finds what is poor, and the shipped catalogue is sound."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app import paths
from app.domain.faults import FaultClass
from app.knowledge import load_knowledge
from app.knowledge.checks import check_folder

SHIPPED = paths.resources() / "knowledge"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped catalogue to spoil."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "knowledge"))


def test_the_shipped_catalogue_is_sound() -> None:
    assert check_folder(SHIPPED) == []


def test_every_published_code_is_there() -> None:
    knowledge = load_knowledge(SHIPPED)
    for code in ("00", "51", "99", "A0", "A7", "ZV"):
        assert code in knowledge.codes or code == "ZV"
    for number in range(100):
        if f"{number:02d}" not in {"18", "24", "26", "27", "28", "29", "32"}:
            assert f"{number:02d}" in knowledge.codes
    profiles = {code.profile for meanings in knowledge.codes.values() for code in meanings}
    assert profiles == set(knowledge.profiles)


def test_every_class_has_something_to_say_and_somebody_to_call() -> None:
    knowledge = load_knowledge(SHIPPED)
    for fault_class in FaultClass:
        note = knowledge.classes[fault_class]
        assert note.say.zh
        assert note.say.en
        assert note.contact in knowledge.contacts


def test_every_problem_of_every_file_is_named_at_once(folder: Path) -> None:
    (folder / "bad.toml").write_text(
        '[remedy]\na = { zh = "", en = "A", source = "own" }\nb = { zh = "乙", source = "own" }\n',
        encoding="utf-8",
    )
    (folder / "worse.toml").write_text("[[[", encoding="utf-8")
    found = check_folder(folder)
    assert [flaw.kind for flaw in found] == ["error"] * 3
    assert {flaw.where.split()[0] for flaw in found} == {"bad.toml", "worse.toml"}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "modes.toml",
            '[mode."ot.none"]',
            '[mode."ot.new"]\nclass = "other"\nzh = "新"\nen = "New"\ncauses = ["no_fault"]\nsource = "own"\n\n[mode."ot.none"]',  # noqa: E501
            "no sign and no code points at it",
        ),
        (
            "remedies.toml",
            "[remedy]",
            '[remedy]\nidle = { zh = "闲", en = "Idle", source = "own" }',
            "no cause names it",
        ),
        ("modes.toml", 'zh = "未发现故障"', 'zh = "no fault"', "holds no Chinese"),
        ("modes.toml", 'en = "No fault found"', 'en = "未发现故障"', "holds Chinese"),
        ("signs_account.toml", '"余额不足", ', '"余额不足", "花屏", ', "says different things"),
        ("signs_account.toml", '"余额不足", ', '"余额不足", "<moon>", ', "names no group moon"),
        ("signs_account.toml", "says = [", 'asks = ["怪事"]\nsays = [', "no hard stop settles it"),
        ("signs_danger.toml", '"怪味", ', '"怪味", "<moon>+味", ', "names no group moon"),
        (
            "checks.toml",
            "[check.sign_in]\n",
            '[check.sign_in]\nafter = ["inject_keys"]\n',
            "comes after itself",
        ),
        (
            "contacts.toml",
            'ready = ["serial",',
            'ready = ["shoe_size", "serial",',
            "no phrase ready.shoe_size",
        ),
        ("codes.toml", 'code = "51"', 'code = "BZ"', "the general table does not define it"),
    ],
)
def test_a_hole_is_found(folder: Path, file: str, old: str, new: str, said: str) -> None:
    content = (folder / file).read_text(encoding="utf-8")
    assert old in content
    (folder / file).write_text(content.replace(old, new, 1), encoding="utf-8")
    assert any(said in flaw.problem for flaw in check_folder(folder))


def test_a_question_that_tells_nothing_is_found(folder: Path) -> None:
    (folder / "more.toml").write_text(
        '[question.idle]\nkind = "yes_no"\nzh = "闲吗？"\nen = "Idle?"\nseconds = 5\n'
        'why = { zh = "无", en = "None" }\nsource = "own"\n',
        encoding="utf-8",
    )
    assert any(flaw.where == "question.idle" for flaw in check_folder(folder))
