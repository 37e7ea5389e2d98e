"""``make bench``: run every measurement and print a table.

``--json`` prints the rows as JSON, one a line; ``--keep`` appends them to ``history.jsonl`` beside
this file, with the day and the machine.  A row that was kept before is shown with how its ratio
drifted since.

A measurement is a function ``measure() -> Iterable[Row]`` in a module ``bench_*.py`` here; adding
one needs nothing else.  Figures are medians; ratios count, because machines differ and drift.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.harness import Row, shown

HISTORY = Path(__file__).parent / "history.jsonl"

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def main(arguments: list[str] | None = None) -> int:
    """Run the modules named on the command line, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("modules", nargs="*", help="core, scale …; all when none is named")
    parser.add_argument("--json", action="store_true", help="one row a line, as JSON")
    parser.add_argument("--keep", action="store_true", help=f"append the rows to {HISTORY.name}")
    asked = parser.parse_args(arguments)
    machine = f"Python {platform.python_version()}, {os.cpu_count()} processors"
    if not asked.json:
        print(f"{machine}, {platform.platform()}")
    rows: list[Row] = []
    before = kept_in(HISTORY)
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        if asked.modules and path.stem.removeprefix("bench_") not in asked.modules:
            continue
        module = importlib.import_module(f"tests.bench.{path.stem}")
        for row in module.measure():
            rows.append(row)
            print(as_json(row) if asked.json else shown(row) + drift(row, before), flush=True)
    if asked.keep:
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        with HISTORY.open("a", encoding="utf-8") as history:
            history.writelines(as_json(row, day=day, machine=machine) + "\n" for row in rows)
    if not asked.json:
        missed = [row for row in rows if not row.met]
        print(f"{len(rows)} measured, {len(missed)} outside their aim")
    return 0


def kept_in(history: Path) -> dict[str, dict[str, Any]]:
    """The newest kept row of each measurement, by its name."""
    if not history.exists():
        return {}
    rows = [json.loads(line) for line in history.read_text(encoding="utf-8").splitlines()]
    return {row["name"]: row for row in rows}


def drift(row: Row, before: Mapping[str, Mapping[str, Any]]) -> str:
    """How the ratio of a row stands to the one kept last, which other machines compare with;
    nothing where none was kept."""
    kept = before.get(row.name)
    if kept is None or not kept["ratio"]:
        return ""
    return f"  [{row.ratio / kept['ratio']:.2f} of the ratio of {kept['day']}]"


def as_json(row: Row, **more: str) -> str:
    """A row with its verdict on one line."""
    said = {**more, **dataclasses.asdict(row), "met": row.met}
    return json.dumps(said, ensure_ascii=False)


if __name__ == "__main__":
    raise SystemExit(main())
