"""Without arguments the window, with a verb the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services import Services
    from app.settings import Settings


def main() -> int:
    """The entry point of ``poscare`` and ``python -m app``."""
    if len(sys.argv) > 1:
        from app.cli import main as run_verb

        return run_verb(sys.argv[1:], _pictures)
    from app.gui.application import run_window

    return run_window()


def _pictures(services: Services, settings: Settings, folder: Path) -> list[Path]:
    """Pictures of every page of the window; Qt is loaded only for them."""
    from app.gui.screens import render_pages

    return render_pages(services, settings, folder)


if __name__ == "__main__":
    raise SystemExit(main())
