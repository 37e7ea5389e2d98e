"""What `tests.faulting` rests on: where one run stands still, the disk is as if the process had
been killed there, and what is called the same home is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PROBE = """
import json, random, shutil, sys, time
from pathlib import Path
from tests.fault_runs import Acts, content
from tests.faulting import JOBS, NEVER, _at

work = Path(sys.argv[1])
job, start, home = JOBS["save"], work / "start", work / "home"
job.prepare(_at(start))
_at(home)
acts = Acts(job, start, home, int(time.time()))
whole = acts.run("KILL", NEVER)
writes = [n for n in range(1, whole.operations + 1) if n not in whole.steps]
chance = random.Random(3)
places = sorted({*chance.sample(writes, 5), *chance.sample(whole.steps, 3)})
seen = {}
def look(sort, at, told):
    if at in places:
        shutil.copytree(home, work / "looked")
        seen[sort, at] = content(work / "looked").hex(), told
        shutil.rmtree(work / "looked")
acts.run("KILL", NEVER, look)
found = []
for (sort, at), (hash, told) in seen.items():
    ended = acts.run("KILL" if sort == "K" else "TEAR", at)
    found.append([sort, at, ended.code, content(home).hex() == hash, ended.told == told])
saved = [one.hex() for one in {content(home)}]
acts.run("KILL", NEVER)
print(json.dumps([found, content(home).hex() != saved[0], len(whole.told)]))
acts.close()
"""


def test_a_run_that_stands_still_shows_what_a_killed_one_leaves(shim: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(tmp_path)],
        env={**os.environ, "LD_PRELOAD": str(shim)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found, differs, told = json.loads(done.stdout)
    assert len(found) >= 10
    for sort, at, code, same, as_told in found:
        assert (code, same, as_told) == (-9, True, True), (sort, at)
    assert differs, "a home with all saves is not one without the last"
    assert told == 3
