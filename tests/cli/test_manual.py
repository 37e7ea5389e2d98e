"""``--help`` is the manual: complete, in both languages, and true."""

from __future__ import annotations

import argparse

import pytest

from app.cli import VERBS, _parser
from app.cli.manual import EXAMPLES, EXIT_CODES, SHAPES
from app.cli.parser import leaves
from tests.cli.conftest import Run

LANGUAGES = ("zh", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_names_every_command_in_its_own_line(run: Run, language: str) -> None:
    said = run("--lang", language, "--help").out
    lines = said.splitlines()
    for leaf in leaves(_parser(language)):
        assert any(line.strip().startswith(leaf.prog) for line in lines), leaf.prog
        assert leaf.description, leaf.prog
        assert leaf.description in said
    assert all(f"\n    {verb.name}" in said for verb in VERBS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_explains_exit_codes_shapes_and_examples(run: Run, language: str) -> None:
    said = run("--lang", language, "--help").out
    assert all(f"\n  {code} " in said for code, _ in EXIT_CODES)
    assert all(part in said for _, shape in SHAPES for part in shape)
    assert all(command in said for _, commands in EXAMPLES for command in commands)
    assert ("退出码" in said) == (language == "zh")
    assert ("Exit codes" in said) == (language == "en")


def test_help_asked_before_a_verb_is_the_whole_manual_and_behind_it_that_of_the_verb(
    run: Run,
) -> None:
    whole = run("--help").out
    assert run("-h", "incident", "list").out == whole
    assert run("incident", "--help").out == run("--json", "incident", "--help").out != whole


def test_every_option_of_every_command_is_explained() -> None:
    silent = [
        (leaf.prog, action.dest)
        for leaf in leaves(_parser("en"))
        for action in leaf._actions
        if not action.help and not isinstance(action, argparse._SubParsersAction)
    ]
    assert silent == []


def test_the_examples_of_the_manual_are_commands_that_exist() -> None:
    import shlex

    parser = _parser("en")
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
