"""A disk that is truly full, one in memory: what writes is refused with a sentence or done,
nothing is lost or half there, and with room again work goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import chosen_files, paths
from app.domain.errors import Unavailable
from app.support import SupportPart, save_bundle
from db import storage
from db.leftovers import KnownDatabases
from db.viewing import ViewedDatabase
from tests.faulting import JOBS

SIZE = 2 * 2**30
"""Bytes of the disk while it is not full; nothing of them is taken before it is written."""
LEFT = (0, 24_000, 150_000, 700_000)
"""Bytes left on it when something is to be written: for nothing, for the beginning of it, and for
nearly all."""
SENTENCES = frozenset(
    {
        *("db.disk_full", "db.storage_failed", "db.cannot_open", "db.no_space"),
        *("files.disk_full", "backup.disk_full", "restore.failed", "restore.no_space"),
        *("encryption.no_space", "encryption.not_written"),
    }
)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk; only an administrator of Linux may make one."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=700", "tmpfs", str(place)]
    if os.name == "nt" or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a disk can be mounted by root only")
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def resize(disk: Path, size: int) -> None:
    """Give the disk so many bytes."""
    subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)


@pytest.mark.parametrize("name", sorted(set(JOBS) - {"exchange"}))
def test_case_4_and_case_7_a_full_disk_is_a_sentence_and_loses_nothing(
    name: str, disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, start = JOBS[name], tmp_path / "start"
    monkeypatch.setenv(paths.HOME_VARIABLE, str(start))
    job.prepare(start)
    said: set[str] = set()
    for left in LEFT:
        home = disk / "home"
        shutil.copytree(start, home)
        monkeypatch.setenv(paths.HOME_VARIABLE, str(home))
        told: list[str] = []
        resize(disk, shutil.disk_usage(disk).used + left)
        try:
            job.act(home, told.append)
        except Unavailable as refusal:
            said.add(refusal.code)
        resize(disk, SIZE)
        assert job.judge(home, told) == (0, 0, ""), f"{left} bytes left"
        shutil.rmtree(home)
    assert said, "the disk was never full"
    assert said <= SENTENCES


def _table(disk: Path) -> None:
    chosen_files.write(disk / "export.csv", b"a,b" * 4000)


def _bundle(disk: Path) -> None:
    save_bundle(disk / "bundle.zip", (SupportPart("log.txt", os.urandom(9000).hex()),))


def _list(disk: Path) -> None:
    KnownDatabases(disk / "databases.txt").add(disk / ("x" * 200) / ("y" * 200))


def _folder(disk: Path) -> None:
    storage.check_place(disk / "a" / "b" / "poscare.db")


def _look(disk: Path) -> None:
    original = Path(tempfile.gettempdir()) / "original.db"
    tempfile.tempdir = str(disk)
    ViewedDatabase(original)


@pytest.mark.parametrize("work", [_table, _bundle, _list, _folder, _look])
def test_whatever_is_written_a_full_disk_is_called_full(
    work: Callable[[Path], None],
    disk: Path,
    template: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copyfile(template, tmp_path / "original.db")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    # Names take room, too, which is there only for what is on the disk already.
    inodes = len(list(disk.rglob("*"))) + 1
    subprocess.run(
        ["mount", "-o", f"remount,size=4096,nr_inodes={inodes + 4}", str(disk)], check=True
    )
    (disk / "filler").write_bytes(bytes(4096))
    with pytest.raises(Unavailable) as refused:
        for n in range(9):
            work(disk / str(n) if work is _folder else disk)
    assert refused.value.code == "files.disk_full"
