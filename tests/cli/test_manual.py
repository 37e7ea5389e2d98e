"""``poscare help`` is the manual: complete, in both languages, and true; ``--help`` is short."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.command_line import whole_parser
from app.cli.manual import EXAMPLES, EXIT_CODES, SHAPES
from app.cli.parser import leaves
from app.cli.verbs import VERBS
from tests.cli.conftest import Run

LANGUAGES = ("zh", "en")
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_names_every_command_in_its_own_line(run: Run, language: str) -> None:
    said = run("help", "--lang", language).out
    lines = said.splitlines()
    for leaf in leaves(whole_parser(language)):
        assert any(line.strip().startswith(leaf.prog) for line in lines), leaf.prog
        assert leaf.description, leaf.prog
        assert leaf.description in said
    assert all(f"\n    {verb.name}" in said for verb in VERBS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_explains_exit_codes_shapes_and_examples(run: Run, language: str) -> None:
    said = run("help", "--lang", language).out
    assert all(f"\n  {code} " in said for code, _ in EXIT_CODES)
    assert all(part in said for _, shape in SHAPES for part in shape)
    assert all(command in said for _, commands in EXAMPLES for command in commands)
    assert ("退出码" in said) == (language == "zh")
    assert ("Exit codes" in said) == (language == "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_lists_every_verb_and_says_where_the_manual_is(run: Run, language: str) -> None:
    said = run("--lang", language, "--help").out
    assert all(f"\n    {verb.name}" in said for verb in VERBS)
    assert said.splitlines()[-1].count("poscare help") == 1
    assert len(said.splitlines()) < len(VERBS) + 20


def test_help_asked_before_a_verb_is_that_of_the_program_and_behind_it_that_of_the_verb(
    run: Run,
) -> None:
    program = run("--help").out
    assert run("-h", "incident", "list").out == program
    assert run("incident", "--help").out == run("--json", "incident", "--help").out != program


def test_programs_get_every_command_as_json(run: Run) -> None:
    listed = run("help", "--json", "--lang", "en").json
    assert {"command": "poscare incident start NUMBER", "help": "begin work"} in listed
    assert len(listed) == len(leaves(whole_parser("en")))


HEAVY = (
    "sqlalchemy",
    "pydantic",
    "cryptography",
    "PIL",
    "reportlab",
    "app.services",
    "app.bootstrap",
)
"""What only running a command needs."""

LOADED = f"""
import sys
from app.cli.command_line import parser_for

for name in sys.argv[1:]:
    parser_for("en", [name])
    print(name, [module for module in {HEAVY!r} if module in sys.modules])
"""


def test_the_options_of_a_verb_are_known_without_what_it_runs_on() -> None:
    """All but `report`: its options are those of every kind of document, told by what makes it."""
    names = [verb.name for verb in VERBS if verb.name not in {"report", "help"}]
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.splitlines() == [f"{name} []" for name in names], done.stderr


def test_every_option_of_every_command_is_explained() -> None:
    silent = [
        (leaf.prog, action.dest)
        for leaf in leaves(whole_parser("en"))
        for action in leaf._actions
        if not action.help and not isinstance(action, argparse._SubParsersAction)
    ]
    assert silent == []


def test_the_examples_of_the_manual_are_commands_that_exist() -> None:
    import shlex

    parser = whole_parser("en")
    for _, commands in EXAMPLES:
        for command in commands:
            program, *arguments = shlex.split(command)
            assert program == "poscare"
            assert parser.parse_args(arguments).verb in VERBS


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (("incident", "show"), "缺少：NUMBER。", "Missing: NUMBER."),
        (("check", "--nix"), "无法识别：--nix。", "Not understood: --nix."),
        (
            ("incident", "list", "--limit", "viele"),
            "--limit：无法识别“viele”。",
            "--limit: “viele” cannot be read.",
        ),
        (("check", "--db"), "--db：缺少取值。", "--db: a value is missing."),
        (
            ("incident", "hold", "L7-000001", "--until", "2026-12-01", "--reason", "rain"),
            "--reason：“rain”不在可选值",
            "--reason: “rain” is not one of 'parts'",
        ),
    ],
)
def test_wrong_arguments_are_refused_in_words(
    run: Run, arguments: tuple[str, ...], zh: str, en: str
) -> None:
    refused = run(*arguments)
    assert (refused.code, zh in refused.err) == (2, True), refused.err
    refused = run("--lang", "en", *arguments)
    assert (refused.code, en in refused.err) == (2, True), refused.err
