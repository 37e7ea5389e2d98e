"""What must be proven follows from the fault class."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.errors import InvalidInput
from app.domain.faults import ITEM_FAILURES, FaultClass
from app.domain.incidents.drafts import ResolutionDraft, check_resolution
from app.domain.incidents.incidents import TestLine, TestOutcome
from app.domain.incidents.proof import MERCHANT_TRADES, PROOF_LINES, PROOFS
from app.texts import WORDS

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
ACCOUNT = (FaultClass.BALANCE, FaultClass.FROZEN)
TRADES = (TestLine(MERCHANT_TRADES, TestOutcome.PASSED),)


def check(draft: ResolutionDraft, *, item_failure: bool = False) -> list[str]:
    try:
        check_resolution(draft, item_failure=item_failure, down_from=None, now=NOW)
    except InvalidInput as refusal:
        return [problem.code for problem in refusal.problems]
    return []


def test_every_class_has_its_proof_and_every_line_its_words() -> None:
    assert set(PROOFS) == set(FaultClass)
    for rule in PROOFS.values():
        assert set(rule.lines) <= set(PROOF_LINES)
    assert set(PROOF_LINES) == set(WORDS["function_test"])


@pytest.mark.parametrize("fault_class", ACCOUNT)
def test_a_declined_card_needs_no_test_of_the_terminal(fault_class: FaultClass) -> None:
    told = ResolutionDraft(fault_class=fault_class, advice="请持卡人核对余额", tests=TRADES)
    assert check(told) == []
    unseen = ResolutionDraft(fault_class=fault_class, advice="请持卡人核对余额")
    assert check(unseen) == ["resolution.trade_missing"]
    assert check(ResolutionDraft(fault_class=fault_class, tests=TRADES)) == [
        "resolution.action_missing"
    ]


@pytest.mark.parametrize("fault_class", sorted(ITEM_FAILURES))
def test_what_failed_itself_is_tested(fault_class: FaultClass) -> None:
    draft = ResolutionDraft(
        fault_class=fault_class, mode="m", cause="c", remedy="r", work_done="换件", tests=TRADES
    )
    assert check(draft, item_failure=True) == ["resolution.test_missing"]


def test_a_network_fault_of_the_terminal_itself_is_tested_too() -> None:
    draft = ResolutionDraft(
        fault_class=FaultClass.NETWORK, mode="m", cause="c", remedy="r", tests=TRADES
    )
    assert check(draft, item_failure=True) == ["resolution.test_missing"]
    assert check(draft) == []


def test_a_request_is_done_without_a_proof() -> None:
    assert check(ResolutionDraft(fault_class=FaultClass.OTHER, work_done="已撤机")) == []


def test_what_failed_is_not_solved() -> None:
    failed = (TestLine(MERCHANT_TRADES, TestOutcome.FAILED),)
    draft = ResolutionDraft(fault_class=FaultClass.BALANCE, advice="换卡", tests=failed)
    assert check(draft) == ["resolution.test_failed"]
