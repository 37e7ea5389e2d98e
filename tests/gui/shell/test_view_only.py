"""Case 9: a place that cannot be written is shown, and nothing in it is lost or changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app import paths
from app import settings as settings_file
from app.services import Services
from app.settings import Settings
from tests.factories import make_incident

LOOK = """
from app import bootstrap, paths, settings as settings_file
from app.domain.errors import NotPermitted
from app.domain.incidents.drafts import IncidentDraft
from app.gui.shell.application import Program, make_application
from app.gui.shell.screens import settle
from app.gui.shell.single_instance import SingleInstance
from app.services.incidents.incident_queries import IncidentFilter

settings = settings_file.recover(paths.settings_file()).settings
app = make_application(settings)
guard = SingleInstance()
assert guard.claim()
program = Program(app, settings)
program.start()
settle(program.context, calm=300)
services = program.context.services
(shown,) = services.incidents.first(IncidentFilter(), 9)
print(shown.number)
try:
    services.incidents.start(shown.id)
except NotPermitted as refusal:
    print(refusal.code)
print(program.window._status._saved.text())
program.care.begin()
settle(program.context, calm=100)
program.close()
guard.release()
"""


@pytest.fixture
def home_with_incident(services: Services, settings: Settings, home: Path) -> Path:
    make_incident(services)
    assert services.context.database.path is not None
    home.mkdir(exist_ok=True)
    settings_file.save(settings, paths.settings_file())
    crashed = services.context.database.path
    for part in ("", "-wal"):
        shutil.copyfile(crashed.with_name(crashed.name + part), home / f"poscare.db{part}")
    assert (home / "poscare.db-wal").stat().st_size, "the incident stands in the log of SQLite"
    return home


def content(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.skipif(shutil.which("unshare") is None, reason="mounts a folder read-only")
def test_case_9_a_read_only_place_is_shown_and_takes_no_operation(
    home_with_incident: Path, tmp_path: Path
) -> None:
    before = content(home_with_incident)
    script = tmp_path / "look.py"
    script.write_text(LOOK)
    mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$1" "$2"'
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", mount, str(home_with_incident), sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip("this system lets nobody mount")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "L7-000001",
        "permission.view_only",
        f"只能查看：{home_with_incident / 'poscare.db'} 无法写入",
    ]
    after = content(home_with_incident)
    assert {name: after[name] for name in before} == before
