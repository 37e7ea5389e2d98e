"""Whatever a command with ``--json`` is asked, standard output is JSON: refused ones say why."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from app.cli.command_line import parser_for, whole_parser
from app.cli.manual import EXIT_CODES
from app.cli.parser import leaves
from app.cli.verbs import VERBS
from tests.cli.conftest import Answer, Run

LEAVES = {leaf.prog.removeprefix("poscare "): leaf for leaf in leaves(whole_parser("en"))}
LEAVES.pop("poscare")
SLOW = {"demo", "sample", "knowledge simulate"}
"""Commands that need no argument and work for long."""
CODES = {int(code) for code, _what in EXIT_CODES}


def refusal(answer: Answer) -> Any:
    """The reason in the JSON of a refused command, as programs read it."""
    assert "Traceback" not in answer.err
    error = json.loads(answer.out.splitlines()[-1])["error"]
    assert error.keys() == {"exit", "code", "text", "problems"}
    assert error["exit"] == answer.code
    assert error["text"]
    assert error["text"] in answer.err
    return error


def test_arguments_nobody_understands_are_refused_in_json(run: Run) -> None:
    for arguments in (("--json", "incident", "show"), ("incident", "show", "--js"), ("--json",)):
        error = refusal(run(*arguments))
        assert (error["exit"], error["code"]) == (2, "arguments")
    assert run("incident", "show").out == ""


def test_every_command_refuses_its_arguments_in_the_same_way(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for leaf in leaves(parser_for("en", ["--json", *(verb.name for verb in VERBS)])):
        with pytest.raises(SystemExit) as stop:
            leaf.error("unrecognized arguments: --no-such-option")
        said = capsys.readouterr()
        assert refusal(Answer(int(stop.value.code or 0), said.out, said.err))["exit"] == 2


def test_several_problems_name_their_fields(run: Run) -> None:
    error = refusal(run("people", "add", " ", " ", "--json", "--lang", "en"))
    assert len(error["problems"]) > 1
    assert all(one["field"] and one["code"] and one["text"] for one in error["problems"])


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("command", sorted(LEAVES.keys() - SLOW))
def test_every_command_answers_in_json_whatever_becomes_of_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Asked about things that do not exist, on an empty database."""
    monkeypatch.chdir(tmp_path)
    answer = run(*command.split(), *_nonsense(LEAVES[command], tmp_path), "--json")
    assert answer.code in CODES - {70}, answer.err
    try:
        json.loads(answer.out)
    except json.JSONDecodeError:
        # One object a line, for lists that are read while they are written.
        for line in answer.out.splitlines():
            json.loads(line)
    if answer.code > 1 and not answer.out.startswith("["):
        assert answer.out


def test_what_stops_the_program_before_the_command_is_said_in_json(
    run: Run, tmp_path: Path
) -> None:
    other = tmp_path / "letter.db"
    other.write_text("Dear Sir or Madam, " * 500, encoding="utf-8")
    assert refusal(run("incident", "list", "--db", str(other), "--json"))["exit"] == 5
    card = str(tmp_path / "6212345678901232001.db")
    assert refusal(run("incident", "list", "--db", card, "--json"))["exit"] == 2
    assert "6212345678901232001" not in run("incident", "list", "--db", card, "--json").out


def _nonsense(leaf: argparse.ArgumentParser, folder: Path) -> list[str]:
    """Arguments a command takes, that mean nothing."""
    given: list[str] = []
    chosen: set[int] = set()
    for group in leaf._mutually_exclusive_groups:
        if group.required:
            chosen.add(id(group._group_actions[0]))
        chosen -= {id(action) for action in group._group_actions[1:]}
    for action in leaf._actions:
        if action.option_strings and (action.required or id(action) in chosen):
            given.append(action.option_strings[-1])
            if action.nargs != 0:
                given.append(_value(action, folder))
        elif not action.option_strings and (action.nargs in {None, "+"} or id(action) in chosen):
            given.append(_value(action, folder))
    return given


def _value(action: argparse.Action, folder: Path) -> str:
    if action.choices:
        return str(next(iter(action.choices)))
    if action.type is Path:
        return str(folder / "nothing there.txt")
    return "1" if action.type in {int, float} else "nonsense-1"
