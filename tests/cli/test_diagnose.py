"""Diagnosis and the catalogue on the command line."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from app.knowledge.evaluate import read_cases
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
    assert "余额不足" in run("diagnose", "--code", "51", "--lang", "zh").out
    english = run("diagnose", "--code", "51", "--lang", "en").out
    assert "Insufficient funds" in english
    assert not any("\u4e00" <= char <= "\u9fff" for char in english)


def test_cases_are_diagnosed_line_by_line_in_one_process(run: Run) -> None:
    said = run("diagnose", "--cases", str(FILES / "cases_examples.jsonl"), "--json")
    lines = [json.loads(line) for line in said.out.splitlines()]
    asked = (FILES / "cases_examples.jsonl").read_text(encoding="utf-8").splitlines()
    assert [line["id"] for line in lines] == [json.loads(one)["id"] for one in asked]
    assert all(line["ranking"][0]["probability"] <= 1 for line in lines)


def test_answers_can_be_given(run: Run) -> None:
    said = run("diagnose", "--text", "刷卡没反应", "--answer", "other_card=no", "--json")
    assert "answer:other_card" in {item["id"] for item in said.json["evidence"]}
    assert run("diagnose", "--answer", "nonsense=yes").code == 3
    assert run("diagnose", "--answer", "other_card").code == 2


def test_not_knowing_is_an_answer_to_any_question(run: Run) -> None:
    text = ("diagnose", "--text", "刷卡没反应", "--json")
    asked = run(*text).json["question"]["id"]
    said = run(*text, "--answer", f"{asked}=unknown")
    assert said.json["question"]["id"] != asked
    assert said.json["ranking"] == run(*text).json["ranking"]


def test_of_two_troubles_the_one_that_stops_the_trade_is_asked_for(run: Run) -> None:
    text = ("diagnose", "--text", "打印机卡纸，另外网也连不上", "--json")
    question = run(*text).json["question"]
    assert question["id"] == "stops_trade"
    classes = []
    for answer, name in question["answers"].items():
        said = run(*text, "--answer", f"stops_trade={answer}").json
        classes.append(said["ranking"][0]["class"])
        assert name not in said["warnings"][-1]
    assert classes == ["hardware", "network"]


def test_a_check_is_done_helped_or_did_not(run: Run) -> None:
    plain = run("diagnose", "--code", "96", "--json").json["ranking"]
    rankings = {}
    for outcome in ("done", "helped", "not_helped"):
        said = run("diagnose", "--code", "96", "--check", f"restart={outcome}", "--json").json
        (done,) = said["done"]
        assert (done["id"], done["outcome"]) == ("restart", outcome)
        rankings[outcome] = said["ranking"]
    assert run("diagnose", "--code", "96", "--check", "restart", "--json").json["done"] == [
        {"id": "restart", "outcome": "done", "text": "重启终端：已做"}
    ]
    assert rankings["done"] == plain
    assert rankings["helped"] != plain
    assert rankings["not_helped"] not in (plain, rankings["helped"])
    assert run("diagnose", "--check", "restart=perhaps").code == 2
    assert run("diagnose", "--check", "nonsense").code == 3


def test_a_check_of_an_incident_is_logged_and_the_diagnosis_knows_it(run: Run) -> None:
    run("incident", "open", "TESTN91000000777", "--unknown", "--code", "A0")
    number = run("incident", "list", "--json").json[0]["number"]
    for check, outcome, words in (
        ("restart", (), "已做"),
        ("settle", ("--outcome", "not_helped"), "已做，问题仍在"),
        ("sign_in", ("--outcome", "helped"), "已做，问题解决"),
    ):
        entry = run("incident", "check", number, check, *outcome, "--json").json["work"][-1]
        assert (entry["check_id"], entry["outcome"]) == (check, words)
        assert words in run("incident", "show", number).out
    assert run("incident", "check", number, "nonsense").code == 3
    assert len(run("incident", "show", number, "--json").json["work"]) == 3


def test_questions_are_asked_until_it_is_decided(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("1\n\ny\nn\n"))
    said = run("diagnose", "--text", "机器坏了", "--ask", "--json")
    assert said.code == 0
    assert said.err.count("?") + said.err.count("？") >= 1


@pytest.mark.parametrize(
    "line", ["not json", "[1, 2]", '{"text": "no id"}', '{"id": 1, "label": "unknown"}', "null"]
)
def test_a_line_that_is_no_case_is_named_by_its_number(run: Run, tmp_path: Path, line: str) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text('{"id": "a", "text": "缺纸"}\n\n' + line + "\n", encoding="utf-8")
    said = run("diagnose", "--cases", str(file), "--json", "--lang", "en")
    assert said.code == 2
    assert "Line 3 of cases.jsonl" in said.err


def test_hostile_cases_are_answered_with_uncertainty(run: Run, tmp_path: Path) -> None:
    texts = [
        None,
        "",
        " ",
        "\x00\x1b[2J\u202e",
        "啊" * 100_000,
        "asdf " * 20_000,
        "????",
        "😀" * 50,
    ]
    file = tmp_path / "cases.jsonl"
    lines = [json.dumps({"id": n, "text": text, "extra": 1}) for n, text in enumerate(texts)]
    file.write_text("\n\n".join(lines), encoding="utf-8")
    said = run("diagnose", "--cases", str(file), "--json")
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert len(answers) == len(texts)
    assert all(answer["ranking"][0]["probability"] < 0.5 for answer in answers)


def test_the_platform_of_a_case_decides_what_its_code_means(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    case = {"code": "P1", "text": ""}
    file.write_text(
        json.dumps({"id": "w", "profile": "windcave", **case})
        + "\n"
        + json.dumps({"id": "?", **case}),
        encoding="utf-8",
    )
    said = run("diagnose", "--cases", str(file), "--json")
    known, unknown = [json.loads(line) for line in said.out.splitlines()]
    assert len(known["meanings"]) == 1
    assert len(unknown["meanings"]) > 1
    assert unknown["ranking"][0]["probability"] <= 0.6


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
    cases = read_cases(FILES / "cases_examples.jsonl")
    assert said.json["total"]["cases"] == len(cases) > 30
    assert {"top1", "top1_or_alt", "top2"} <= said.json["total"].keys()
    assert said.json["milliseconds"] > 0
    assert plot.read_text(encoding="utf-8").startswith("<svg")
    assert "ECE" in run("knowledge", "evaluate", str(FILES / "cases_examples.jsonl")).out
    assert run("knowledge", "evaluate", str(tmp_path / "none.jsonl")).code == 2


def test_a_simulation_is_run(run: Run) -> None:
    assert run("knowledge", "simulate", "--sessions", "20", "--json").json["sessions"] == 20
    assert run("knowledge", "simulate", "--wrong", "2").code == 2


def test_what_was_learned_can_be_exported_and_forgotten(run: Run, tmp_path: Path) -> None:
    assert run("knowledge", "learned", "--json").json == {"classes": {}, "evidence": {}}
    assert run("knowledge", "agreement", "--json").json["share"] is None
    assert run("knowledge", "learned", "export").json == {"classes": {}, "evidence": {}}
    file = tmp_path / "learned.json"
    assert run("knowledge", "learned", "export", "-o", str(file)).code == 0
    assert json.loads(file.read_text(encoding="utf-8")) == {"classes": {}, "evidence": {}}
    assert run("knowledge", "learned", "export", "-o", str(tmp_path / "no" / "file")).code == 5
    assert run("knowledge", "learned", "reset").code == 2
    assert run("knowledge", "learned", "reset", "--yes").code == 0


def test_danger_stands_first_with_what_to_do_and_charging_is_not_advised(run: Run) -> None:
    said = run("diagnose", "--text", "电池鼓包", "--lang", "zh").out
    assert said.startswith("!!! 电池有危险，停止操作\n    马上停用")
    assert "30 分钟" not in said
    found = run("diagnose", "--text", "smoke coming out of the terminal", "--lang", "en", "--json")
    (stop,) = found.json["stops"]
    assert (stop["id"], stop["kind"]) == ("fire", "danger")
    assert "fire brigade" in stop["do"]
    assert found.json["question"] is None
    assert run("diagnose", "--text", "没有防拆报警,打不出字", "--json").json["stops"] == []


def test_a_house_changes_the_catalogue_and_takes_it_back(run: Run, tmp_path: Path) -> None:
    shown = run("knowledge", "show", "code", "unionpay/51", "--json").json
    file = tmp_path / "entry.json"
    file.write_text(json.dumps({**shown, "points": {"hw.print": "certain"}}), encoding="utf-8")
    assert run("knowledge", "add", "code", "unionpay/51", str(file)).code == 4
    tried = run("knowledge", "edit", "code", "unionpay/51", str(file), "--preview", "--json")
    assert tried.json["cases"] == 0
    assert run("knowledge", "log", "--json").json == []
    assert run("knowledge", "edit", "code", "unionpay/51", str(file)).code == 0
    assert run("knowledge", "list", "code", "--own", "--json").json[0]["origin"] == "changed"
    assert run("knowledge", "retire", "sign", "paper_out").code == 0
    assert len(run("knowledge", "log", "--json").json) == 2
    assert run("knowledge", "undo").code == 0
    assert run("knowledge", "show", "sign", "paper_out").code == 0
    assert run("knowledge", "retire", "sign", "battery_swollen_nowhere").code == 3
    assert run("knowledge", "edit", "code", "unionpay/51", str(tmp_path / "none")).code == 2
    file.write_text("[]", encoding="utf-8")
    assert run("knowledge", "edit", "code", "unionpay/51", str(file)).code == 2
    assert run("knowledge", "unmatched", "-o", str(tmp_path / "cases.jsonl"), "--json").json == []


def test_the_end_asks_for_the_trouble_the_class_is_not_about(run: Run) -> None:
    """Nobody said which one stops the trade: the class of the resolution tells."""
    run("incident", "open", "TESTN91000000777", "--unknown", "--symptom", "卡纸，另外网也连不上")
    number = run("incident", "list", "--json").json[0]["number"]
    run("incident", "start", number)
    end = ("incident", "resolve", number, "--result", "unsolved", "--work-done", "重插网线")
    for fault_class, asked in (("network", "卡纸"), ("software", "连不上")):
        said = run(*end, "--class", fault_class)
        assert said.code != 0
        assert asked in said.err
    assert "卡纸" in said.err, "a class of neither: both"
    assert "Cannot reach the host" in run("--lang", "en", *end, "--class", "software").err
    assert run(*end, "--class", "network", "--also", "done", "--also", "done").code != 0
    assert run(*end, "--class", "network", "--also", "later=没带工具").code == 0
    assert "没带工具" in run("incident", "show", number).out
