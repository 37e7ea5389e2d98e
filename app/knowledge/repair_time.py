"""How long the proposed order of checks takes until one of them puts it right, beside the best
order there is, by the catalogue's own minutes and chances.

One cause is at work; a check that mends it ends the work (Heckerman, Breese and Rommelse 1995).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache

from app.domain.diagnosis.catalogue import Check
from app.domain.diagnosis.interview import Interview


def repair_minutes(session: Interview) -> tuple[float, float]:
    """Expected minutes of the proposed order of the checks of a session, and of the best order that
    keeps what must come first."""
    checks = [item.check for item in session.checks]
    causes = session.beliefs.cause_chances()
    return expected_minutes(checks, causes), least_minutes(checks, causes)


def expected_minutes(order: Sequence[Check], causes: Mapping[str, float]) -> float:
    """What an order of checks takes: each is done while nothing before it helped."""
    left = dict(causes)
    minutes = 0.0
    for check in order:
        minutes += check.minutes * sum(left.values())
        for cause, chance in check.fixes.items():
            if cause in left:
                left[cause] *= 1 - chance
    return minutes


def least_minutes(checks: Sequence[Check], causes: Mapping[str, float]) -> float:
    """The least any order takes, by trying all; what must come after another comes after it."""
    listed = {check.id: place for place, check in enumerate(checks)}
    needs = [sum(1 << listed[name] for name in c.after if name in listed) for c in checks]

    @cache
    def least(done: int) -> float:
        if done == (1 << len(checks)) - 1:
            return 0.0
        open_share = sum(share * _left(checks, cause, done) for cause, share in causes.items())
        return min(
            (
                check.minutes * open_share + least(done | 1 << place)
                for place, check in enumerate(checks)
                if not done >> place & 1 and needs[place] & ~done == 0
            ),
            default=math.inf,
        )

    return least(0)


def _left(checks: Sequence[Check], cause: str, done: int) -> float:
    """The chance that a cause is still there after the checks that are `done`."""
    left = 1.0
    for place, check in enumerate(checks):
        if done >> place & 1:
            left *= 1 - check.fixes.get(cause, 0.0)
    return left
