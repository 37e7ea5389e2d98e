"""A message with a document attached, as a file mail programs open as a draft.

Nothing is sent from here: what leaves is sent by the person's own mail program, from their own
address, where it is also kept.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from app.domain import text
from app.domain.documents import safe_name
from app.domain.errors import Problems
from app.services.documents.files import write_whole

KEPT = 24 * 3600
"""Seconds a file is kept for the other program to read; older ones are swept."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What a person wants to send, and to whom; the address may be left to the mail program."""

    to: str = ""
    subject: str = ""
    body: str = ""


def check_mail(mail: Mail) -> Mail:
    """The message cleaned.  Raises `InvalidInput`."""
    problems = Problems()
    to = subject = body = ""
    with problems.field("to"):
        to = text.free_line(mail.to)
    with problems.field("subject"):
        subject = text.free_line(mail.subject)
    with problems.field("body"):
        body = text.note(mail.body)
    for one in filter(None, (part.strip() for part in to.replace(";", ",").split(","))):
        if one.count("@") != 1 or one.startswith("@") or one.endswith("@") or " " in one:
            problems.add("to", "email.malformed", value=one)
    problems.raise_if_any()
    return Mail(to.replace(";", ","), subject, body)


def mail_draft(mail: Mail, name: str, pdf: bytes) -> bytes:
    """The draft: ``X-Unsent`` tells mail programs that it is still to be sent."""
    message = EmailMessage(policy=SMTP)
    message["X-Unsent"] = "1"
    message["Subject"] = mail.subject
    if mail.to:
        message["To"] = mail.to
    message.set_content(mail.body + "\n")
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename=safe_name(name))
    return message.as_bytes()


def write_draft(folder: Path, mail: Mail, name: str, pdf: bytes) -> tuple[Path, Path]:
    """Write the draft and the document beside it; returns both paths.

    Raises `InvalidInput`, `Unavailable`.
    """
    checked = check_mail(mail)
    document = write_outgoing(folder, name, pdf)
    draft = document.with_suffix(".eml")
    write_whole(draft, mail_draft(checked, name, pdf))
    return draft, document


def write_outgoing(folder: Path, name: str, pdf: bytes) -> Path:
    """Write a document for another program to read, and sweep those that waited too long; returns
    its path.  Raises `Unavailable`."""
    document = folder / safe_name(name)
    write_whole(document, pdf)
    now = time.time()
    for old in folder.iterdir():
        if old.is_file() and now - old.stat().st_mtime > KEPT:
            old.unlink(missing_ok=True)
    return document
