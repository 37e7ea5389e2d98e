"""Everything that reads what others wrote, given thousands of damaged inputs (`tests.fuzzing`)."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from random import Random

from tests.fuzzing import TARGETS


def run(folder: Path, times: int) -> int:
    """Print the figures; returns how many inputs were a bug."""
    place = folder / "damaged"
    place.mkdir()
    # Each refused file is a line in the log.
    logging.disable()
    bugs = 0
    for name, target in TARGETS.items():
        found = 0
        for seed in range(times):
            try:
                target(Random(f"{name} {seed}"), place)
            except Exception as bug:  # noqa: BLE001 - whatever it is, it is counted
                found += 1
                print(f"{name} {seed}: {type(bug).__name__}: {str(bug)[:300]}", file=sys.stderr)
        print(f"damaged {name}: {times} inputs, bugs {found}")
        bugs += found
    logging.disable(logging.NOTSET)
    return bugs
