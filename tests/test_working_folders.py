"""Folders to work in: those of killed processes go at the next start, those in use never."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app import working_folders
from app.working_folders import WorkingFolder

HOLD = """
import sys
from pathlib import Path
from app.working_folders import WorkingFolder
beside = Path(sys.argv[2]) if sys.argv[2] else None
folder = WorkingFolder(sys.argv[1], beside)
print(folder.path, flush=True)
sys.stdin.read()
"""


@contextmanager
def held(purpose: str, beside: Path | str = "") -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """A folder another process works in."""
    command = [sys.executable, "-c", HOLD, purpose, str(beside)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        yield Path(process.stdout.readline().strip()), process
        process.kill()


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of the test's own, for its processes too."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_thrown_away(temporary: Path) -> None:
    with WorkingFolder("proof") as folder:
        (folder / "content").write_text("x")
        assert folder.parent == temporary
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("beside", ["", "poscare.db"])
def test_what_a_killed_process_left_goes_and_nothing_else(temporary: Path, beside: str) -> None:
    near = temporary / beside if beside else ""
    others = [
        temporary / "poscare-notes",
        temporary / "proof-0123abcd-1-xy",
        temporary / ".poscare-x",
    ]
    for other in others:
        other.mkdir()
    with held("rehearsal", near) as (living, _), held("view", near) as (dead, process):
        process.kill()
        process.wait()
        # Days old: how old a folder is says nothing while somebody works in it.
        for folder in (living, dead):
            os.utime(folder, (1, 1))
        with WorkingFolder("proof", Path(near) if near else None) as own:
            working_folders.sweep(Path(near) if near else None)
            assert own.is_dir()
        assert living.is_dir()
        assert not dead.exists()
    assert all(other.is_dir() for other in others)


def test_a_link_is_not_followed(temporary: Path) -> None:
    with held("proof") as (folder, process):
        process.kill()
        process.wait()
    kept = temporary / "kept"
    folder.rename(kept)
    folder.symlink_to(kept)
    working_folders.sweep()
    assert (kept / ".in-use").is_file()
