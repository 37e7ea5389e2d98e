"""``make profile CASE="all by due"``: where the time of one case of the scale bench goes.

The estate is the largest of ``POSCARE_BENCH_SIZES``.  Without a case the names are listed.
"""

from __future__ import annotations

import cProfile
import pstats
import sys

from tests.bench.bench_scale import SIZES, estate_of
from tests.bench.scale_cases import CASES


def main() -> int:
    """Profile the case named on the command line."""
    named = " ".join(sys.argv[1:]).strip()
    case = next((case for case in CASES if case.name == named), None)
    if case is None:
        print(*(case.name for case in CASES), sep="\n")
        return 2
    with estate_of(max(map(int, SIZES.split(",")))) as services:
        case.ask(services)
        profile = cProfile.Profile()
        profile.runcall(case.ask, services)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(30)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
