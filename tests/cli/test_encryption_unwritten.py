"""Encrypting, changing the key, decrypting, backing up and restoring where a file cannot grow: the
file that was to be written is blamed, not the one it is of, and nothing is changed."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import paths
from app.cli.passphrase import NEW_PASSPHRASE, PASSPHRASE
from app.encryption import key_file
from app.encryption.opened import opened
from tests.cli.conftest import Run

if sys.platform == "win32":
    pytest.skip("Windows has no largest size of a file to set", allow_module_level=True)

import resource


@contextlib.contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """As on a full disk, writing fails from `size` bytes on; Python ignores the signal."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def kept() -> tuple[bytes, tuple[bytes, ...]]:
    """The first bytes of the database, its mark, key and salt, and the keys of the key file."""
    keys = key_file.read(paths.encryption_keys())
    return paths.database_file().read_bytes()[:16], tuple(keys.key_ids) if keys is not None else ()


@pytest.mark.parametrize(
    ("verb", "share"), [("encrypt", 0.3), ("encrypt", 0.9), ("rekey", 0.6), ("decrypt", 0.9)]
)
def test_what_cannot_be_written_anew_is_told_as_that(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    verb: str,
    share: float,
) -> None:
    monkeypatch.setenv(PASSPHRASE, "a good passphrase")
    monkeypatch.setenv(NEW_PASSPHRASE, "a better passphrase")
    assert run("check").code in {0, 1}
    if verb != "encrypt":
        assert run("encrypt").code == 0
    before = kept()
    with no_file_above(int(paths.database_file().stat().st_size * share)):
        failed = run(verb, "--lang", "en")
    assert failed.code == 5
    assert "could not be written anew (File too large)" in failed.err
    assert "Nothing was changed" in failed.err
    assert "could not be written" in caplog.text, "the log says which file and why"
    assert kept() == before
    opened.hold(None)
    assert run("incident", "list").code == 0


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_backup_and_a_restore_blame_the_file_that_cannot_grow(run: Run, share: float) -> None:
    copy = Path(run("backup", "--json").json["file"])
    before = kept()
    with no_file_above(int(paths.database_file().stat().st_size * share)):
        unmade = run("backup", "--lang", "en")
        unrestored = run("restore", str(copy), "--lang", "en")
        unrehearsed = run("backup", "--rehearse", str(copy), "--lang", "en")
    for failed in (unmade, unrestored, unrehearsed):
        assert failed.code == 5, failed
        assert "damaged" not in failed.err
        assert "File too large" in failed.err
    assert kept() == before
    assert run("restore", str(copy)).code == 0
