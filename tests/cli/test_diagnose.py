"""Diagnosis and the catalogue on the command line."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conftest import FILES


def test_a_code_gives_a_ranking_with_reasons(run: Run) -> None:
    said = run("diagnose", "--code", "51", "--text", "顾客说卡里有钱", "--json")
    assert said.code == 0
    first = said.json["ranking"][0]
    assert first["class"] == "balance"
    assert 0.5 < first["probability"] <= 1
    assert first["reasons"]
    assert len(said.json["ranking"]) == 9


def test_words_are_in_the_language_asked_for(run: Run) -> None:
    assert "资金不足" in run("diagnose", "--code", "51", "--lang", "zh").out
    english = run("diagnose", "--code", "51", "--lang", "en").out
    assert "Insufficient funds" in english
    assert not any("\u4e00" <= char <= "\u9fff" for char in english)


def test_cases_are_diagnosed_line_by_line_in_one_process(run: Run) -> None:
    said = run("diagnose", "--cases", str(FILES / "cases_examples.jsonl"), "--json")
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert [line["id"] for line in lines] == [f"d{n:03d}" for n in range(1, 41)]
    assert all(line["ranking"][0]["probability"] <= 1 for line in lines)


def test_answers_can_be_given(run: Run) -> None:
    said = run("diagnose", "--text", "刷卡没反应", "--answer", "other_card=no", "--json")
    assert "answer:other_card" in {item["id"] for item in said.json["evidence"]}
    assert run("diagnose", "--answer", "nonsense=yes").code == 3
    assert run("diagnose", "--answer", "other_card").code == 2


def test_questions_are_asked_until_it_is_decided(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("1\n\ny\nn\n"))
    said = run("diagnose", "--text", "机器坏了", "--ask", "--json")
    assert said.code == 0
    assert said.err.count("?") + said.err.count("？") >= 1


def test_the_register_is_used_when_a_terminal_is_named(run: Run) -> None:
    assert run("diagnose", "--terminal", "NOSUCH1", "--code", "51").code == 3


def test_the_catalogue_is_checked(run: Run, tmp_path: Path) -> None:
    assert run("knowledge", "check").code == 0
    (tmp_path / "a.toml").write_text("x = 1\n", encoding="utf-8")
    broken = run("knowledge", "check", "--folder", str(tmp_path), "--json")
    assert broken.code == 6
    assert broken.json["flaws"][0]["kind"] == "error"


def test_cases_are_evaluated_with_a_plot(run: Run, tmp_path: Path) -> None:
    plot = tmp_path / "plot.svg"
    said = run(
        "knowledge", "evaluate", str(FILES / "cases_examples.jsonl"), "--plot", str(plot), "--json"
    )
    assert said.json["total"]["cases"] == 40
    assert {"top1", "top1_or_alt", "top2"} <= said.json["total"].keys()
    assert said.json["milliseconds"] < 20
    assert plot.read_text(encoding="utf-8").startswith("<svg")
    assert "ECE" in run("knowledge", "evaluate", str(FILES / "cases_examples.jsonl")).out
    assert run("knowledge", "evaluate", str(tmp_path / "none.jsonl")).code == 2


def test_a_simulation_is_run(run: Run) -> None:
    assert run("knowledge", "simulate", "--sessions", "20", "--json").json["sessions"] == 20
    assert run("knowledge", "simulate", "--wrong", "2").code == 2


def test_what_was_learned_can_be_exported_and_forgotten(run: Run) -> None:
    assert run("knowledge", "learned", "--json").json == {"classes": {}, "evidence": {}}
    assert run("knowledge", "agreement", "--json").json["share"] is None
    assert run("knowledge", "forget").code == 2
    assert run("knowledge", "forget", "--yes").code == 0
