"""``make bench``: run every measurement and print a table.

A measurement is a function ``measure() -> Iterable[Row]`` in a module ``bench_*.py`` here; adding
one needs nothing else.  Figures are medians; ratios count, because machines differ and drift.
"""

from __future__ import annotations

import importlib
import os
import platform
import sys
from pathlib import Path

from tests.bench.harness import Row, shown

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def main() -> int:
    """Run the modules named on the command line, or all."""
    here = Path(__file__).parent
    wanted = sys.argv[1:]
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {platform.platform()}")
    rows: list[Row] = []
    for path in sorted(here.glob("bench_*.py")):
        name = path.stem.removeprefix("bench_")
        if wanted and name not in wanted:
            continue
        module = importlib.import_module(f"tests.bench.{path.stem}")
        for row in module.measure():
            rows.append(row)
            print(shown(row), flush=True)
    missed = [row for row in rows if not row.met]
    print(f"{len(rows)} measured, {len(missed)} outside their aim")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
