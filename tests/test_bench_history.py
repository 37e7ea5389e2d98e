"""Figures of the benches are compared with those that were kept."""

from __future__ import annotations

from pathlib import Path

from tests.bench.__main__ import HISTORY, as_json, drift, kept_in
from tests.bench.harness import Row


def row(ratio: float) -> Row:
    return Row("a case", 0.01 * ratio, 0.01, ratio, 0, "a floor")


def test_a_row_is_compared_with_the_newest_one_kept(tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    assert kept_in(history) == {}
    lines = [as_json(row(4), day="2026-11-01"), as_json(row(2), day="2026-12-01")]
    history.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    assert drift(row(3), kept_in(history)) == "  [1.50 of the ratio of 2026-12-01]"
    assert drift(Row("another", 1, 1, 1, 0, "a floor"), kept_in(history)) == ""


def test_the_history_in_the_repository_can_be_read() -> None:
    assert all(kept["day"] and "ratio" in kept for kept in kept_in(HISTORY).values())
