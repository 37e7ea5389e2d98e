"""Sentences of errors show no number that must not be stored, whatever was refused."""

from __future__ import annotations

from string import Formatter

import pytest

from app.domain.errors import Problem
from app.i18n import translator
from app.texts import PROBLEMS, problem_text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_sentence_quotes_a_card_number(language: str) -> None:
    t = translator(language)
    card = "4111 1111 1111 1111"
    quoting = [code for code, text in PROBLEMS.items() if "{value}" in text]
    assert len(quoting) > 20
    for code in quoting:
        named = {name for _, name, _, _ in Formatter().parse(PROBLEMS[code]) if name}
        said = problem_text(t, Problem("serial", code, dict.fromkeys(named, card)))
        assert card not in said, code
