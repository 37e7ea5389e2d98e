"""The card guard at full size: how often it misses each way of writing a card number and each way
of saying a code, and how often it is wrong about each kind of look-alike."""

from __future__ import annotations

from collections.abc import Iterator

from tests.domain.card_rates import GROUPS, Rate, inseparable, rate


def measured(times: int) -> Iterator[Rate]:
    """Every kind with `times` texts."""
    for group, (makers, *_rest) in GROUPS.items():
        for kind in makers:
            yield rate(group, kind, times)


def run(times: int) -> int:
    """Print the table; returns how many kinds do not hold their bar."""
    bad = 0
    for one in measured(times):
        bad += not one.good
        mark = " " if one.good else "!"
        print(f"{mark} {one.group:10}  {len(one.wrong):5} of {one.tried}  {one.kind!r}")
    for one in inseparable(times):
        print(f"? {'taken':10}  {len(one.wrong):5} of {one.tried}  {one.kind!r}")
    counts = ", ".join(f"{group} {len(makers)}" for group, (makers, *_rest) in GROUPS.items())
    print(f"card guard: {counts}; {times} texts each; bars not held: {bad}")
    return bad
