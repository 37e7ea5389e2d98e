"""Maintenance over years with a second program on the same file: it generates while this one does,
and every due task of the oracle in `tests.services.maintenance.test_maintenance_over_years` is
there exactly once, as open, done, skipped with a reason or missed."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys
import traceback
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import rule, run_state_machine_as_test

from app import bootstrap
from app.services import Services
from app.settings import Settings
from db.engine import Database
from tests.conftest import FrozenClock
from tests.services.maintenance.test_maintenance_over_years import HORIZON, Years

SETTINGS = Settings(technician="T01", device="L7")
STEPS = 40

GENERATE = """
import sys
from datetime import date, datetime
from app import bootstrap
from app.settings import Settings
from db.engine import Database
moment = datetime.fromisoformat(sys.argv[2])
services = bootstrap.build(
    Settings(technician="T01", device="L7"), database=Database(sys.argv[1]), clock=lambda: moment
)
services.generation.generate(date.fromisoformat(sys.argv[3]))
services.close()
"""


class YearsOfTwoPrograms(Years):
    """As `Years`, with another program at work at the same time."""

    @rule()
    def another_program_generates(self) -> None:
        """Both work out and write the same dates at once."""
        last = self.today + timedelta(days=HORIZON + 40)
        path = str(self.services.context.database.path)
        command = [sys.executable, "-c", GENERATE, path, self.clock.now.isoformat(), str(last)]
        other = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.services.generation.generate(last)
        _said, complaint = other.communicate()
        assert other.returncode == 0, complaint
        self._started()


def run(folder: Path, template: Path, histories: int) -> int:
    """Carry out histories; returns 1 when a task was lost, doubled or blocked."""
    names = itertools.count(1)

    def opened(clock: FrozenClock) -> tuple[Services, Services]:
        path = folder / f"years{next(names)}.db"
        shutil.copyfile(template, path)
        one, other = (
            bootstrap.build(replace(SETTINGS, device=device), clock=clock, database=Database(path))
            for device in (SETTINGS.device, "L8")
        )
        return one, other

    try:
        run_state_machine_as_test(
            type("Here", (YearsOfTwoPrograms,), {"open_office": staticmethod(opened)}),
            settings=settings(
                max_examples=histories,
                stateful_step_count=STEPS,
                deadline=None,
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            ),
        )
    except AssertionError:
        traceback.print_exc()
        return 1
    finally:
        print(f"years of maintenance: {next(names) - 1} histories of up to {STEPS} steps")
    return 0
