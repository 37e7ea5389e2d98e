"""A backup holds the photos too, and a restore brings them back."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from app import paths
from app.domain.documents import AttachmentDraft, FaultyFile, Stage
from app.domain.errors import InvalidInput
from app.services import Services
from app.services.core.blobs import BlobStore
from app.services.documents.attachments import Owner
from tests.factories import make_incident
from tests.services.documents.paper import jpeg


@pytest.fixture
def photo(services: Services) -> bytes:
    """A photo of an incident, as it came."""
    content = jpeg(640, 480)
    owner = Owner(incident_id=make_incident(services))
    services.attachments.add(owner, content, AttachmentDraft("屏幕.jpg", Stage.BEFORE, ""))
    return content


def health(services: Services, *, thorough: bool = False) -> bool:
    return next(f.well for f in services.care.check(thorough=thorough) if f.code == "check.files")


def test_a_lost_photo_is_found_missing_and_comes_back_with_a_backup(
    services: Services, photo: bytes, tmp_path: Path
) -> None:
    copy = services.backups.back_up(target=tmp_path / "stick").path
    assert health(services, thorough=True)
    shutil.rmtree(paths.attachments())
    assert not health(services)
    services.backups.restore(copy)
    store = BlobStore(paths.attachments())
    name = next(paths.attachments().glob("??/*")).name
    assert store.fault(name, thorough=True) == ""
    assert photo in {store.get(path.name) for path in paths.attachments().glob("??/*")}


def test_a_damaged_photo_is_told_and_does_not_stop_a_backup(
    services: Services, photo: bytes, tmp_path: Path
) -> None:
    damaged = next(path for path in paths.attachments().glob("??/*") if path.read_bytes() == photo)
    damaged.write_bytes(b"half")
    assert not health(services, thorough=True)
    copy = services.backups.back_up(target=tmp_path / "stick").path
    kept = {path.name for path in (copy.parent / "files").glob("??/*")}
    assert kept == {path.name for path in paths.attachments().glob("??/*")} - {damaged.name}


def blob(content: bytes, folder: Path) -> Path:
    return next(path for path in folder.glob("??/*") if path.read_bytes() == content)


def flip(path: Path) -> None:
    """One bit, in place, by something that keeps the time of the file."""
    seen = path.stat()
    with path.open("r+b") as file:
        file.seek(200)
        (byte,) = file.read(1)
        file.seek(200)
        file.write(bytes([byte ^ 1]))
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def test_damage_to_a_photo_never_reaches_its_copies(
    services: Services, photo: bytes, tmp_path: Path
) -> None:
    copies = [
        services.backups.back_up().path.parent / "files",
        services.backups.back_up(target=tmp_path / "stick").path.parent / "files",
    ]
    for folder in copies:
        assert not blob(photo, folder).samefile(blob(photo, paths.attachments()))
    live = blob(photo, paths.attachments())
    flip(live)
    made = services.backups.back_up()
    assert blob(photo, copies[0])
    assert blob(photo, copies[1])
    restored = services.backups.restore(made.path)
    assert restored.faulty == ()
    assert live.read_bytes() == photo


def test_one_name_for_both_left_by_an_earlier_version_becomes_two_files(
    services: Services, photo: bytes
) -> None:
    copy = BlobStore(paths.backups() / "files").path(blob(photo, paths.attachments()).name)
    copy.parent.mkdir(parents=True)
    os.link(blob(photo, paths.attachments()), copy)
    services.backups.back_up()
    flip(blob(photo, paths.attachments()))
    assert copy.read_bytes() == photo


@pytest.mark.parametrize("harm", ["lost", "damaged"])
def test_backup_check_and_restore_name_a_photo_that_is_gone_or_changed(
    services: Services, photo: bytes, harm: str, tmp_path: Path
) -> None:
    live = blob(photo, paths.attachments())
    if harm == "lost":
        live.unlink()
    else:
        live.write_bytes(b"half")
    number = "L7-000001"
    expected = (FaultyFile(number, "屏幕.jpg", harm),)
    made = services.backups.back_up(target=tmp_path / "stick")
    assert made.faulty == expected
    for thorough in (False, True):
        finding = next(f for f in services.care.check(thorough=thorough) if f.code == "check.files")
        assert (finding.well, finding.faulty) == (False, expected)
    assert services.backups.restore(made.path).faulty == expected


def test_a_bit_flipped_in_place_is_noticed_by_a_thorough_check_and_a_restore(
    services: Services, photo: bytes, tmp_path: Path
) -> None:
    made = services.backups.back_up(target=tmp_path / "stick")
    flip(blob(photo, paths.attachments()))
    flip(blob(photo, made.path.parent / "files"))
    assert not health(services, thorough=True)
    (named,) = services.backups.restore(made.path).faulty
    assert (named.name, named.fault) == ("屏幕.jpg", "damaged")


def test_a_second_backup_copies_only_what_is_new(services: Services, photo: bytes) -> None:
    services.backups.back_up()
    live, copies = BlobStore(paths.attachments()), BlobStore(paths.backups() / "files")
    assert live.copy_to(copies).new == 0
    live.put(b"one more")
    assert live.copy_to(copies).new == 1


@pytest.mark.parametrize("newest", ["live", "backup"])
def test_no_number_is_given_out_twice_after_an_older_backup_was_put_back(
    services: Services, tmp_path: Path, newest: str
) -> None:
    make_incident(services)
    older = services.backups.back_up().path
    numbers = {services.incidents.get(make_incident(services)).number for _ in range(2)}
    if newest == "backup":
        services.backups.back_up()
        assert services.context.database.path is not None
        services.backups.restore(older)
        numbers.add(services.incidents.get(make_incident(services)).number)
        assert len(numbers) == 3
    services.backups.restore(older)
    assert services.incidents.get(make_incident(services)).number not in numbers


def test_a_copy_is_not_made_into_a_file(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("kept")
    with pytest.raises(InvalidInput) as refusal:
        services.backups.back_up(target=file)
    assert [problem.code for problem in refusal.value.problems] == ["backup.not_a_folder"]
    assert file.read_text() == "kept"


def test_copies_made_elsewhere_are_listed_there(services: Services, tmp_path: Path) -> None:
    copy = services.backups.back_up(target=tmp_path / "stick").path
    assert [found.path for found in services.backups.backups_in(tmp_path / "stick")] == [copy]
