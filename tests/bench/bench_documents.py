"""Documents: one cold, one warm, five hundred at once; against the bare canvas and two rivals.

WeasyPrint and fpdf2 are the rivals; where they are not installed (``pip install poscare[bench]``)
their rows are left out.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from app import bootstrap, paths
from app import settings as settings_file
from app.services import Services
from app.services.documents.requests import Request
from app.services.sample import estate
from app.settings import Settings
from tests.bench.document_page import on_canvas, pages_of, register
from tests.bench.harness import ROOT, Row, installed, paired, process
from tests.services.documents.paper import number_of, resolved, sign

SETTINGS = Settings(
    technician="T01", device="L7", company_name="测试终端服务有限公司", company_phone="400-000-0000"
)
MANY = 500
FEW, MOST = 100, 2_000


def measure() -> Iterator[Row]:
    """Every figure of documents."""
    with tempfile.TemporaryDirectory(prefix="poscare-bench-") as name:
        home = Path(name)
        os.environ[paths.HOME_VARIABLE] = str(home)
        settings_file.save(SETTINGS, home / "settings.toml")
        services = bootstrap.build(SETTINGS, database=bootstrap.open_database(str(home / "d.db")))
        estate.fill(services, paths.resources() / "sample")
        incident = resolved(services, serial="BENCH000001", tid="99990001", mid="848290058129999")
        sign(services, incident)
        number = number_of(services, incident)
        pdf = services.reporting.pdf(Request(kind="service_report", subject=number)).pdf
        pages = pages_of(pdf)
        yield _size(pdf)
        yield _warm(services, number, pages)
        yield _cold(home, number, pages)
        services.close()
        yield from _batch(home)


def _size(pdf: bytes) -> Row:
    size = len(pdf) / 1024
    return Row(
        "file of one report without photos", size, 120, size / 120, 1.0, "allowed", unit="KiB"
    )


def _warm(services: Services, number: str, pages: list[Any]) -> Row:
    register()
    reporting = services.reporting
    return paired(
        "one service report, from the database to bytes",
        lambda: reporting.pdf(Request(kind="service_report", subject=number)),
        lambda: on_canvas(pages),
        aim=3.0,
        against="same text on a raw canvas",
        rounds=15,
    )


def _cold(home: Path, number: str, pages: list[Any]) -> Row:
    stored = home / "pages.pickle"
    stored.write_bytes(pickle.dumps(pages))
    environment = installed(home)
    command = [
        sys.executable,
        "-m",
        "app",
        "report",
        "incident",
        number,
        "-o",
        str(home / "cold.pdf"),
        "--db",
        str(home / "d.db"),
    ]

    def ours() -> None:
        subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)

    return paired(
        "one report cold, process start to file",
        ours,
        process("document_floor.py", str(stored), str(home / "floor.pdf"), environment=environment),
        aim=0,
        against="python + reportlab + font + same text",
        rounds=7,
    )


def _batch(home: Path) -> Iterator[Row]:
    turns = _run_batch(home, "turns")
    floor = turns["canvas"]
    for name, key, ratio in (
        ("from the database", "whole", "whole_ratio"),
        ("drawn", "drawn", "canvas_ratio"),
    ):
        rate = f"{1 / turns[key]:.0f} pages/s against {1 / floor:.0f}"
        yield Row(
            f"{MANY} reports, a page {name}",
            turns[key],
            floor,
            turns[ratio],
            0.4,
            "same page on a raw canvas",
            faster=True,
            note=rate,
        )
    for rival, aim in (("fpdf2", 2.0), ("WeasyPrint", 5.0)):
        if rival in turns:
            yield Row(
                "a page of the batch drawn",
                turns["drawn"],
                turns[rival],
                turns[f"{rival}_ratio"],
                aim,
                f"same page by {rival}",
                faster=True,
            )
    yield _memory(home, "one", "one file")
    yield _memory(home, "each", "one file each")


def _run_batch(home: Path, way: str, count: int = MANY) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    script = str(ROOT / "tests" / "bench" / "document_batch.py")
    done = subprocess.run(
        [sys.executable, script, str(home / "d.db"), str(count), way],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _memory(home: Path, way: str, told: str) -> Row:
    """The most memory a large batch holds against a small one, the files it makes included."""
    few, many = _run_batch(home, way, FEW), _run_batch(home, way, MOST)
    row = Row(
        f"memory of a batch of {MOST}, {told}",
        many["memory"],
        few["memory"],
        many["memory"] / max(few["memory"], 1),
        1.2,
        f"a batch of {FEW}",
        unit="MiB",
    )
    return replace(row, note=f"the files themselves are {many['size'] / 1024 / 1024:.0f} MiB")
