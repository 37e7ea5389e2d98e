"""How long the proposed order of checks takes until one of them puts it right, beside the best
order there is, by the catalogue's own minutes and chances.

One cause is at work; a check that mends it ends the work (Heckerman, Breese and Rommelse 1995).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence

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
    """The least any order takes, by trying all; what must come after another comes after it.

    Goes from the set of all checks done back to none: about n · 2ⁿ steps for n checks."""
    listed = {check.id: place for place, check in enumerate(checks)}
    needs = [sum(1 << listed[name] for name in c.after if name in listed) for c in checks]
    still_open = _open_shares(checks, causes)
    least = [math.inf] * len(still_open)
    least[-1] = 0.0
    for done in range(len(least) - 2, -1, -1):
        least[done] = min(
            (
                check.minutes * still_open[done] + least[done | 1 << place]
                for place, check in enumerate(checks)
                if not done >> place & 1 and needs[place] & ~done == 0
            ),
            default=math.inf,
        )
    return least[0]


def _open_shares(checks: Sequence[Check], causes: Mapping[str, float]) -> list[float]:
    """For each set of checks that are done, as bits, the chance that the fault is still there."""
    alike: dict[tuple[float, ...], float] = {}
    for cause, share in causes.items():
        mended = tuple(check.fixes.get(cause, 0.0) for check in checks)
        alike[mended] = alike.get(mended, 0.0) + share
    shares = [0.0] * (1 << len(checks))
    for mended, share in alike.items():
        left = [share]
        for chance in mended:
            left += [before * (1 - chance) for before in left]
        shares = list(map(operator.add, shares, left))
    return shares
