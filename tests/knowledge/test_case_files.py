"""What is learnt from and what is measured on share neither sources nor wordings."""

from __future__ import annotations

import runpy

import pytest

from app import paths
from tests.conftest import FILES
from tests.knowledge.case_sources import near_copies, rows_of, source_of

TAUGHT = ("learning", "gathered", "own", "tuning", "cited", "examples")
UNSEEN = rows_of(FILES / "cases_unseen.jsonl")
FRESH = rows_of(FILES / "cases_fresh.jsonl")
MEASURED = UNSEEN + FRESH


def test_no_source_is_learnt_from_and_measured_on() -> None:
    measured = {source_of(row) for row in MEASURED}
    for name in TAUGHT:
        taught = {source_of(row) for row in rows_of(FILES / f"cases_{name}.jsonl")}
        assert not taught & measured, name


@pytest.mark.parametrize("name", TAUGHT)
def test_no_wording_learnt_from_is_measured_on(name: str) -> None:
    assert list(near_copies(MEASURED, rows_of(FILES / f"cases_{name}.jsonl"))) == []


def test_what_was_gathered_last_says_nothing_measured_before_again() -> None:
    assert list(near_copies(UNSEEN, FRESH)) == []
    assert len(FRESH) >= 120


def written() -> list[dict[str, str]]:
    """The reports we wrote, which are learnt from, too."""
    learn = runpy.run_path(str(paths.resources() / "knowledge" / "learn.py"))
    cases = [case for path in learn["WRITTEN_FILES"] for case in learn["written_cases"](path)]
    return [{"id": case.id, "text": case.text} for case in cases]


@pytest.mark.parametrize("name", ["unseen", "fresh", "heldout"])
def test_no_report_we_wrote_is_like_one_that_is_measured_on(name: str) -> None:
    assert list(near_copies(rows_of(FILES / f"cases_{name}.jsonl"), written())) == []


def test_the_reports_we_wrote_are_many_and_of_both_languages() -> None:
    texts = {row["text"] for row in written()}
    chinese = sum(not text.isascii() for text in texts)
    assert len(texts) >= 3000
    assert min(chinese, len(texts) - chinese) >= 1300


def test_both_halves_are_large_enough_to_say_something() -> None:
    assert len(UNSEEN) > 350
    assert len({source_of(row) for row in UNSEEN}) > 200
    assert len(rows_of(FILES / "cases_learning.jsonl")) > 500


def test_enough_distinct_descriptions_name_where_they_are_from() -> None:
    names = ("unseen", "fresh", "heldout", *(name for name in TAUGHT if name != "own"))
    rows = [row for name in names for row in rows_of(FILES / f"cases_{name}.jsonl")]
    assert len({(row["text"], row["code"] or "") for row in rows if row["source"]}) >= 1500


def test_a_near_copy_is_found_and_another_wording_is_not() -> None:
    def row(name: str, text: str) -> dict[str, str]:
        return {"id": name, "text": text, "source": "own"}

    kept = [row("a", "刷卡时机器显示通讯失败请重试")]
    others = [row("b", "机器显示：通讯失败，请重试！"), row("c", "打印机不出纸，灯一直闪")]
    assert list(near_copies(kept, others)) == [("a", "b")]


def test_a_host_of_many_projects_is_no_single_source() -> None:
    def of(address: str) -> str:
        return source_of({"source": address})

    assert of("https://github.com/a/b/issues/1") == of("https://www.github.com/a/b/pull/2")
    assert of("https://github.com/a/b/issues/1") != of("https://github.com/a/c/issues/1")
    assert of("http://www.example.com/x") == of("https://example.com/y?z=1")
