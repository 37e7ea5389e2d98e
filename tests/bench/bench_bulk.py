"""Large files taken in: 100 000 terminals and 100 000 finished incidents.

Beside the very rows that came of it, written by the raw driver into an empty database as durably;
reading and checking the file is ours alone.  Memory is what the import needs beyond the program.
Times are of the processor; the longest wait of somebody who saves meanwhile is of the clock.
``POSCARE_BENCH_ROWS`` asks for another number of rows.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app import bootstrap, paths
from tests.bench.harness import ROOT, Row, installed
from tests.bench.raw_rows import raw_seconds

ROWS = int(os.environ.get("POSCARE_BENCH_ROWS", "100000"))
_MOST_MEMORY = 250.0
"""MB beyond the program."""
_LONGEST_WAIT = 0.2
"""Seconds somebody who saves waits."""
_HEADERS = {
    "terminals": "序列号,终端号,商户号,商户名称,厂商,型号,收单机构,地区,安装地址,联系人,联系电话\n",
    "history": "序列号,报修时间,显示代码,现象,确认故障类别,恢复时间,工程师,工时分钟\n",
}
_CLASSES = ("hardware", "software", "network", "operation")


def measure() -> Iterator[Row]:
    """Both imports, one after the other into the same database."""
    with tempfile.TemporaryDirectory(prefix="poscare-bench-") as name:
        folder = Path(name)
        os.environ[paths.HOME_VARIABLE] = name
        database = folder / "poscare.db"
        bootstrap.open_database(str(database)).close()
        for kind in ("terminals", "history"):
            file = folder / f"{kind}.csv"
            file.write_text(_HEADERS[kind] + "".join(_lines(kind)), encoding="utf-8")
            before = folder / "before.db"
            shutil.copyfile(database, before)
            yield from _rows(
                kind, _imported(kind, database, file), raw_seconds(before, database, folder)
            )


def _lines(kind: str) -> Iterator[str]:
    for n in range(ROWS):
        if kind == "terminals":
            shop = n // 4
            yield (
                f"BULK{n:08d},{10000000 + n},84829{shop:010d},商户 {shop},百富,A920,银联商务,"
                f"昆山市,人民路 {n} 号,王先生,1390000{n % 10000:04d}\n"
            )
        else:
            yield (
                f"BULK{n * 7919 % ROWS:08d},2026-{1 + n % 10:02d}-{1 + n % 28:02d} 09:{n % 60:02d},"
                f"A0,屏幕不亮 {n},{_CLASSES[n % 4]},2026-{1 + n % 10:02d}-{1 + n % 28:02d} 11:00,"
                f"T{n % 20:02d},45\n"
            )


def _imported(kind: str, database: Path, file: Path) -> dict[str, float]:
    command = (sys.executable, "-m", "tests.bench.bulk_job", kind, str(database), str(file))
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=installed(database.parent),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    if found["added"] != ROWS:
        raise RuntimeError(f"{found['added']} of {ROWS} rows were imported")
    return found


def _rows(kind: str, ours: dict[str, float], raw: float) -> Iterator[Row]:
    name = f"import of {ROWS} {'terminals' if kind == 'terminals' else 'finished incidents'}"
    seconds, megabytes, wait = ours["seconds"], ours["megabytes"], ours["longest_wait"]
    yield Row(name, seconds, raw, seconds / raw, 2, "the same rows by the raw driver")
    memory = megabytes / _MOST_MEMORY
    yield Row(f"{name}: memory", megabytes, _MOST_MEMORY, memory, 1, "allowed", unit="MB")
    waited = wait / _LONGEST_WAIT
    yield Row(f"{name}: longest wait of others", wait, _LONGEST_WAIT, waited, 1, "allowed")
