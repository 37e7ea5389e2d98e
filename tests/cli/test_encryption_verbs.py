"""``poscare encrypt``, ``decrypt``, ``rekey`` and ``unlock`` as a script runs them."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from app import paths
from app.cli.passphrase import (
    BACKUP_PASSPHRASE,
    BACKUP_PASSPHRASE_FILE,
    BACKUP_RECOVERY,
    NEW_PASSPHRASE,
    PASSPHRASE,
    PASSPHRASE_FILE,
    RECOVERY,
)
from app.encryption import key_file
from app.encryption.opened import opened
from tests.cli.conftest import Run

WORDS = "冬天的白马 eats 3 苹果"


@pytest.fixture
def words(tmp_path: Path) -> str:
    """A file with the passphrase, as an editor of Windows writes it."""
    file = tmp_path / "passphrase.txt"
    file.write_bytes(f"{WORDS}\r\nsecond line\r\n".encode("utf-8-sig"))
    return str(file)


def test_a_script_encrypts_works_changes_the_key_and_decrypts(
    run: Run, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("encrypt").code == 2, "without a passphrase nothing happens"
    assert run("decrypt", "--passphrase-file", words).code == 2
    made = run("encrypt", "--passphrase-file", words, "--json")
    assert (made.code, made.json["on"], made.json["left"]) == (0, True, [])
    code = made.json["recovery_code"]
    assert code in made.err, "shown before anything was encrypted"
    assert run("encrypt", "--passphrase-file", words).code == 2, "it is encrypted already"

    opened.hold(None)
    locked = run("check")
    assert locked.code == 5
    assert "poscare unlock" in locked.err
    monkeypatch.setenv(PASSPHRASE, "not the right one")
    wrong = run("check")
    assert (wrong.code, opened.vault) == (2, None)
    monkeypatch.delenv(PASSPHRASE)
    monkeypatch.setenv(PASSPHRASE_FILE, words)
    assert run("backup").code == 0
    assert (paths.backups() / key_file.NAME).is_file()
    assert run("unlock", "--json").json["key"] == made.json["key"]

    monkeypatch.setenv(NEW_PASSPHRASE, "a second good passphrase")
    changed = run("rekey", "--json")
    assert (changed.code, changed.json["left"]) == (0, [])
    assert changed.json["key"] != made.json["key"]
    opened.hold(None)
    assert run("check").code == 2, "the old passphrase opens nothing"
    monkeypatch.delenv(PASSPHRASE_FILE)
    monkeypatch.setenv(RECOVERY, code)
    assert run("check").code == 2, "nor does the old recovery code"
    monkeypatch.setenv(RECOVERY, changed.json["recovery_code"].lower())
    assert run("incident", "list").code == 0

    monkeypatch.setenv(PASSPHRASE, "a second good passphrase")
    plain = run("decrypt", "--json")
    assert (plain.code, plain.json["on"]) == (0, False)
    opened.hold(None)
    monkeypatch.delenv(PASSPHRASE)
    monkeypatch.delenv(RECOVERY)
    assert run("incident", "list").code == 0


def test_a_forgotten_passphrase_is_replaced_by_the_recovery_code(
    run: Run, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = run("encrypt", "--passphrase-file", words, "--json").json["recovery_code"]
    opened.hold(None)
    monkeypatch.setenv(RECOVERY, code[:-1] + ("2" if code[-1] != "2" else "3"))
    slip = run("unlock", "--recovery")
    assert slip.code == 2
    monkeypatch.setenv(RECOVERY, code)
    monkeypatch.setenv(NEW_PASSPHRASE, "this one I can remember")
    assert run("unlock", "--recovery").code == 0
    opened.hold(None)
    monkeypatch.delenv(RECOVERY)
    monkeypatch.setenv(PASSPHRASE, "this one I can remember")
    assert run("incident", "list").code == 0


def test_a_lost_key_file_is_named_and_brought_back_from_beside_the_backups(
    run: Run, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("encrypt", "--passphrase-file", words).code == 0
    assert run("backup").code == 0
    paths.encryption_keys().unlink()
    opened.hold(None)
    monkeypatch.setenv(PASSPHRASE_FILE, words)
    lost = run("check")
    assert lost.code == 5
    kept = re.search(r"[^\s：]+encryption\.json$", lost.err.strip())
    assert kept is not None, lost.err
    assert run("unlock", "--key-file", kept[0]).code == 0
    assert run("incident", "list").code == 0


def test_a_foreign_backup_has_secrets_of_its_own_and_each_refusal_names_the_key_file(
    run: Run, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    made = run("encrypt", "--passphrase-file", words, "--json").json
    copy = run("backup", "--to", str(stick), "--json").json["file"]
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "other"))
    opened.hold(None)
    monkeypatch.setenv(PASSPHRASE, "the words of here")
    assert run("encrypt").code == 0
    paths.backups().mkdir(exist_ok=True)
    shutil.copy(copy, paths.backups())

    [listed] = [one for one in run("restore", "--list", "--json").json if not one["incidents"]]
    assert listed["needs"] == made["key"]
    told = run("restore", "--list", "--lang", "en").out
    assert f"needs the key {made['key']}" in told
    assert "cannot be read" not in told

    opened.hold(None)
    monkeypatch.setenv(PASSPHRASE, "not the words of here")
    own = run("restore", copy, "--lang", "en")
    assert own.code == 2
    assert f"Key file of this data folder: {paths.encryption_keys()}" in own.err
    monkeypatch.setenv(PASSPHRASE, "the words of here")
    foreign = run("restore", copy, "--lang", "en")
    assert foreign.code == 2
    assert f"Key file of the backup: {stick / key_file.NAME}" in foreign.err
    assert BACKUP_PASSPHRASE in foreign.err
    monkeypatch.delenv(PASSPHRASE)
    unasked = run("restore", copy, "--lang", "en")
    assert unasked.code == 5
    assert str(stick / key_file.NAME) in unasked.err
    for variable, secret in (
        (BACKUP_PASSPHRASE, WORDS),
        (BACKUP_PASSPHRASE_FILE, words),
        (BACKUP_RECOVERY, made["recovery_code"]),
    ):
        opened.hold(None)
        with monkeypatch.context() as given:
            given.setenv(PASSPHRASE, "the words of here")
            given.setenv(variable, secret)
            assert run("restore", copy).code == 0, variable


def test_no_passphrase_can_be_given_among_the_arguments(run: Run) -> None:
    for verb in ("encrypt", "decrypt", "rekey", "unlock"):
        told = run(verb, "--help", "--lang", "en").out
        assert "--passphrase-file" in told
        assert not re.search(r"--passphrase(?!-file)\b", told)


def test_copies_left_plain_are_listed_and_removed_when_it_is_said(run: Run, words: str) -> None:
    assert run("backup").code == 0
    (copy,) = paths.backups().glob("poscare-*.db")
    copy.write_bytes(copy.read_bytes()[:-1] + b"\xff")
    assert run("encrypt", "--passphrase-file", words).code == 1, "one could not be written anew"
    listed = run("encrypt", "--list-left", "--json")
    assert (listed.code, listed.json["left"]) == (1, [str(copy)])
    assert run("encrypt", "--remove-left").code == 2, "nobody is there to be asked"
    assert run("encrypt", "--remove-left", "--yes").code == 2, "it is the only copy"
    assert copy.is_file()
    assert run("backup").code == 0
    assert run("encrypt", "--remove-left", "--yes", "--json").json["removed"] == 1
    assert not copy.exists()
    assert run("encrypt", "--list-left").code == 0
