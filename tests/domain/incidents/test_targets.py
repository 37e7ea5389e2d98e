"""Targets are read from settings."""

from __future__ import annotations

import pytest

from app.domain.errors import InvalidInput
from app.domain.incidents.lifecycle import DEFAULT_TARGETS, Priority, Target
from app.domain.incidents.targets import KEYS, check_order, hours_of, with_hours


def test_every_target_has_its_name_and_is_changed_by_it() -> None:
    assert len(KEYS) == 2 * len(Priority)
    hours = hours_of(DEFAULT_TARGETS)
    assert hours["p1_resolve_hours"] == DEFAULT_TARGETS[Priority.P1].resolve_hours
    changed = with_hours(DEFAULT_TARGETS, {"p1_resolve_hours": 6})
    assert changed[Priority.P1] == Target(DEFAULT_TARGETS[Priority.P1].response_hours, 6)
    assert with_hours(DEFAULT_TARGETS, hours) == DEFAULT_TARGETS


def test_work_does_not_begin_after_it_has_to_be_done() -> None:
    check_order(DEFAULT_TARGETS)
    with pytest.raises(InvalidInput) as refused:
        check_order(with_hours(DEFAULT_TARGETS, {"p2_response_hours": 25}))
    assert [(p.field, p.code) for p in refused.value.problems] == [
        ("p2_resolve_hours", "targets.order")
    ]
