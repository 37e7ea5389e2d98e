"""The journeys by keyboard in both languages and looks, on a screen of 1366×768 at real scales:
everything in sight of each step can be read and reached, and the keys stay as few.

A process each, because Qt takes scale and screen before it starts.  ``--screens FOLDER`` leaves
pictures of the steps.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gui.fitting import SCREEN

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("scale", ["1", "1.5", "2"])
@pytest.mark.parametrize("look", ["zh-light", "zh-dark", "en-light", "en-dark"])
def test_journeys_in_every_look(
    request: pytest.FixtureRequest, tmp_path: Path, look: str, scale: str
) -> None:
    screens = tmp_path / "screens.json"
    screen = {"name": "laptop", "x": 0, "y": 0, "width": SCREEN[0], "height": SCREEN[1], "dpr": 1}
    screens.write_text(json.dumps({"screens": [{**screen, "logicalDpi": 96}]}), encoding="utf-8")
    album = request.config.getoption("--screens")
    pictures = [f"--screens={Path(album).absolute() / f'{look}-{scale}'}"] if album else []
    journeys = Path(__file__).with_name("test_keyboard.py")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", str(journeys), f"--look={look}", *pictures],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": f"offscreen:configfile={screens}",
            "QT_SCALE_FACTOR": scale,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
