"""The sample is made through operations: its log, applied in another process, gives the sample."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from app.paths import resources
from app.services import Services
from app.services.sample import estate

EACH = 40
"""Of the sample's terminals every so many-th is taken, and of their incidents."""

APPLY = """
import sys
from pathlib import Path
from app import bootstrap
from app.settings import Settings
from db.engine import Database
from tests.replaying import differences, replayed
live, template, target = map(Path, sys.argv[1:])
services = bootstrap.build(Settings(technician="nobody", device="Z9"), database=Database(live))
other = replayed(services, template, target)
print("\\n".join(differences(services.context.database, other)))
"""


def thinned(folder: Path) -> Path:
    """A folder with a part of the sample's files."""
    folder.mkdir()
    known: set[bytes] = set()
    for name in ("terminals.csv", "incidents.csv"):
        header, *rows = (resources() / "sample" / name).read_bytes().splitlines(keepends=True)
        if not known:
            rows = rows[::EACH]
            known = {row.split(b",")[0] for row in rows}
        kept = [row for row in rows if row.split(b",")[0] in known]
        (folder / name).write_bytes(header + b"".join(kept[:100]))
    return folder


def test_the_log_of_the_sample_gives_the_sample_in_another_process_and_time_zone(
    services: Services, template: Path, tmp_path: Path
) -> None:
    folder = thinned(tmp_path / "sample")
    estate._people(services)
    for name, importer in (
        ("terminals.csv", services.terminal_import),
        ("incidents.csv", services.history_import),
    ):
        assert importer.commit(importer.preview(folder / name), skip_bad=True).added > 40
    estate._open_incidents(services)

    files = [services.context.database.path, template, tmp_path / "again.db"]
    done = subprocess.run(
        [sys.executable, "-c", APPLY, *map(str, files)],
        env={**os.environ, "PYTHONHASHSEED": "4711", "TZ": "America/New_York"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr + done.stdout
