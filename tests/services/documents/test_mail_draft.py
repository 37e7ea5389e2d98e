"""The draft a mail program opens: complete, unsent, and nobody else's header."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from app.domain.errors import InvalidInput
from app.services.documents.mail_draft import Mail, check_mail, mail_draft, write_draft

PDF = b"%PDF-1.7 test \x00\xff" * 900


def test_the_draft_is_unsent_and_carries_the_very_document() -> None:
    mail = Mail("wang@example.cn", "终端维修服务单 L7-000001", "请查收附件\n第二行")
    message = message_from_bytes(mail_draft(mail, "服务单 测试店.pdf", PDF), policy=default)
    assert message["X-Unsent"] == "1"
    assert message["Subject"] == "终端维修服务单 L7-000001"
    assert message["To"] == "wang@example.cn"
    body = message.get_body()
    assert body is not None
    assert "第二行" in body.get_content()
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "服务单 测试店.pdf"
    assert attached.get_content() == PDF


def test_a_line_break_in_a_subject_makes_no_header() -> None:
    mail = check_mail(Mail("", "a\r\nBcc: thief@example.cn", "x"))
    message = message_from_bytes(mail_draft(mail, "a.pdf", PDF), policy=default)
    assert message["Bcc"] is None


@pytest.mark.parametrize("to", ["nobody", "a@", "@b", "a b@c", "a@b@c"])
def test_what_is_no_address_is_refused(to: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_mail(Mail(to, "s", "b"))
    assert refusal.value.problems[0].field == "to"


def test_drafts_of_yesterday_are_swept_and_todays_are_kept(tmp_path: Path) -> None:
    import os

    first, _pdf = write_draft(tmp_path, Mail(subject="a"), "old.pdf", PDF)
    os.utime(first, (1, 1))
    second, document = write_draft(tmp_path, Mail(subject="b"), "new.pdf", PDF)
    assert not first.exists()
    assert second.exists()
    assert document.read_bytes() == PDF
