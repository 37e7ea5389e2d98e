"""Agreed times are data: the most specific agreement holds and is named, promises made stay."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.errors import InvalidInput
from app.domain.incidents.agreements import AgreementDraft, draft_of_agreement
from app.domain.incidents.drafts import HoldDraft
from app.domain.incidents.lifecycle import HoldReason, Impact, Urgency
from app.services import Services
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician, make_terminal

HOUR = timedelta(hours=1)
P2 = {"impact": Impact.PARTLY, "urgency": Urgency.HIGH}


def _agree(services: Services, name: str, within: int, **scope: object) -> str:
    draft = AgreementDraft(name=name, response_hours=1, resolve_hours=within, **scope)  # type: ignore[arg-type]
    return services.agreements.save(draft)


def _promised(services: Services, terminal: str) -> tuple[str, timedelta]:
    key = make_incident(services, terminal, **P2)
    found = services.incidents.get(key)
    assert found.resolve_due_at is not None
    return found.agreement, found.resolve_due_at - found.reported_at


def test_the_most_specific_agreement_wins_and_is_named(any_services: Services) -> None:
    services = any_services
    terminal = make_terminal(services)
    known = services.terminals.get(terminal)
    assert _promised(services, terminal) == ("", 24 * HOUR)
    steps: list[tuple[str, int, dict[str, object]]] = [
        ("P2 一般", 20, {"priority": "p2"}),
        ("片区", 18, {"area": known.area}),
        ("收单机构", 16, {"acquirer": known.acquirer}),
        ("收单机构 P2", 15, {"acquirer": known.acquirer, "priority": "p2"}),
        ("重点商户", 12, {"vip": True}),
        ("合同 2026-7", 8, {"contract": "2026-7"}),
    ]
    services.agreements.mark_merchant(known.merchant_id, "2026-7", vip=True)
    for name, hours, scope in steps:
        _agree(services, name, hours, **scope)
        assert _promised(services, terminal) == (name, hours * HOUR)
    _agree(services, "别的合同", 2, contract="2026-8")
    assert _promised(services, terminal)[0] == "合同 2026-7"


def test_promises_made_stay_and_move_by_stops_only(services: Services, clock: FrozenClock) -> None:
    make_technician(services)
    clock.now = datetime(2026, 9, 28, 8, tzinfo=UTC)  # Monday 16:00 in Shanghai
    terminal = make_terminal(services)
    agreement = _agree(services, "工作时间", 8, hours="0900-1800w")
    key = make_incident(services, terminal, **P2)
    before = services.incidents.get(key)
    # Two hours on Monday, six on Tuesday.
    assert before.resolve_due_at == datetime(2026, 9, 29, 7, tzinfo=UTC)
    known = services.agreements.listed()[0]
    draft = AgreementDraft(name="工作时间", response_hours=1, resolve_hours=2)
    services.agreements.save(draft, agreement, known.version)
    services.incidents.start(key)
    clock.forward(hours=1)
    services.incidents.hold(key, HoldDraft(HoldReason.ACCESS, services.context.today()))
    clock.forward(hours=19)
    services.incidents.resume(key)
    # One hour had passed; seven are left from Tuesday 12:00 on, over the evening.
    found = services.incidents.get(key)
    assert found.resolve_due_at == datetime(2026, 9, 30, 2, tzinfo=UTC)
    assert found.agreed == before.agreed
    assert services.incidents.clocks(key).resolve_due_at == found.resolve_due_at
    assert services.incidents.clocks_of(found).resolve_due_at == found.resolve_due_at


def test_two_agreements_are_never_for_the_same_cases(services: Services) -> None:
    _agree(services, "甲", 8, area="昆山市")
    for draft, code in (
        (AgreementDraft(name="甲", area="别处"), "agreement.known"),
        (AgreementDraft(name="乙", area="昆山市"), "agreement.same_scope"),
        (AgreementDraft(name="丙", hours="9-18"), "agreement.hours"),
        (AgreementDraft(name="丁", response_hours=9, resolve_hours=8), "targets.order"),
        (AgreementDraft(name="", area="别处"), "text.missing"),
        (AgreementDraft(name=" \u200b ", area="别处"), "text.missing"),
        (AgreementDraft(name="戊", resolve_hours=720, hours="0900-0901w"), "agreement.never_over"),
    ):
        with pytest.raises(InvalidInput) as refused:
            services.agreements.save(draft)
        assert [p.code for p in refused.value.problems] == [code]


def test_one_out_of_use_promises_nothing(services: Services) -> None:
    terminal = make_terminal(services)
    key = _agree(services, "甲", 8)
    known = services.agreements.by_name("甲")
    draft = draft_of_agreement(known)
    services.agreements.save(
        AgreementDraft(**{**_values(draft), "active": False}), key, known.version
    )
    assert _promised(services, terminal) == ("", 24 * HOUR)


def _values(draft: AgreementDraft) -> dict[str, object]:
    return {name: getattr(draft, name) for name in draft.__dataclass_fields__}


def test_an_agreement_for_a_place_the_register_does_not_have_is_told(
    any_services: Services,
) -> None:
    services = any_services
    _agree(services, "写错的片区", 8, area="没有的区")
    _agree(services, "写错的收单机构", 8, acquirer="没有的机构")
    _agree(services, "全部", 8)
    wrong = {one.id for one in services.agreements.listed() if one.name != "全部"}
    assert services.agreements.nowhere() == wrong
    make_terminal(services, area="没有的区", acquirer="没有的机构")
    assert services.agreements.nowhere() == frozenset()


def test_an_agreement_that_is_taken_never_stands_in_the_way_of_a_case(services: Services) -> None:
    terminal = make_terminal(services)
    for number, hours in enumerate(("0000-0001w", "0900-0930w", "0900-1330w", "0900-1800", "")):
        for within in (1, 24, 720, 2160):
            name = f"{number}-{within}"
            services.agreements.mark_merchant(
                services.terminals.get(terminal).merchant_id, name, vip=False
            )
            with contextlib.suppress(InvalidInput):
                _agree(services, name, within, contract=name, hours=hours)
            assert services.incidents.get(make_incident(services, terminal, **P2)).resolve_due_at
