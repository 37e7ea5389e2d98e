"""Endurance: what works once works a hundred thousand times.

One release of the Qt bindings gave back a reference to None at every call that returns nothing;
on older interpreters the program ended after some thousand of them, long after a short test.
"""

from __future__ import annotations

import subprocess
import sys

VOID_CALLS = 30_000
"""More than an interpreter forgives: it starts with a few thousand references to None."""

_PROGRAM = f"""
import sys
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication(["poscare"])
named, shown = QObject(), QLabel()
before = sys.getrefcount(None)
for _ in range({VOID_CALLS}):
    named.setObjectName("a")
    shown.setText("a")
# Where None is immortal its count stands still or says nothing; elsewhere it must not run out.
lost = before - sys.getrefcount(None)
print("lost", lost if sys.version_info < (3, 12) else 0)
"""


def test_tens_of_thousands_of_calls_that_return_nothing_do_not_end_the_program() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    name, lost = done.stdout.split()
    assert (name, int(lost) < VOID_CALLS // 100) == ("lost", True), f"{lost} references to None"
