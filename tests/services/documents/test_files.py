"""Names of files made from what people typed: safe on every system, never outside the folder."""

from __future__ import annotations

import sys
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from app.domain.documents import LONGEST_NAME
from app.domain.errors import Unavailable
from app.reports.data.sheets import Device, Merchant
from app.services.documents.files import PLACEHOLDERS, free_name, pattern_name, write_file
from app.services.documents.mail_draft import Mail, write_draft
from tests.reports.samples import document, service_report

NASTY = (
    "CON",
    "nul.txt",
    "COM1",
    "LPT9.log",
    "../../etc/passwd",
    "..\\..\\Windows",
    "a/b\\c",
    "/",
    "C:",
    "店" * 300,
    "x" * 400,
    "\u202egpj.exe",
    "a\x00b\nc",
    "{number}",
    "{0.__class__}",
    "%s",
    ".",
    "..",
    ".hidden",
    "-rf",
    "name ",
    "name.",
    '<>:|?*"',
    "\ud800",
    "$(id)",
    "`id`",
    "'; DROP",
    "6212345678900000003",
)


@pytest.mark.parametrize("text", NASTY)
def test_case_47_a_pattern_makes_one_safe_name_of_anything(text: str, tmp_path: Path) -> None:
    sheet = service_report(
        merchant=Merchant(name=text), device=Device(serial=text, tid=text), number=text
    )
    made = document(sheet, "service_report")
    for pattern in ("{merchant}", "{serial} {tid}", " ".join(f"{{{p}}}" for p in PLACEHOLDERS)):
        name = pattern_name(pattern, made)
        assert name.endswith(".pdf")
        assert len(name.encode()) <= LONGEST_NAME
        assert not set(name) & set('/\\<>:|?*"\x00\n\u202e')
        assert name.partition(".")[0].upper() not in {"CON", "NUL", "COM1", "LPT9", ""}
        assert "6212345678900000003" not in name
        path = free_name(tmp_path, name)
        write_file(path, b"%PDF")
        assert path.parent == tmp_path
        assert (tmp_path / name).read_bytes() == b"%PDF"


@pytest.mark.parametrize("text", NASTY)
def test_a_draft_of_anything_is_one_message_with_its_document(text: str, tmp_path: Path) -> None:
    typed = text.replace("\ud800", "?")[:150]
    mail = Mail("wang@example.cn", typed, typed)
    draft, path = write_draft(tmp_path, mail, text, b"%PDF-1.7")
    assert draft.parent == path.parent == tmp_path
    message = message_from_bytes(draft.read_bytes(), policy=default)
    (attached,) = message.iter_attachments()
    assert attached.get_content() == b"%PDF-1.7"
    assert "/" not in (attached.get_filename() or "")
    assert set(message.keys()) <= {"X-Unsent", "Subject", "To", "MIME-Version", "Content-Type"}


def test_the_same_name_twice_is_counted_not_overwritten(tmp_path: Path) -> None:
    for expected in ("a.pdf", "a (2).pdf", "a (3).pdf"):
        path = free_name(tmp_path, "a.pdf")
        assert path.name == expected
        write_file(path, b"x")


@pytest.mark.skipif(sys.platform != "win32", reason="only Windows locks an open file")
def test_a_file_open_in_another_program_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")
    with path.open("rb"), pytest.raises(Unavailable) as refused:
        write_file(path, b"new")
    assert refused.value.code == "files.unwritable"


def test_a_file_is_named_in_the_language_of_its_document() -> None:
    sheet = service_report(merchant=Merchant(name="银杏店"), number="L7-000038")
    for language, kind in (("zh", "终端维修服务单"), ("en", "Terminal service report")):
        made = replace(document(sheet, "service_report"), languages=(language,))
        assert pattern_name("{kind} {number} {merchant}", made) == f"{kind} L7-000038 银杏店.pdf"
