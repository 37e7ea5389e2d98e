"""Without arguments the window, with a verb the command line."""

from __future__ import annotations

import sys


def main() -> int:
    """The entry point of ``poscare`` and ``python -m app``."""
    if len(sys.argv) > 1:
        from app.cli import main as run_verb

        return run_verb(sys.argv[1:])
    from app.gui.application import run_window

    return run_window()


if __name__ == "__main__":
    raise SystemExit(main())
