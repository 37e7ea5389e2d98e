"""What the diagnosis promises beside the class: on sentences made up apart from all cases, and over
the whole catalogue."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from typing import Any

import pytest

from app import paths
from app.domain.diagnosis.evidence import Reasoner
from app.domain.diagnosis.interview import begin
from app.domain.diagnosis.interview_parts import promised_classes
from app.knowledge import load_knowledge
from app.knowledge.repair_time import expected_minutes, least_minutes, repair_minutes
from app.knowledge.simulate import repaired, simulate
from tests.conftest import FILES
from tests.knowledge.case_sources import rows_of

PROBES: list[dict[str, Any]] = [*rows_of(FILES / "probes.jsonl")]
TAUGHT = ("learning", "gathered", "own", "tuning", "cited", "examples")
KINDS = {
    "denial": 30,
    "denies": 50,
    "cue": 22,
    "telling": 22,
    "wording": 13,
    "english": 23,
    "weak": 18,
}
"""Of the sentences of each kind of fault, how many are answered as an expert would: 34, 61, 28, 28,
26, 26 and 22 there are."""


@pytest.fixture(scope="module")
def reasoner() -> Reasoner:
    """The shipped catalogue, ready to reason with."""
    return Reasoner(load_knowledge(paths.resources() / "knowledge"))


def _right(reasoner: Reasoner, probe: dict[str, Any], text: str) -> bool:
    top = begin(reasoner, "", text).top
    if "first" not in probe:
        return top.share <= 0.5 + 1e-9
    return top.fault_class in probe["first"] and top.fault_class not in probe.get("never", ())


def test_no_probe_is_a_case_that_was_learnt() -> None:
    taught = {row["text"] for name in TAUGHT for row in rows_of(FILES / f"cases_{name}.jsonl")}
    assert taught.isdisjoint(
        {probe[key] for probe in PROBES for key in ("text", "again") if key in probe}
    )


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_wording_is_understood(reasoner: Reasoner, kind: str) -> None:
    probes = [probe for probe in PROBES if probe["kind"] == kind]
    assert sum(_right(reasoner, probe, probe["text"]) for probe in probes) >= KINDS[kind]


def test_said_in_other_words_it_is_the_same(reasoner: Reasoner) -> None:
    pairs = [probe for probe in PROBES if "again" in probe]
    first = sum(_right(reasoner, probe, probe["text"]) for probe in pairs)
    again = sum(_right(reasoner, probe, probe["again"]) for probe in pairs)
    assert len(pairs) >= 100
    assert (first - again) / len(pairs) <= 0.03


def test_no_wording_of_a_danger_has_advice_it_rules_out(reasoner: Reasoner) -> None:
    knowledge = reasoner.knowledge
    said = [
        way.removeprefix("^")
        for sign in knowledge.signs.values()
        if sign.stop
        for way in sign.says
        if "<" not in way and "+" not in way
    ]
    assert len(said) >= 100
    stopped = 0
    for text in said:
        session = begin(reasoner, "", text)
        stopped += session.stopped
        for stop in session.stops:
            for item in session.checks:
                assert item.check.does.isdisjoint(stop.rules_out), (text, item.check.id)
    assert stopped >= 0.9 * len(said)


def test_the_order_of_checks_is_near_the_best(reasoner: Reasoner) -> None:
    proposed = least = 0.0
    for sign in reasoner.knowledge.signs.values():
        said = next((way for way in sign.says if "<" not in way and "+" not in way), "")
        session = begin(reasoner, "", said.removeprefix("^"))
        own, best = repair_minutes(session)
        assert own >= best - 1e-9
        proposed, least = proposed + own, least + best
    assert proposed <= 1.10 * least


def test_the_best_order_does_the_quick_and_likely_first(reasoner: Reasoner) -> None:
    checks = [item.check for item in begin(reasoner, "", "打印机卡纸").checks]
    causes = begin(reasoner, "", "打印机卡纸").beliefs.cause_chances()
    assert len(checks) > 2
    backwards = expected_minutes(checks[::-1], causes)
    assert least_minutes(checks, causes) <= min(backwards, expected_minutes(checks, causes)) + 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_the_least_minutes_are_those_of_the_best_of_all_orders(
    reasoner: Reasoner, seed: int
) -> None:
    one = begin(reasoner, "", "打印机卡纸").checks[0].check
    dice = random.Random(seed)
    causes = {name: dice.random() for name in "abcd"}
    checks = [
        replace(
            one,
            id=str(n),
            minutes=dice.randint(1, 30),
            fixes={name: dice.random() for name in dice.sample("abcd", 2)},
            after=("0",) if n == 3 else (),
        )
        for n in range(5)
    ]
    orders = [
        order
        for order in itertools.permutations(checks)
        if order.index(checks[0]) < order.index(checks[3])
    ]
    best = min(expected_minutes(order, causes) for order in orders)
    assert least_minutes(checks, causes) == pytest.approx(best)


@pytest.mark.thorough
def test_few_questions_are_needed_and_a_false_start_is_repaired(reasoner: Reasoner) -> None:
    assert simulate(reasoner, 300, seed=4).median <= 3
    assert repaired(reasoner, 150, seed=2) >= 0.7


def test_the_classes_named_together_are_one_when_it_is_decided(reasoner: Reasoner) -> None:
    decided = begin(reasoner, "51")
    assert promised_classes(decided.ranking, decided=decided.decided) == (decided.top.fault_class,)
    vague = begin(reasoner, "", "收款有点问题")
    assert len(promised_classes(vague.ranking, decided=vague.decided)) > 1
