"""A window with one line to type in, as the program makes it: ``python -m … FILE`` writes what was
typed into the file after every change, and its window number before the first."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication, QLineEdit

from app.gui.toolkit import desktop


def main(told: Path) -> int:
    """Run until it is ended."""
    desktop.meet()
    app = QApplication(sys.argv[:1])
    edit = QLineEdit()
    edit.resize(400, 40)
    edit.textChanged.connect(lambda text: told.write_text(text, encoding="utf-8"))
    edit.show()
    edit.activateWindow()
    edit.setFocus()
    told.with_suffix(".window").write_text(str(int(edit.winId())))
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
