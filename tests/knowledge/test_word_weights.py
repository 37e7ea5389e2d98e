"""The weights of words are read, missed and refused as they should be."""

from __future__ import annotations

import json
import runpy
import shutil
from pathlib import Path

import pytest

from app import paths
from app.domain.diagnosis.evidence import EvidenceKind, Reasoner
from app.domain.diagnosis.interview import begin
from app.domain.diagnosis.word_weights import word_features
from app.domain.errors import BadKnowledge
from app.knowledge import load_knowledge
from app.knowledge.loader import WEIGHTS, read_bytes
from tests.conftest import FILES

SHIPPED = paths.resources() / "knowledge"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogue."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "knowledge"))


def test_the_shipped_weights_are_learnt_from_the_cases_that_are_here() -> None:
    learn = runpy.run_path(str(SHIPPED / "learn.py"))
    head = json.loads((SHIPPED / WEIGHTS).read_bytes().split(b"\n", 1)[0])
    assert head["taught_by"] == learn["fingerprint"](), "make weights"
    assert (SHIPPED / WEIGHTS).stat().st_size < 1_000_000
    assert read_bytes(FILES / "cases_learning.jsonl")


def test_without_weights_the_catalogue_alone_reasons(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    knowledge = load_knowledge(folder)
    assert knowledge.words is None
    session = begin(Reasoner(knowledge), "", "打印机卡纸，不出小票")
    assert EvidenceKind.WORDING not in {item.kind for item in session.evidence}
    assert sum(ranked.share for ranked in session.ranking) == pytest.approx(1)


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"{}\n12", b'{"bias": {}, "step": 1, "signs": []}\n']
)
def test_damaged_weights_are_refused_by_name(folder: Path, damage: bytes) -> None:
    (folder / WEIGHTS).write_bytes(damage or (folder / WEIGHTS).read_bytes()[:-1])
    with pytest.raises(BadKnowledge) as caught:
        load_knowledge(folder)
    assert WEIGHTS in str(caught.value)


def test_other_weights_are_other_knowledge(folder: Path) -> None:
    before = load_knowledge(folder).hash
    (folder / WEIGHTS).unlink()
    assert load_knowledge(folder).hash != before


def test_neighbours_lie_within_a_clause() -> None:
    assert "卡 纸" in set(word_features(["卡", "纸"]))
    assert "卡 纸" not in set(word_features(["卡", "|", "纸"]))
