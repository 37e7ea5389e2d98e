"""A document saved while the disk fills or the machine dies: the old file or the new one, whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.alike import some_of

WORK = """
import sys
from pathlib import Path
from app.domain.errors import Unavailable
from app.services.core.blobs import BlobStore
from app.services.documents.files import write_file

folder, content = Path(sys.argv[1]), b"new " * 50_000
try:
    print("kept", BlobStore(folder / "blobs").put(content), flush=True)
    write_file(folder / "report.pdf", content)
    print("saved", flush=True)
except Unavailable as refused:
    print("refused", refused.code, flush=True)
"""
NEW, OLD = b"new " * 50_000, b"old"


def save(shim: Path, folder: Path, fault: str, at: int) -> tuple[list[str], int]:
    """Save under a fault; what was said, and how it ended."""
    (folder / "report.pdf").write_bytes(OLD)
    done = subprocess.run(
        [sys.executable, "-c", WORK, str(folder)],
        env={**os.environ, "LD_PRELOAD": str(shim), "FAULT_FILE": folder.name, fault: str(at)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.splitlines(), done.returncode


@pytest.mark.parametrize("at", some_of(range(1, 6), every=2))
def test_a_full_disk_is_said_and_leaves_the_old_file_and_no_rest(
    shim: Path, tmp_path: Path, at: int
) -> None:
    folder = tmp_path / f"fills-at-{at}"
    folder.mkdir()
    said, code = save(shim, folder, "FAULT_FULL_AT", at)
    assert code == 0
    if said[-1] == "saved":
        assert (folder / "report.pdf").read_bytes() == NEW
        assert at > 3, "the fault came after the last write"
    else:
        assert said[-1] == "refused files.disk_full"
        assert (folder / "report.pdf").read_bytes() == OLD
    for blob in (folder / "blobs").rglob("*"):
        assert blob.is_dir() or blob.read_bytes() == NEW
    assert not [path for path in folder.rglob("*.tmp")]


@pytest.mark.parametrize("at", some_of(range(1, 5), every=2))
def test_a_machine_that_dies_while_saving_leaves_a_whole_file(
    shim: Path, tmp_path: Path, at: int
) -> None:
    folder = tmp_path / f"dies-at-{at}"
    folder.mkdir()
    _said, code = save(shim, folder, "FAULT_KILL_AT", at)
    assert code in {0, -signal.SIGKILL}
    assert (folder / "report.pdf").read_bytes() in {OLD, NEW}
    for blob in (folder / "blobs").rglob("[0-9a-f]" * 64):
        assert blob.read_bytes() == NEW
