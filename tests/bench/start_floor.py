"""The floor of a cold start: a bare window, `import sqlmodel`, one SELECT, one painted list.
What leaving takes is not of it."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QListWidget, QMainWindow

app = QApplication(["floor"])
window = QMainWindow()
window.resize(1366, 768)
window.show()


def load() -> None:
    """Read once and paint."""
    import sqlalchemy as sa
    import sqlmodel  # noqa: F401 - the floor pays for it as any program of this stack does
    from sqlcipher3 import dbapi2

    engine = sa.create_engine(f"sqlite:///{sys.argv[1]}", module=dbapi2)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT number FROM incident LIMIT 50").fetchall()
    listed = QListWidget()
    listed.addItems([row[0] for row in rows])
    window.setCentralWidget(listed)
    QTimer.singleShot(0, lambda: (listed.grab(), os._exit(0)))


QTimer.singleShot(0, load)
app.exec()
