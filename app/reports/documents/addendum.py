"""补充说明: what was added to a report after it was closed; the report itself stays as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.i18n import N_
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.receipt_parts import BODY, FINE, fact, foot, heading, rule, words
from app.reports.documents.shared_blocks import listed
from app.reports.documents.signature_boxes import SignaturePlace, signatures
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import LabelledFact, facts, section
from app.reports.typeset.style import SMALL

_UNCHANGED = N_("This addendum changes nothing in the report, whose content hash stands above.")


@dataclass(frozen=True, slots=True, kw_only=True)
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


def _head(sheet: AddendumSheet, t: DocumentLanguages) -> DocumentHead:
    day = t.day(sheet.made_at.date())
    qr = f"POSCARE;{sheet.number};{sheet.serial};{sheet.tid};{day}"
    return DocumentHead(
        title=t("Addendum to a service report"), number=sheet.number, meta=Words(day), qr=qr
    )


def _facts(sheet: AddendumSheet, t: DocumentLanguages) -> list[tuple[Words, str]]:
    sha256 = sheet.report_sha256
    return [
        (t("Report"), sheet.report_number),
        (t("Closed"), t.moment(sheet.closed_at)),
        (t("Merchant"), sheet.merchant),
        (t("TID / SN"), " / ".join(filter(None, (sheet.tid, sheet.serial)))),
        (t("Added"), listed(t.moment(sheet.made_at), sheet.by)),
        (t("Content of the report"), f"{sha256[:8]} {sha256[8:16]}"),
    ]


def _compose(sheet: AddendumSheet, flow: DocumentFlow) -> None:
    t = flow.t
    facts(flow, [LabelledFact(label, value) for label, value in _facts(sheet, t)])
    section(flow, t("Addendum"))
    flow.text(sheet.text)
    flow.words(t(_UNCHANGED), SMALL, before=6)
    signatures(flow, [SignaturePlace(t("Technician"), sheet.by), SignaturePlace(t("Reviewer"))])


def _receipt(sheet: AddendumSheet, flow: DocumentFlow) -> None:
    t = flow.t
    heading(flow, "addendum", t("Addendum to a service report"), sheet.number)
    rule(flow)
    for label, value in _facts(sheet, t):
        fact(flow, label, value)
    rule(flow)
    flow.text(sheet.text, BODY)
    words(flow, t(_UNCHANGED), FINE)
    foot(flow, sheet.made_at)


KIND = DocumentKind(
    id="addendum",
    title=N_("Addendum"),
    sheet=AddendumSheet,
    head=_head,
    compose=_compose,
    for_merchant=True,
    receipt=_receipt,
    receipt_since=5,
)
