"""Photos and files: by content, upright, without place; refused or kept as flagged evidence."""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app import paths
from app.domain.documents import AttachmentDraft, Stage
from app.domain.errors import InvalidInput, NotFound, Unavailable
from app.reports.media.photo import NO_HEIC, PRINT_SIZE, Prepared, prepare
from app.services import Services
from app.services.core.blobs import BlobStore
from app.services.documents.attachments import LARGEST, Attachments, Owner, newest_pictures
from app.services.documents.photos import KNOWN_GOOD, PictureDecoder, media_type
from tests.conftest import FILES
from tests.factories import make_incident
from tests.services.documents.paper import jpeg


def owner(services: Services) -> Owner:
    return Owner(incident_id=make_incident(services))


def code_of(refusal: InvalidInput) -> str:
    return refusal.problems[0].code


def test_a_photo_is_kept_as_it_came_and_copied_for_print(any_services: Services) -> None:
    attachments, mine = any_services.attachments, owner(any_services)
    content = jpeg(3000, 2000)
    kept = attachments.add(mine, content, AttachmentDraft("屏幕.jpg", Stage.BEFORE, "显示 A0"))
    assert (kept.media_type, kept.width, kept.height) == ("image/jpeg", 3000, 2000)
    assert attachments.original(kept) == content
    copy = Image.open(io.BytesIO(attachments.copy(kept)))
    assert max(copy.size) == PRINT_SIZE
    assert [item.id for item in attachments.listing(mine)] == [kept.id]
    attachments.change(kept.id, Stage.AFTER, "修好了")
    assert attachments.listing(mine)[0].caption == "修好了"
    attachments.remove(kept.id)
    assert attachments.listing(mine) == ()
    assert attachments.original(kept) == content
    with pytest.raises(NotFound):
        attachments.remove(kept.id)


def test_case_45_pictures_are_turned_upright_and_lose_place_and_device() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the camera on its side
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8769)[36867] = "2026:11:20 10:03:04"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 48.0)})
    found = prepare(jpeg(640, 480, exif=exif))
    assert (found.width, found.height) == (480, 640)
    assert found.taken == "2026:11:20 10:03:04"
    copy = Image.open(io.BytesIO(found.copy))
    assert dict(copy.getexif()) == {}
    assert b"PhoneMaker" not in found.copy
    # the blue corner was at the top left, so it is at the top right now
    red, _, blue = copy.convert("RGB").getpixel((470, 10))  # type: ignore[misc]
    assert blue > red


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("RGBA", "PNG"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("I;16", "PNG"),
        ("1", "PNG"),
        ("CMYK", "JPEG"),
        ("L", "JPEG"),
        ("RGB", "WEBP"),
    ],
)
def test_every_colour_mode_becomes_rgb(mode: str, kind: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (60, 40)).save(out, kind)
    found = prepare(out.getvalue())
    assert found.problem == ""
    assert Image.open(io.BytesIO(found.copy)).mode == "RGB"


def test_transparency_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (60, 40), (0, 0, 0, 0)).save(out, "PNG")
    logo = prepare(out.getvalue(), "logo")
    assert logo.copy == b"\xff" * (60 * 40 * 3)


def test_case_45_a_truncated_picture_is_kept_and_flagged(any_services: Services) -> None:
    attachments = any_services.attachments
    content = jpeg(1200, 900)[:9000]
    kept = attachments.add(owner(any_services), content, AttachmentDraft("半张.jpg"))
    assert kept.damaged
    assert attachments.original(kept) == content
    assert kept.printable  # what could be read of it


def test_a_picture_that_is_none_is_kept_and_flagged(services: Services) -> None:
    kept = services.attachments.add(
        owner(services), b"\xff\xd8\xff\xe0 not a picture at all", AttachmentDraft("x.jpg")
    )
    assert kept.damaged
    assert not kept.printable
    with pytest.raises(NotFound):
        services.attachments.copy(kept)


def test_case_45_bombs_are_refused_before_they_are_decoded(services: Services) -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    with pytest.raises(InvalidInput) as refused:
        services.attachments.add(owner(services), out.getvalue(), AttachmentDraft("b.png"))
    assert code_of(refused.value) == "photo.too_large"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file.blank"),
        (b"MZ\x90\x00" + bytes(200), "file.type_refused"),
        (b"<svg onload='x'></svg>", "file.type_refused"),
        (b"<html>", "file.type_refused"),
        (b"PK\x03\x04" + bytes(60), "file.type_refused"),
        (bytes(LARGEST + 1), "file.too_large"),
    ],
)
def test_case_45_other_files_are_refused_and_nothing_is_stored(
    services: Services, content: bytes, code: str
) -> None:
    mine = owner(services)
    with pytest.raises(InvalidInput) as refused:
        services.attachments.add(mine, content, AttachmentDraft("x.jpg"))
    assert code_of(refused.value) == code
    assert services.attachments.listing(mine) == ()


def test_case_45_a_file_is_what_it_contains_not_what_it_is_called(services: Services) -> None:
    kept = services.attachments.add(owner(services), b"%PDF-1.7 rest", AttachmentDraft("photo.jpg"))
    assert kept.media_type == "application/pdf"
    assert media_type("小票 000123\n".encode()) == "text/plain"
    assert media_type("小票".encode("gb18030")) == "text/plain"


def test_case_45_a_huge_file_is_not_even_read(services: Services, tmp_path: Path) -> None:
    video = tmp_path / "video.mp4"
    with video.open("wb") as file:
        file.truncate(4 * 1024**3)
    with pytest.raises(InvalidInput) as refused:
        services.attachments.add_file(owner(services), video, AttachmentDraft())
    assert code_of(refused.value) == "file.too_large"
    with pytest.raises(InvalidInput):
        services.attachments.add_file(owner(services), tmp_path / "no", AttachmentDraft())


def test_of_many_files_the_good_ones_are_kept_and_the_others_named(
    services: Services, tmp_path: Path
) -> None:
    (tmp_path / "good.jpg").write_bytes(jpeg())
    (tmp_path / "bad.exe").write_bytes(b"MZ" + bytes(99))
    mine = owner(services)
    with pytest.raises(InvalidInput) as refused:
        services.attachments.add_files(
            mine, [tmp_path / "bad.exe", tmp_path / "good.jpg"], Stage.AFTER
        )
    assert [problem.field for problem in refused.value.problems] == ["bad.exe"]
    assert [item.name for item in services.attachments.listing(mine)] == ["good.jpg"]


def test_a_full_disk_leaves_no_row_and_no_rest(
    any_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = owner(any_services)
    attachments = any_services.attachments
    attachments.add(mine, jpeg(), AttachmentDraft("ok.jpg"))  # the decoder runs by now

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(Unavailable) as failed:
            attachments.add(mine, jpeg(200, 100), AttachmentDraft("a.jpg"))
    assert failed.value.code == "files.disk_full"
    assert [item.name for item in attachments.listing(mine)] == ["ok.jpg"]
    assert not list(paths.attachments().rglob("*.tmp"))


def test_a_stored_file_that_was_changed_is_not_passed_off_as_evidence(tmp_path: Path) -> None:
    blobs = BlobStore(tmp_path)
    sha256 = blobs.put(b"evidence")
    assert blobs.get(sha256) == b"evidence"
    blobs.path(sha256).write_bytes(b"forged!!")
    with pytest.raises(Unavailable) as failed:
        blobs.get(sha256)
    assert failed.value.code == "files.damaged"
    # the same evidence brought again heals it
    blobs.put(b"evidence")
    assert blobs.get(sha256) == b"evidence"
    blobs.path(sha256).unlink()
    with pytest.raises(NotFound):
        blobs.get(sha256)


KILLER = b"\x89PNG\r\n\x1a\n made to kill"


def _hangs(connection: Any) -> None:
    while (asked := connection.recv())[0] != KILLER:
        connection.send(prepare(*asked))
    import time

    time.sleep(60)


def _dies(connection: Any) -> None:
    while (asked := connection.recv())[0] != KILLER:
        connection.send(prepare(*asked))
    os._exit(9)


def _never_decodes(connection: Any) -> None:
    connection.recv()
    os._exit(9)


def _never_starts(_connection: Any) -> None:
    raise SystemExit(2)


def _dies_once(connection: Any) -> None:
    """Ended from outside at the first photo of all."""
    mark = paths.home() / "ended"
    while True:
        content, purpose = connection.recv()
        if content != KNOWN_GOOD and not mark.exists():
            mark.parent.mkdir(exist_ok=True)
            mark.touch()
            os._exit(9)
        connection.send(prepare(content, purpose))


@pytest.mark.parametrize("killer", [_hangs, _dies])
def test_a_picture_that_kills_the_decoder_counts_as_damaged(killer: Any) -> None:
    decoder = PictureDecoder(killer, time_limit=6 if killer is _dies else 1.5)
    try:
        assert decoder.prepare(KILLER) == Prepared(problem="damaged")
        assert decoder.prepare(jpeg(60, 40)).problem == "", "the next picture is decoded"
    finally:
        decoder.close()


def test_a_decoder_that_was_ended_from_outside_is_asked_again() -> None:
    decoder = PictureDecoder(_dies_once)
    try:
        assert decoder.prepare(jpeg(60, 40)).width == 60
    finally:
        decoder.close()


def test_the_known_good_picture_is_good() -> None:
    assert prepare(KNOWN_GOOD).problem == ""


@pytest.mark.parametrize("broken", [_never_decodes, _never_starts])
def test_a_decoder_that_fails_at_everything_never_marks_a_photo_as_damaged(
    services: Services, broken: Any
) -> None:
    works = services.attachments
    decoder = PictureDecoder(broken)
    broken_now = Attachments(services.context, BlobStore(paths.attachments()), decoder)
    mine, content = owner(services), jpeg(640, 480)
    try:
        kept = broken_now.add(mine, content, AttachmentDraft("屏幕.jpg"))
        assert kept.waiting
        assert not kept.damaged
        assert broken_now.original(kept) == content
        with pytest.raises(Unavailable, match=r"photo\.cannot_decode"):
            broken_now.copy(kept)
        with pytest.raises(Unavailable, match=r"photo\.cannot_decode"):
            decoder.prepare(content, "logo")
        assert broken_now.listing(mine) == (kept,), "nothing false was stored meanwhile"
    finally:
        decoder.close()
    assert Image.open(io.BytesIO(works.copy(kept))).size == (640, 480)
    (again,) = works.listing(mine)
    assert (again.waiting, again.damaged, again.printable, again.width) == (False, False, True, 640)


def test_a_damaged_photo_is_found_damaged_when_it_is_decoded_later(services: Services) -> None:
    decoder = PictureDecoder(_never_decodes)
    broken_now = Attachments(services.context, BlobStore(paths.attachments()), decoder)
    mine = owner(services)
    try:
        kept = broken_now.add(mine, b"\xff\xd8\xff\xe0 no picture", AttachmentDraft("x.jpg"))
    finally:
        decoder.close()
    with pytest.raises(NotFound):
        services.attachments.copy(kept)
    (again,) = services.attachments.listing(mine)
    assert again.damaged
    assert not again.waiting


def test_forty_photos_make_a_report_of_many_pages(services: Services) -> None:
    from app.services.documents.requests import Request

    mine = owner(services)
    attachments = services.attachments
    for n in range(40):
        attachments.add(mine, jpeg(320 + n, 240), AttachmentDraft(f"{n}.jpg", Stage.EVIDENCE))
    number = services.incidents.get(mine.incident_id).number
    printed = services.reporting.pdf(Request(kind="service_report", subject=number))
    assert printed.pdf.count(b"/DCTDecode") == 40
    assert printed.pages > 6


def test_the_newest_pictures_of_the_camera_come_first(tmp_path: Path) -> None:
    for n, name in enumerate(("a.jpg", "b.JPG", "c.txt", "d.png")):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (n, n))
    assert [path.name for path in newest_pictures(tmp_path)] == ["d.png", "b.JPG", "a.jpg"]
    with pytest.raises(InvalidInput):
        newest_pictures(tmp_path / "none")


PAN = b"4111111111111111"
PICTURES = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")


@pytest.mark.parametrize("kind", PICTURES)
def test_every_kind_of_picture_is_taken_in_and_shown(services: Services, kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), (180, 40, 40)).save(out, kind)
    kept = services.attachments.add(owner(services), out.getvalue(), AttachmentDraft("x"))
    assert kept.printable
    assert (kept.width, kept.height) == (320, 240)
    copy = Image.open(io.BytesIO(services.attachments.copy(kept)))
    assert copy.format == "JPEG"
    red, green, blue = copy.convert("RGB").getpixel((160, 120))  # type: ignore[misc]
    assert red > 140 > 80 > max(green, blue), "the colours are those of the picture"


def test_a_heic_photo_is_upright_and_says_nothing_of_the_place(services: Services) -> None:
    pytest.importorskip("pi_heif", reason="no decoder of HEIC is installed")
    content = (FILES / "photo.heic").read_bytes()
    kept = services.attachments.add(owner(services), content, AttachmentDraft("IMG_0001.HEIC"))
    assert kept.media_type == "image/heic"
    assert (kept.width, kept.height) == (240, 320), "it was taken lying on its side"
    copy = services.attachments.copy(kept)
    assert b"Exif" not in copy
    assert kept.taken_at is not None


def test_a_heic_file_with_nothing_in_it_is_kept_as_damaged(services: Services) -> None:
    pytest.importorskip("pi_heif", reason="no decoder of HEIC is installed")
    content = b"\x00\x00\x00\x18ftypheic" + bytes(40)
    kept = services.attachments.add(owner(services), content, AttachmentDraft("x.heic"))
    assert kept.damaged


def test_without_a_decoder_of_heic_the_remedy_is_said(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (FILES / "photo.heic").read_bytes()
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    assert prepare(content).problem == NO_HEIC


@pytest.mark.parametrize("kind", ["GIF", "TIFF"])
def test_words_written_into_other_kinds_of_pictures_are_read_too(
    services: Services, kind: str
) -> None:
    out = io.BytesIO()
    options = {"GIF": {"comment": PAN}, "TIFF": {"description": PAN.decode()}}[kind]
    Image.new("RGB", (32, 24)).save(out, kind, **options)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput) as refused:
        services.attachments.add(owner(services), out.getvalue(), AttachmentDraft("x"))
    assert code_of(refused.value) == "file.card_number"
