"""The package file: only its recipient reads it, nothing in it can be changed, nothing is unpacked
that was not checked."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.errors import Cancelled, InvalidInput, NotFound, Unavailable
from app.domain.operations.operation import Operation, canonical, hash_of
from app.exchange.encryption import MAGIC, EncryptedReader, EncryptedWriter
from app.exchange.keys import KeyPair, PublicKey, new_key_pair
from app.exchange.package import Manifest
from app.exchange.package_entries import DEFAULT_LIMITS, Limits
from app.exchange.package_file import (
    PackageContents,
    PackageReader,
    open_package,
    write_package,
)
from app.services.core.operation_lines import line_of, operation_in
from db.keys import first_key

LAPTOP, OFFICE, THIRD = (new_key_pair(first_key()) for _ in range(3))
PHOTO = bytes(range(256)) * 600
SHA256 = hashlib.sha256(PHOTO).hexdigest()
MANIFEST = Manifest(
    id=first_key(),
    made_at=datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
    program="1.0",
    schema="0015",
    sender=LAPTOP.station,
    sender_name="刘伟",
    sender_role="laptop",
    office=OFFICE.station,
    to=OFFICE.station,
    first_seq=1,
    last_seq=3,
)


def operation(number: int, text: str = "请签到") -> Operation:
    """An operation of the laptop."""
    made = Operation(
        id=first_key(),
        station=LAPTOP.station,
        station_seq=number,
        kind="incident.open",
        schema=1,
        subject_kind="incident",
        subject_id="",
        payload={"draft": {"symptom": text, "amount": 1.5, "tags": ["a", None]}},
        actor="T01",
        device="L7",
        at=datetime(2026, 11, 23, 1, number, 5, 250, tzinfo=UTC),
        offset=480,
        clock=number << 16,
        suspect=False,
        program="1.0",
        numbers={"": [number]},
    )
    return replace(made, hash=hash_of(made))


OPERATIONS = tuple(operation(n) for n in (1, 2, 3))


def trusted(station: str, called: str) -> PublicKey:
    """The laptop is trusted, nobody else."""
    if station != LAPTOP.station:
        raise InvalidInput.of("file", "exchange.unknown_sender", name=called)
    return LAPTOP.public("刘伟", "laptop")


def written(
    path: Path, *, key: KeyPair = LAPTOP, to: KeyPair = OFFICE, manifest: Manifest = MANIFEST
) -> Path:
    """A package with three operations and a photo."""
    contents = PackageContents(operations=OPERATIONS, blobs=(SHA256,), read_blob=lambda _: PHOTO)
    write_package(path, manifest, contents, key=key, to=to.public("办公室", "office"))
    return path


def opened(path: Path, own: KeyPair = OFFICE, limits: Limits = DEFAULT_LIMITS) -> PackageReader:
    """The package as its recipient opens it."""
    return open_package(path, own=own, trusted=trusted, limits=limits)


def code_of(path: Path, own: KeyPair = OFFICE, limits: Limits = DEFAULT_LIMITS) -> str:
    """Why a package is refused."""
    with pytest.raises(InvalidInput) as refused:
        opened(path, own, limits)
    return refused.value.code


def test_what_is_put_in_comes_out(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.write_bytes(b"SQLite" * 100_000)
    path = tmp_path / "a.posx"
    contents = PackageContents(
        operations=OPERATIONS, snapshot=state, blobs=(SHA256,), read_blob=lambda _: PHOTO
    )
    manifest = replace(MANIFEST, snapshot=7, head=7, anchor="ab", digest="cd")
    made = write_package(path, manifest, contents, key=LAPTOP, to=OFFICE.public("", "office"))
    assert (made.size, made.operations, made.blobs) == (path.stat().st_size, 3, 1)
    with opened(path) as package:
        signing = LAPTOP.public("", "laptop").signing.hex()
        assert package.manifest == replace(manifest, signing=signing)
        assert tuple(package.operations()) == OPERATIONS
        assert package.blobs == (SHA256,)
        assert package.blob(SHA256) == PHOTO
        package.snapshot(tmp_path / "out")
        assert (tmp_path / "out").read_bytes() == state.read_bytes()
        with pytest.raises(NotFound):
            package.blob("0" * 64)


def test_a_package_without_a_state_gives_none(tmp_path: Path) -> None:
    with opened(written(tmp_path / "a.posx")) as package, pytest.raises(NotFound):
        package.snapshot(tmp_path / "out")


def test_a_normal_day_without_photos_is_small(tmp_path: Path) -> None:
    day = tuple(operation(n % 50 + 1, f"终端提示请签到，重启后恢复 {n}") for n in range(400))
    contents = PackageContents(operations=day)
    made = write_package(
        tmp_path / "a.posx", MANIFEST, contents, key=LAPTOP, to=OFFICE.public("", "office")
    )
    assert made.size <= 200 * 1024


def test_case_52_a_changed_byte_anywhere_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.posx"
    contents = PackageContents(operations=OPERATIONS[:1])
    write_package(path, MANIFEST, contents, key=LAPTOP, to=OFFICE.public("", "office"))
    whole = path.read_bytes()
    places = [*range(64), *range(64, len(whole), 5), len(whole) - 1]
    for place in places:
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        code = code_of(path)
        if place < len(MAGIC):
            assert code in {"exchange.not_a_package", "exchange.newer"}
        elif place < len(MAGIC) + 16:
            assert code == "exchange.not_for_us"
        else:
            assert code == "exchange.altered"


def test_a_package_cut_off_or_grown_anywhere_is_found(tmp_path: Path) -> None:
    path = written(tmp_path / "a.posx")
    whole = path.read_bytes()
    assert len(whole) > 2 * (1 << 16), "of more than one chunk"
    ends = [*range(0, 100, 7), (1 << 16) + 70, len(whole) // 2, len(whole) - 1]
    for end in ends:
        path.write_bytes(whole[:end])
        assert code_of(path) in {"exchange.altered", "exchange.not_a_package"}
    for more in (b"x", whole[-100:], bytes(1 << 16)):
        path.write_bytes(whole + more)
        assert code_of(path) == "exchange.altered"


def test_chunks_cannot_change_places(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with path.open("wb") as file:
        writer = EncryptedWriter(file, OFFICE.public("", "office"))
        writer.write(b"a" * (1 << 16) + b"b" * (1 << 16) + b"c")
        writer.finish()
    whole, sealed, start = path.read_bytes(), (1 << 16) + 16, len(MAGIC) + 48
    first, second = whole[start : start + sealed], whole[start + sealed : start + 2 * sealed]
    path.write_bytes(whole[:start] + second + first + whole[start + 2 * sealed :])
    with path.open("rb") as file, pytest.raises(InvalidInput):
        EncryptedReader(file, OFFICE).read(10)


@pytest.mark.parametrize("size", [0, 1, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, 3 << 16])
def test_any_length_comes_back(tmp_path: Path, size: int) -> None:
    content = bytes(n % 251 for n in range(size))
    path = tmp_path / "a"
    with path.open("wb") as file:
        writer = EncryptedWriter(file, OFFICE.public("", "office"))
        for start in range(0, size, 7000):
            writer.write(content[start : start + 7000])
        writer.finish()
    assert size < 50 or content[:50] not in path.read_bytes()
    with path.open("rb") as file:
        assert EncryptedReader(file, OFFICE).readall() == content


def test_only_the_recipient_can_open_it(tmp_path: Path) -> None:
    path = written(tmp_path / "a.posx")
    assert code_of(path, THIRD) == "exchange.not_for_us"
    pretender = KeyPair(OFFICE.station, THIRD.signing, THIRD.encryption)
    assert code_of(path, pretender) == "exchange.altered"


def test_case_52_an_unknown_sender_is_refused(tmp_path: Path) -> None:
    manifest = replace(MANIFEST, sender=THIRD.station)
    path = written(tmp_path / "a.posx", key=THIRD, manifest=manifest)
    assert code_of(path) == "exchange.unknown_sender"


def test_nobody_signs_for_somebody_trusted(tmp_path: Path) -> None:
    """New keys of a computer, or of somebody else, are told from damage."""
    assert code_of(written(tmp_path / "a.posx", key=THIRD)) == "exchange.other_key"


@pytest.mark.parametrize(
    "named",
    ["", "zz", "ab", LAPTOP.public("", "laptop").signing.hex(), 7],
    ids=["empty", "no hex", "short", "its own", "a number"],
)
def test_a_signature_that_is_none_is_damage_whatever_key_is_named(
    tmp_path: Path, named: object
) -> None:
    """Also in packages of earlier programs, which name none."""
    path = crafted(tmp_path / "a.posx", sound, key=THIRD, signing=named)
    assert code_of(path) == "exchange.altered"
    third = THIRD.public("", "laptop").signing.hex()
    path = crafted(tmp_path / "b.posx", sound, key=new_key_pair(first_key()), signing=third)
    assert code_of(path) == "exchange.altered"


def test_what_was_encrypted_to_keys_this_computer_no_longer_has(tmp_path: Path) -> None:
    path = written(tmp_path / "a.posx")
    renewed = new_key_pair(OFFICE.station)
    assert code_of(path, renewed) == "exchange.altered"
    since = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    with pytest.raises(InvalidInput) as refused:
        open_package(path, own=renewed, trusted=trusted, renewed_at=since)
    assert refused.value.code == "exchange.old_key"
    open_package(path, own=OFFICE, trusted=trusted, renewed_at=since).close()


def test_a_recipient_cannot_pass_a_package_on_as_if_it_were_for_another(tmp_path: Path) -> None:
    """Encrypted anew to a third computer, it still says whom it was signed for."""
    path = written(tmp_path / "a.posx", to=THIRD)
    assert code_of(path, THIRD) == "exchange.not_for_us"


def test_a_newer_format_is_told_as_such(tmp_path: Path) -> None:
    path = written(tmp_path / "a.posx")
    whole = path.read_bytes()
    path.write_bytes(MAGIC[:-1] + b"\x02" + whole[len(MAGIC) :])
    assert code_of(path) == "exchange.newer"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"POSX", b"%PDF-1.7", b"\x00" * 100])
def test_another_kind_of_file_is_told_as_such(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.posx"
    path.write_bytes(content)
    assert code_of(path) == "exchange.not_a_package"


def test_a_missing_file_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        opened(tmp_path / "none.posx")
    with pytest.raises(Unavailable):
        opened(tmp_path)


def test_what_cannot_be_read_is_not_said_to_be_unwritable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        opened(tmp_path)
    assert refused.value.code == "file.unreadable"


def test_a_stopped_or_failed_export_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.posx"
    path.write_bytes(b"yesterday")

    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    def fail(sha256: str) -> bytes:
        raise Unavailable("files.damaged", name=sha256)

    contents = PackageContents(operations=OPERATIONS, blobs=(SHA256,), read_blob=fail)
    recipient = OFFICE.public("", "office")
    with pytest.raises(Cancelled):
        write_package(path, MANIFEST, contents, key=LAPTOP, to=recipient, step=stop)
    with pytest.raises(Unavailable):
        write_package(path, MANIFEST, contents, key=LAPTOP, to=recipient)
    assert path.read_bytes() == b"yesterday"
    assert list(tmp_path.iterdir()) == [path]


# --- what somebody trusted, or whoever has his key, could put inside -----------------------------

Fill = Callable[[zipfile.ZipFile], None]


def crafted(path: Path, fill: Fill, *, key: KeyPair = LAPTOP, **changes: object) -> Path:
    """A package as a hostile program would write it: correctly encrypted and signed, with whatever
    `fill` puts in; `changes` are made to the manifest."""
    with path.open("wb") as file:
        encrypted = EncryptedWriter(file, OFFICE.public("", "office"))
        with zipfile.ZipFile(encrypted, "w", zipfile.ZIP_DEFLATED) as archive:
            fill(archive)
            parts = {
                info.filename: {
                    "sha256": hashlib.sha256(content_of(archive, info)).hexdigest(),
                    "size": info.file_size,
                }
                for info in archive.infolist()
            }
            said = canonical(
                {
                    **{name: getattr(MANIFEST, name) for name in MANIFEST.__slots__},
                    "made_at": MANIFEST.made_at.isoformat(),
                    "parts": parts,
                    **changes,
                }
            )
            archive.writestr("manifest.json", said)
            archive.writestr("signature", key.signing.sign(said))
        encrypted.finish()
    return path


_PUT: dict[str, bytes] = {}


def content_of(_archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """What `put` put under a name."""
    return _PUT[info.filename]


def put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """An entry of a crafted package."""
    _PUT[name] = content
    archive.writestr(name, content)


def sound(archive: zipfile.ZipFile) -> None:
    """What a package has to hold."""
    put(archive, "operations.jsonl", b"".join(map(line_of, OPERATIONS)))


def test_a_crafted_package_that_is_sound_is_taken(tmp_path: Path) -> None:
    with opened(crafted(tmp_path / "a.posx", sound)) as package:
        assert tuple(package.operations()) == OPERATIONS


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/passwd",
        "blobs/../../evil",
        "blobs\\..\\evil",
        f"blobs/{'0' * 63}G",
        f"BLOBS/{'0' * 64}",
        "blobs/",
        "other.txt",
    ],
)
def test_no_other_name_is_let_in(tmp_path: Path, name: str) -> None:
    def fill(archive: zipfile.ZipFile) -> None:
        sound(archive)
        put(archive, name, b"x")

    assert code_of(crafted(tmp_path / "a.posx", fill)) == "exchange.altered"
    assert [one.name for one in tmp_path.iterdir()] == ["a.posx"]


def test_no_name_stands_twice(tmp_path: Path) -> None:
    def fill(archive: zipfile.ZipFile) -> None:
        sound(archive)
        with pytest.warns(UserWarning, match="Duplicate"):
            put(archive, "operations.jsonl", b"")

    assert code_of(crafted(tmp_path / "a.posx", fill)) == "exchange.altered"


def test_an_attachment_is_what_its_name_says(tmp_path: Path) -> None:
    def fill(archive: zipfile.ZipFile) -> None:
        sound(archive)
        put(archive, f"blobs/{'0' * 64}", b"x")

    assert code_of(crafted(tmp_path / "a.posx", fill)) == "exchange.altered"


def test_parts_and_manifest_name_the_same(tmp_path: Path) -> None:
    path = crafted(tmp_path / "a.posx", sound, parts={})
    assert code_of(path) == "exchange.altered"
    wrong = {"operations.jsonl": {"sha256": "0" * 64, "size": 1}}
    assert code_of(crafted(path, sound, parts=wrong)) == "exchange.altered"


@pytest.mark.parametrize(
    "changes",
    [
        {"sender_role": "hub"},
        {"last_seq": "many"},
        {"last_seq": -1},
        {"acknowledged": 2**63},
        {"head": 10**30},
        {"snapshot": -1},
        {"made_at": "2026-11-23T01:30:00"},
        {"made_at": "0000-01-01T00:00:00Z"},
        {"sender_name": "刘伟 4111 1111 1111 1111"},
        {"sender_name": "a\0b"},
        {"program": "x" * 201},
        {"anchor": []},
    ],
)
def test_a_manifest_no_program_of_ours_writes_is_of_another_one(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    """Though its signature is right: what it says is kept, shown and compared."""
    assert code_of(crafted(tmp_path / "a.posx", sound, **changes)) == "exchange.newer"


def test_what_a_manifest_says_beyond_what_is_known_does_no_harm(tmp_path: Path) -> None:
    with opened(crafted(tmp_path / "a.posx", sound, mood="fine")) as package:
        assert package.manifest == MANIFEST


def test_what_would_unpack_to_too_much_is_refused_before_it_is(tmp_path: Path) -> None:
    def bomb(archive: zipfile.ZipFile) -> None:
        sound(archive)
        put(archive, "snapshot.db", bytes(4 << 20))

    def crowd(archive: zipfile.ZipFile) -> None:
        sound(archive)
        for n in range(40):
            content = str(n).encode()
            put(archive, f"blobs/{hashlib.sha256(content).hexdigest()}", content)

    path = crafted(tmp_path / "a.posx", bomb)
    assert code_of(path) == "exchange.too_large", "it grows more than 250 times"
    assert code_of(path, limits=Limits(ratio=10_000, total=1 << 20)) == "exchange.too_large"
    opened(path, limits=Limits(ratio=10_000)).close()
    assert code_of(path, limits=Limits(package=100)) == "exchange.too_large"
    crafted(path, crowd)
    opened(path).close()
    assert code_of(path, limits=Limits(entries=30)) == "exchange.too_large"
    assert code_of(path, limits=Limits(manifest=1000)) == "exchange.too_large"
    assert code_of(path, limits=Limits(operations=100)) == "exchange.too_large"
    assert code_of(path, limits=Limits(blob=1)) == "exchange.too_large"


def test_a_list_of_entries_that_is_too_long_is_not_even_read(tmp_path: Path) -> None:
    """The end of the zip says how long the list is; a lie is found, too."""
    path = tmp_path / "a.posx"
    inner = tmp_path / "inner"
    with zipfile.ZipFile(inner, "w") as archive:
        sound(archive)
    content = bytearray(inner.read_bytes())
    content[-12:-8] = (0x7FFFFFFF).to_bytes(4, "little")
    with path.open("wb") as file:
        encrypted = EncryptedWriter(file, OFFICE.public("", "office"))
        encrypted.write(bytes(content))
        encrypted.finish()
    assert code_of(path) == "exchange.too_large"


@pytest.mark.parametrize("inner", [b"", b"x" * 200, b"PK\x05\x06" + bytes(17) + b"\x01"])
def test_what_is_no_zip_inside_is_refused(tmp_path: Path, inner: bytes) -> None:
    path = tmp_path / "a.posx"
    with path.open("wb") as file:
        encrypted = EncryptedWriter(file, OFFICE.public("", "office"))
        encrypted.write(inner)
        encrypted.finish()
    assert code_of(path) == "exchange.altered"


def test_an_operation_of_another_content_than_its_hash_is_refused() -> None:
    line = line_of(OPERATIONS[0])
    assert operation_in(line) == OPERATIONS[0]
    values = json.loads(line)
    for name, other in (
        ("actor", "T02"),
        ("payload", {}),
        ("seq", 9),
        ("numbers", {"": ["x"]}),
        ("at", "yesterday"),
        ("hash", "00"),
        ("subject", ["incident"]),
    ):
        with pytest.raises(InvalidInput):
            operation_in(json.dumps({**values, name: other}).encode())
    for nonsense in (b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000):
        with pytest.raises(InvalidInput):
            operation_in(nonsense)


def test_text_that_is_no_unicode_is_carried_as_it_is() -> None:
    """A lone surrogate, as file names of some systems hold it."""
    odd = operation(1, "a\ud800b")
    assert operation_in(line_of(odd)) == odd
