"""补充说明: what was added to a report after it was closed; the report itself stays as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.i18n import N_
from app.reports.blocks import Fact, facts, section
from app.reports.frame import Head
from app.reports.kind import Kind
from app.reports.parts import listed
from app.reports.signing import Place, signatures
from app.reports.story import Story
from app.reports.style import SMALL
from app.reports.words import Speech, Words


@dataclass(frozen=True, slots=True)
class AddendumSheet:
    """One addendum and the report it belongs to."""

    number: str
    made_at: datetime
    report_number: str
    report_sha256: str
    merchant: str = ""
    serial: str = ""
    tid: str = ""
    closed_at: datetime | None = None
    by: str = ""
    text: str = ""


def _head(sheet: AddendumSheet, t: Speech) -> Head:
    day = t.day(sheet.made_at.date())
    qr = f"POSCARE;{sheet.number};{sheet.serial};{sheet.tid};{day}"
    return Head(t("Addendum to a service report"), sheet.number, Words(day), qr)


def _compose(sheet: AddendumSheet, story: Story) -> None:
    t = story.t
    facts(story, [
        Fact(t("Report"), sheet.report_number),
        Fact(t("Closed"), t.moment(sheet.closed_at)),
        Fact(t("Merchant"), sheet.merchant),
        Fact(t("TID / SN"), " / ".join(filter(None, (sheet.tid, sheet.serial)))),
        Fact(t("Added"), listed(t.moment(sheet.made_at), sheet.by)),
        Fact(t("Content of the report"), f"{sheet.report_sha256[:8]} {sheet.report_sha256[8:16]}"),
    ])  # fmt: skip
    section(story, t("Addendum"))
    story.text(sheet.text)
    story.words(
        t("This addendum changes nothing in the report, whose content hash stands above."),
        SMALL, before=6,
    )  # fmt: skip
    signatures(story, [Place(t("Technician"), sheet.by), Place(t("Reviewer"))])


KIND = Kind("addendum", N_("Addendum"), AddendumSheet, _head, _compose)
