"""Guided diagnosis: reports to their rankings, and an answer to everything the panel shows, each
against one pass of the same texts through an alternation of the catalogue's plain phrases."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from app import bootstrap
from app.domain.diagnosis.evidence import Reasoner
from app.domain.diagnosis.interview import Interview, begin
from app.knowledge.evaluate import read_cases
from tests.bench.harness import Row, paired, timed

CASES = Path(__file__).parents[1] / "files" / "cases_tuning.jsonl"
MOST_PER_CASE = 2.0
"""Milliseconds a case may take; the aim is absolute, so the ratio has none."""


def measure() -> Iterator[Row]:
    """A case, an answer, getting ready."""
    reasoner = bootstrap.reasoner()
    cases = [(case.code, case.text) for case in read_cases(CASES)]
    phrases = _phrases(reasoner)

    def floor() -> None:
        for code, text in cases:
            phrases.findall(unicodedata.normalize("NFKC", f"{code} {text}").casefold())

    def rank() -> None:
        for code, text in cases:
            _ = begin(reasoner, code, text).ranking

    def answer() -> None:
        for code, text in cases:
            _shown(begin(reasoner, code, text).answer("other_card", "yes"))

    against = "one regular expression over the same texts"
    yield _per_case(paired("rank a report", rank, floor, aim=0, against=against), len(cases))
    yield _per_case(
        paired("answer, and all the panel shows", answer, floor, aim=0, against=against), len(cases)
    )
    ready = timed(lambda: Reasoner(bootstrap.catalogue().shipped))
    yield Row("catalogue ready to reason", ready, 0, 0, 0, "no floor:", note="once a process")


def _phrases(reasoner: Reasoner) -> re.Pattern[str]:
    plain = {
        way.casefold()
        for sign in reasoner.knowledge.signs.values()
        for way in sign.says
        if "<" not in way and "+" not in way
    }
    return re.compile("|".join(re.escape(way) for way in sorted(plain, key=len, reverse=True)))


def _shown(session: Interview) -> None:
    _ = session.ranking, session.next, session.checks, session.advice, session.modes


def _per_case(row: Row, cases: int) -> Row:
    each = row.ours / cases * 1000
    word = "within" if each <= MOST_PER_CASE else "OVER"
    note = f"{each:.2f} ms a case, {word} {MOST_PER_CASE:g} ms"
    return Row(row.name, row.ours, row.floor, row.ratio, row.aim, row.against, note=note)
