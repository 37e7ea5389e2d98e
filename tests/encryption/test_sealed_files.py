"""Sealed files and lines come back as they were, and every change of them is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.errors import Unavailable
from app.encryption import sealed_files
from app.encryption.keys import new_data_key, unlocked
from app.services.core.blobs import BlobStore

CHUNK = 1 << 16


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_a_blob_comes_back_whole(tmp_path: Path, length: int) -> None:
    key = new_data_key()
    unlocked.use([key], key)
    store, content = (
        BlobStore(tmp_path),
        bytes(range(256)) * (length // 256) + b"x" * (length % 256),
    )
    name = store.put(content)
    lies = store.path(name).read_bytes()
    assert lies.startswith(sealed_files.MAGIC)
    assert content[:64] not in lies or length < 8
    assert store.get(name) == content
    assert store.fault(name, length, thorough=True) == ""
    assert store.put(content) == name
    assert store.path(name).read_bytes() == lies, "not written again"


def test_every_changed_byte_and_every_cut_is_found(tmp_path: Path) -> None:
    key = new_data_key()
    unlocked.use([key], key)
    store = BlobStore(tmp_path)
    name = store.put(b"signature" * 20)
    path = store.path(name)
    whole = path.read_bytes()
    # Behind the identifier of the key: a change there names another key.
    for place in range(12, len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert store.fault(name, thorough=True) == "damaged", place
        with pytest.raises(Unavailable) as refused:
            store.get(name)
        assert refused.value.code == "files.damaged"
    for length in range(28, len(whole)):
        path.write_bytes(whole[:length])
        assert store.fault(name, thorough=True) == "damaged", length
    # Not zeros: keys of single files that other tests named so are known to the process.
    path.write_bytes(whole[:6] + bytes(byte ^ 0xFF for byte in whole[6:12]) + whole[12:])
    with pytest.raises(Unavailable) as refused:
        store.get(name)
    assert refused.value.code == "encryption.other_key"


def test_a_blob_moves_between_keys_and_plain_without_changing(tmp_path: Path) -> None:
    from app.services.core import blobs

    first, second = new_data_key(), new_data_key()
    store = BlobStore(tmp_path)
    name = store.put("店主电话 13812345678".encode())
    path = store.path(name)
    for keys, current in (([first], first), ([first, second], second), ([second], None)):
        unlocked.use(keys, current)
        assert blobs.convert(path)
        assert not blobs.convert(path), "there is nothing to do any more"
        assert sealed_files.key_of(path) == (current.id if current else None)
        assert store.get(name) == "店主电话 13812345678".encode()


def test_lines_are_sealed_one_by_one() -> None:
    key = new_data_key()
    lines = '{"a":"王芳"}\n{"b":2}\n'.encode()
    assert sealed_files.sealed_lines(lines) == lines, "plain while nothing is encrypted"
    unlocked.use([key], key)
    sealed = sealed_files.sealed_lines(lines).splitlines(keepends=True)
    assert len(sealed) == 2
    assert "王芳".encode() not in b"".join(sealed)
    assert b"".join(map(sealed_files.opened_line, sealed)) == lines
    with pytest.raises(ValueError, match="sealed"):
        sealed_files.opened_line(sealed[0][:-6] + b"AAAA\n")
    unlocked.use([], None)
    with pytest.raises(Unavailable) as refused:
        sealed_files.opened_line(sealed[0])
    assert refused.value.code == "encryption.locked"
