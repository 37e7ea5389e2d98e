"""The folder beside the database in which its next state is put together, or a state is packed."""

from __future__ import annotations

import contextlib
import glob
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def working_folder(live: Path) -> Iterator[Path]:
    """A folder beside the database to work in; what a killed process left is removed first."""
    prefix = f".{live.stem}-exchange-"
    for left in live.parent.glob(f"{glob.escape(prefix)}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        prefix=prefix, dir=live.parent, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)
