"""Encryption of a whole data folder: nothing of it is plain, and everything still works."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlcipher3 import dbapi2

from app import bootstrap, paths, recovery, support, unlocking
from app import settings as settings_file
from app.domain.documents import AttachmentDraft
from app.domain.errors import InvalidInput, Unavailable
from app.encryption import key_file
from app.encryption.key_file import Vault, new_vault
from app.encryption.keys import unlocked
from app.encryption.opened import opened
from app.secret_store import SecretStore
from app.services import Services
from app.services.documents.attachments import Owner
from app.services.incidents.incident_queries import IncidentFilter
from app.services.keeping.encryption import Encryption
from app.settings import Settings
from app.unlocking import EncryptionLocked
from db import backup, cipher, copying
from db.copying import Damaged, hash_file
from tests.services.documents.paper import close, jpeg, resolved, sign

WORDS = "冬天的白马 eats 3 苹果"
NOW = datetime(2026, 11, 29, tzinfo=UTC)
SHOP, PHONE, SERIAL, NOTE = "永福记绸缎庄", "13912340987", "SN7QX0042", "抽屉钥匙在老板娘手里"


@pytest.fixture
def made() -> tuple[Vault, str]:
    """A vault nobody used, and its recovery code."""
    return new_vault(WORDS, NOW)


@pytest.fixture
def start(home: Path, settings: Settings) -> Iterator[Callable[[], Services]]:
    """Opens the database of the data folder, as a start of the program does."""
    settings_file.save(settings, paths.settings_file())
    running: list[Services] = []

    def begin() -> Services:
        for one in running:
            one.close()
        running[:] = [bootstrap.build(settings)]
        return running[0]

    yield begin
    for one in running:
        one.close()


def fill(services: Services) -> str:
    """An incident with everything: notes, photo, signature, document; returns its id."""
    incident = resolved(
        services, merchant_name=SHOP, contact_phone=PHONE, serial=SERIAL, notes=NOTE
    )
    photo = jpeg(exif=_exif(NOTE))
    services.attachments.add(Owner(incident_id=incident), photo, AttachmentDraft("门头.jpg"))
    sign(services, incident)
    close(services, incident)
    report = f"{SHOP} {PHONE}\n{NOTE}".encode()
    services.attachments.add(Owner(incident_id=incident), report, AttachmentDraft("说明.txt"))
    services.saved_forms.keep("incident:new", {"symptom": f"{SHOP} {NOTE}"})
    return incident


def _exif(text: str) -> bytes:
    from PIL import Image

    exif = Image.Exif()
    exif[0x010E] = text.encode("utf-8").decode("latin-1")  # ImageDescription
    return exif.tobytes()


def plain_in(folder: Path) -> set[str]:
    """The files that show one of the known texts, or a picture or document, to who reads them."""
    needles = [
        text.encode(code)
        for text in (SHOP, PHONE, SERIAL, NOTE)
        for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
    ]
    # Long enough never to stand in encrypted bytes by chance.
    needles += [b"JFIF\x00", b"Exif\x00\x00", cipher.PLAIN]
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and any(one in path.read_bytes() for one in needles)
    }


def test_nothing_in_the_data_folder_is_plain_after_a_whole_day(
    start: Callable[[], Services],
    home: Path,
    made: tuple[Vault, str],
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    temporary = home / "temporary"
    temporary.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    services = start()
    incident = fill(services)
    services.backups.back_up()
    services.care.journal.catch_up()
    assert len(plain_in(home)) > 4, "else this would prove nothing"
    done = services.encryption.turn_on(made[0])
    assert (done.left, services.encryption.state().left) == ((), ())
    assert plain_in(home) == set()
    second = fill_more(services)
    services.backups.back_up()
    services.care.journal.catch_up()
    seen: set[str] = set()
    found = services.care.check(thorough=True, cancelled=lambda: bool(seen.update(plain_in(home))))
    assert [one.code for one in found if not one.well] == []
    assert services.care.rehearse().well
    support.support_parts(settings, lambda: services)
    assert plain_in(home) | seen == set()
    assert services.incidents.get(incident).number
    assert len(services.attachments.listing(Owner(incident_id=incident))) == 2
    assert second


def fill_more(services: Services) -> str:
    """Another incident after encryption was switched on."""
    from tests.factories import make_incident, make_terminal

    terminal = make_terminal(services, serial="SN7QX0043", merchant_name=SHOP, notes=NOTE)
    incident = make_incident(services, terminal, symptom=NOTE)
    services.attachments.add(Owner(incident_id=incident), jpeg(320, 200), AttachmentDraft("b.jpg"))
    return incident


def test_keys_change_and_go_and_every_row_stays(
    start: Callable[[], Services], home: Path, made: tuple[Vault, str]
) -> None:
    services = start()
    fill(services)
    kept = services.backups.back_up().path
    services.care.journal.catch_up()
    before = everything(services)
    services.encryption.turn_on(made[0])
    assert everything(services) == before
    old = services.encryption.state().key
    renewed, _code = new_vault("a second good passphrase", NOW, opened.vault)
    assert services.encryption.change_key(renewed).left == ()
    assert services.encryption.state().key != old
    assert services.encryption.state().left == ()
    assert everything(services) == before
    services = start()
    assert services.care.rehearse(kept).well
    assert services.encryption.turn_off().left == ()
    assert everything(services) == before
    live = services.context.database.path
    assert live is not None
    services = start()
    assert everything(services) == before
    assert services.care.rehearse(kept).well
    services.close()
    assert cipher.key_of(live) is None
    assert not list(home.glob(".*converted*"))


def everything(services: Services) -> list[tuple[object, ...]]:
    """Every row of every table that says what was done."""
    tables = ("terminal", "incident", "attachment", "operation", "signature", "incident_event")
    with services.context.database.connect() as connection:
        rows = [
            tuple(row)
            for table in tables
            for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1")
        ]
    assert rows
    assert services.incidents.first(IncidentFilter(words="签到"), 9), "the index finds words"
    return rows


@dataclass
class Ring:
    """The key store of a system: a real one needs somebody signed in to a desktop."""

    kept: dict[tuple[str, str], str] = field(default_factory=dict)
    locked: bool = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise RuntimeError("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise RuntimeError("locked")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


def test_case_71_the_key_store_opens_and_when_it_does_not_somebody_is_asked(
    start: Callable[[], Services], made: tuple[Vault, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = Ring()
    store = SecretStore(paths.keys(), ring)
    monkeypatch.setattr(unlocking, "of_this_user", lambda: store)
    services = start()
    encryption = Encryption(services.context, services.backups, services.care.journal, store)
    encryption.turn_on(made[0])
    assert encryption.remember()
    assert encryption.state().in_key_store
    opened.hold(None)
    assert start().encryption.state().on, "nobody was asked"
    for spoil in ("locked", "gone", "other"):
        opened.hold(None)
        ring.locked = spoil == "locked"
        if spoil == "gone":
            before, ring.kept = ring.kept, {}
        if spoil == "other":
            ring.kept = dict.fromkeys(before, "ab" * 32)
        with pytest.raises(EncryptionLocked):
            start()
    unlocking.unlock(paths.encryption_keys(), lambda found: found.by_recovery(made[1]))
    assert start().encryption.state().on


def test_no_key_lies_in_a_file_where_there_is_no_key_store(
    start: Callable[[], Services], made: tuple[Vault, str]
) -> None:
    services = start()
    services.encryption.turn_on(made[0])
    assert not services.encryption.remember()
    assert not list(paths.keys().glob("*.key"))


def test_case_71_wrong_key_missing_key_and_damage_are_told_apart(
    start: Callable[[], Services], home: Path, made: tuple[Vault, str], settings: Settings
) -> None:
    services = start()
    fill(services)
    services.encryption.turn_on(made[0])
    services.backups.back_up()
    services.close()
    keys, live = paths.encryption_keys(), paths.database_file()
    whole, data = keys.read_bytes(), live.read_bytes()

    def refused() -> str:
        with pytest.raises(Unavailable) as why:
            bootstrap.build(settings).close()
        return why.value.code

    opened.hold(None)
    assert refused() == "encryption.locked"
    with pytest.raises(InvalidInput) as wrong:
        unlocking.unlock(keys, lambda found: found.by_passphrase("not this one at all"))
    assert wrong.value.code == "encryption.wrong_passphrase"
    keys.write_bytes(whole[:-40])
    assert refused() == "encryption.key_file_damaged"
    keys.unlink()
    assert refused() == "encryption.key_file_missing"
    other, _code = new_vault("somebody else's words", NOW)
    key_file.write(keys, other)
    opened.hold(other)
    assert refused() == "encryption.other_key"
    assert live.read_bytes() == data, "nothing was written"
    with pytest.raises(InvalidInput) as strange:
        unlocking.bring_back(keys, live)
    assert strange.value.code == "encryption.key_file_of_others"
    unlocking.bring_back(paths.backups() / key_file.NAME, live)
    unlocking.unlock(keys, lambda found: found.by_passphrase(WORDS))
    for place in (300, 5000, len(data) // 2):
        live.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises((Unavailable, dbapi2.DatabaseError)) as damaged:
            services = bootstrap.build(settings)
            try:
                verdict = [one for one in services.care.check(thorough=True) if not one.well]
                assert any(one.code == "check.structure" for one in verdict), place
                raise Unavailable("db.damaged")
            finally:
                services.close()
        assert getattr(damaged.value, "code", "db.damaged") == "db.damaged"
    live.write_bytes(data)
    bootstrap.build(settings).close()


def test_encrypted_no_page_changes_unnoticed_whatever_table_it_is_of(
    start: Callable[[], Services], made: tuple[Vault, str]
) -> None:
    """Also passwords, trusted computers and other facts of this computer, which no operation of the
    log tells of (`contents.OF_THIS_COMPUTER`)."""
    services = start()
    fill(services)
    services.encryption.turn_on(made[0])
    services.close()
    live, chance = paths.database_file(), random.Random(12)
    size = live.stat().st_size
    with live.open("r+b") as file:
        for page in range(0, size, PAGE):
            place = page + chance.randrange(PAGE)
            byte = _flipped(file, place, 1 << chance.randrange(8))
            with pytest.raises((Unavailable, Damaged, dbapi2.DatabaseError)):
                _examined(live)
            _flipped(file, place, byte)
    _examined(live)


PAGE = 4096
"""Bytes of a page of SQLCipher."""


def _flipped(file: BinaryIO, place: int, bits: int) -> int:
    """Flip bits in a file, and return them."""
    file.seek(place)
    (byte,) = file.read(1)
    file.seek(place)
    file.write(bytes([byte ^ bits]))
    file.flush()
    return bits


def _examined(path: Path) -> None:
    with copying.opened(path) as connection:
        copying.examine(connection)


@pytest.mark.parametrize("by", ["passphrase", "recovery"])
def test_a_backup_is_restored_on_a_new_computer(
    start: Callable[[], Services],
    made: tuple[Vault, str],
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    by: str,
) -> None:
    services = start()
    incident = fill(services)
    services.encryption.turn_on(made[0])
    stick = tmp_path / "stick"
    copy = services.backups.back_up("manual", stick).path
    before = everything(services)
    services.close()
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "new"))
    opened.hold(None)
    with pytest.raises(EncryptionLocked) as locked:
        recovery.restore(settings, copy, name="test")
    assert locked.value.keys == stick / key_file.NAME
    beside = locked.value.keys.rename(tmp_path / "elsewhere.json")
    with pytest.raises(Unavailable) as missing:
        recovery.restore(settings, copy, name="test")
    assert missing.value.code == "encryption.key_file_missing"
    assert missing.value.params["key"] == made[0].keys[0].name, "the backup says which it needs"
    beside.rename(locked.value.keys)
    unlocking.unlock(
        locked.value.keys,
        lambda found: (
            found.by_passphrase(WORDS) if by == "passphrase" else found.by_recovery(made[1])
        ),
    )
    recovery.restore(settings, copy, name="test")
    again = bootstrap.build(settings)
    try:
        # and the log says that it was restored
        assert set(before) < set(everything(again))
        assert len(again.attachments.listing(Owner(incident_id=incident))) == 2
        assert plain_in(tmp_path / "new") == set()
    finally:
        again.close()


def test_a_plain_backup_put_back_is_encrypted(
    start: Callable[[], Services], home: Path, made: tuple[Vault, str], tmp_path: Path
) -> None:
    services = start()
    fill(services)
    copy = services.backups.back_up("manual", tmp_path / "stick").path
    services.encryption.turn_on(made[0])
    services.backups.restore(copy)
    services = start()
    assert services.encryption.finish().left == ()
    assert plain_in(home) == set(), "what was moved aside, too"


def test_what_was_broken_off_is_finished_and_what_cannot_be_is_named(
    start: Callable[[], Services], home: Path, made: tuple[Vault, str]
) -> None:
    services = start()
    fill(services)
    services.backups.back_up()
    altered = services.backups.back_up("other").path
    altered.write_bytes(altered.read_bytes()[:-1] + b"\xff")
    # As it is when the program is killed right after the key file was written.
    key_file.write(paths.encryption_keys(), made[0])
    opened.hold(made[0])
    services = start()
    assert services.encryption.state().unfinished
    done = services.encryption.go_on()
    assert done is not None
    assert [(one.path, one.code) for one in done.left] == [(altered, "backup.altered")]
    assert services.encryption.go_on() is None
    state = services.encryption.state()
    assert (state.on, state.unfinished, state.left) == (True, False, (altered,))
    altered.unlink()
    assert plain_in(home) == set()


def test_old_copies_stay_readable_when_encryption_begins_a_second_time(
    start: Callable[[], Services], made: tuple[Vault, str], tmp_path: Path
) -> None:
    services = start()
    services.encryption.turn_on(made[0])
    copy = services.backups.back_up("manual", tmp_path / "stick").path
    (tmp_path / "stick" / key_file.NAME).unlink()
    services.encryption.turn_off()
    start().encryption.turn_on(new_vault("another good passphrase", NOW)[0])
    assert all(key.id != made[0].keys[0].id for key in unlocked.all())
    with pytest.raises(EncryptionLocked) as locked:
        unlocking.needed_for(copy)
    unlocking.unlock(locked.value.keys, lambda found: found.by_passphrase(WORDS))
    unlocking.needed_for(copy)


def test_only_a_program_that_is_alone_with_the_data_encrypts_it(
    start: Callable[[], Services], made: tuple[Vault, str], settings: Settings
) -> None:
    from db.locking import DatabaseLock

    services = start()
    other = DatabaseLock(paths.database_file(), "window")
    other.join()
    with pytest.raises(Unavailable) as refused:
        services.encryption.turn_on(made[0])
    assert refused.value.code.startswith("db.open_")
    assert not services.encryption.state().on
    assert not paths.encryption_keys().exists()
    other.close()
    services.encryption.turn_on(made[0])


def test_copies_that_cannot_be_encrypted_are_a_finding_and_removed_once_one_good_one_is_there(
    start: Callable[[], Services], home: Path, made: tuple[Vault, str]
) -> None:
    services = start()
    fill(services)
    altered = services.backups.back_up("other").path
    altered.write_bytes(altered.read_bytes()[:-1] + b"\xff")
    told: list[tuple[int, int]] = []
    services.encryption.turn_on(made[0], lambda done, of: told.append((done, of)))
    assert [done for done, _of in told] == list(range(1, told[-1][1] + 1)), "how far it is"
    finding = next(one for one in services.care.check() if one.code == "check.encryption")
    assert (finding.well, finding.detail) == (False, str(altered))
    assert services.encryption.removable() == (altered,)
    for copy in backup.existing(altered.parent):
        copy.path.unlink() if copy.path != altered else None
    with pytest.raises(InvalidInput) as refused:
        services.encryption.remove([altered])
    assert [one.code for one in refused.value.problems] == ["encryption.no_other_backup"]
    assert altered.is_file()
    good = services.backups.back_up("daily").path
    assert services.encryption.remove([good]) == (), "what is encrypted is never removed"
    assert services.encryption.remove([altered]) == ()
    assert (good.is_file(), altered.exists(), hash_file(altered).exists()) == (True, False, False)
    finding = next(one for one in services.care.check() if one.code == "check.encryption")
    assert (finding.well, finding.detail) == (True, services.encryption.state().key)
    assert plain_in(home) == set()
