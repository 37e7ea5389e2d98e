"""Agreed times as settings name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.domain.errors import InvalidInput, Problem
from app.domain.incidents.lifecycle import Priority, Targets

LEAST_HOURS, MOST_HOURS = 1, 2_160
"""A target lies between an hour and ninety days."""
_FIELDS = ("response_hours", "resolve_hours")
KEYS: Mapping[str, tuple[Priority, str]] = {
    f"{priority}_{field}": (priority, field) for priority in Priority for field in _FIELDS
}
"""The name of every target as settings have it, such as ``p1_resolve_hours``."""


def hours_of(targets: Targets) -> dict[str, int]:
    """The targets by their names in the settings, in hours from the report."""
    return {name: getattr(targets[who], field) for name, (who, field) in KEYS.items()}


def with_hours(targets: Targets, hours: Mapping[str, int]) -> Targets:
    """The targets with those named changed."""
    made = dict(targets)
    for name, value in hours.items():
        who, field = KEYS[name]
        before = made[who]
        made[who] = (
            replace(before, response_hours=value)
            if field == "response_hours"
            else replace(before, resolve_hours=value)
        )
    return made


def check_order(targets: Targets) -> None:
    """Raises `InvalidInput` where a merchant would trade again before work has to begin."""
    wrong = [who for who, target in targets.items() if target.resolve_hours < target.response_hours]
    if wrong:
        raise InvalidInput([Problem(f"{who}_resolve_hours", "targets.order") for who in wrong])
