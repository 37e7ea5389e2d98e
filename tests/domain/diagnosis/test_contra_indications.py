"""No check and no question is proposed that a present sign forbids, whatever else is known."""

from __future__ import annotations

from itertools import combinations

from app.domain.diagnosis.advice import Bounds
from app.domain.diagnosis.evidence import Reasoner
from app.domain.diagnosis.interview import Interview, begin


def test_every_check_meets_every_set_of_stops(reasoner: Reasoner) -> None:
    stops = list(reasoner.knowledge.stops.values())
    for size in range(1, len(stops) + 1):
        for chosen in combinations(stops, size):
            forbidden = {act for stop in chosen for act in stop.rules_out}
            for called, feared in ((chosen, ()), ((), chosen)):
                bounds = Bounds(stops=called, unsettled=feared, query_first=False, clash=False)
                for check in reasoner.knowledge.checks.values():
                    if check.does & forbidden:
                        assert not bounds.permits(check), (check.id, [s.id for s in chosen])


def proposed(session: Interview) -> set[str]:
    """What is proposed now or after any number of "don't know", by what it makes somebody do."""
    acts = {str(act) for item in session.checks for act in item.check.does}
    while (following := session.further) is not None:
        acts |= {str(act) for act in following.question.does}
        session = session.answer(following.question.id)
    return acts


def test_a_sign_with_any_code_proposes_nothing_it_forbids(reasoner: Reasoner) -> None:
    knowledge = reasoner.knowledge
    codes = ["", *list(knowledge.codes)[::9]]
    for stop in knowledge.stops.values():
        sign = next(sign for sign in knowledge.signs.values() if sign.stop == stop.id)
        way = next(way for way in sign.says if not set("<+^") & set(way))
        for code in codes:
            forbidden = set(map(str, stop.rules_out))
            assert not proposed(begin(reasoner, code, way)) & forbidden, (code, way)
            assert not proposed(begin(reasoner, code, f"是不是{way}")) & forbidden, (code, way)


def test_a_stop_is_what_the_merchant_is_told_of(reasoner: Reasoner) -> None:
    for text in ("电池鼓包了，没有冒烟", "机器有焦味", "机器进水了", "机器漏电", "屏幕显示TAMPER"):
        session = begin(reasoner, "", text)
        assert session.advice.say == session.stops[0].say
