"""Work handed out in the office and answered on laptops without a network."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.dispatch.board import BoardItem
from app.domain.dispatch.dispatches import DispatchState
from app.exchange import conflicts, status
from app.i18n import translator
from app.texts import unsettled_text
from tests.exchange.network import Network, Station
from tests.exchange.test_sync_cases import assert_equal, report
from tests.factories import make_technician


def item_of(one: Station, key: str) -> BoardItem:
    today = one.services.context.today()
    board = one.services.dispatching.board(today, today + timedelta(days=6))
    return next(item for item in board.items if item.id == key)


@pytest.fixture
def given(network: Network) -> tuple[str, str, str]:
    """An incident the office gave to the person of the first laptop, and that of the second."""
    office, (one, two) = network.office, network.laptops
    here, there = (
        make_technician(office.services, laptop.services.context.actor, name=f"工程师{n}")
        for n, laptop in enumerate((one, two))
    )
    key = report(office)
    today = office.services.context.today()
    office.services.dispatching.dispatch(item_of(office, key), here, today)
    network.settle_down()
    return key, here, there


def test_new_work_arrives_and_the_answer_comes_back(
    network: Network, given: tuple[str, str, str]
) -> None:
    key, _here, _there = given
    one = network.laptops[0]
    (new,) = one.services.dispatching.new_work(one.services.context.actor)
    one.services.dispatching.see((new,))
    one.services.dispatching.accept(item_of(one, key))

    network.settle_down()

    answered = item_of(network.office, key).dispatch
    assert answered is not None
    assert answered.state is DispatchState.ACCEPTED
    assert answered.answered_at is not None
    assert_equal(network)


def test_a_refusal_comes_back_with_its_reason(
    network: Network, given: tuple[str, str, str]
) -> None:
    key, _here, _there = given
    one = network.laptops[0]
    one.services.dispatching.refuse(item_of(one, key), "车坏了")

    network.settle_down()

    refused = item_of(network.office, key).refused
    assert refused is not None
    assert refused.refusal == "车坏了"
    assert_equal(network)


@pytest.mark.parametrize("answer", ["accept", "refuse"])
def test_the_office_wins_and_who_lost_is_told(
    network: Network, given: tuple[str, str, str], answer: str
) -> None:
    key, _here, there = given
    office, (one, two) = network.office, network.laptops
    if answer == "accept":
        one.services.dispatching.accept(item_of(one, key))
    else:
        one.services.dispatching.refuse(item_of(one, key), "太远")
    today = office.services.context.today()
    office.services.dispatching.dispatch(item_of(office, key), there, today)

    network.settle_down()

    for station in (office, one, two):
        assert item_of(station, key).technician_id == there
        assert [u.code for u in conflicts.listed(station.services)] == ["dispatch.reassigned"]
    (lost,) = conflicts.listed(one.services)
    assert "改派给别人" in unsettled_text(translator("zh"), lost)
    assert status.to_do(one.services).undecided == 1
    assert [item.id for item in two.services.dispatching.new_work(two.services.context.actor)] == [
        key
    ]
    assert_equal(network)


def test_of_two_who_hand_out_the_same_work_the_office_wins(
    network: Network, given: tuple[str, str, str]
) -> None:
    key, _here, there = given
    office, (one, _two) = network.office, network.laptops
    third = make_technician(office.services, "T77", name="第三人")
    network.settle_down()
    today = office.services.context.today()
    one.services.dispatching.dispatch(item_of(one, key), third, today)
    office.services.dispatching.dispatch(item_of(office, key), there, today)

    network.settle_down()

    assert item_of(one, key).technician_id == there
    assert [u.code for u in conflicts.listed(one.services)] == ["dispatch.reassigned"]
    assert_equal(network)
