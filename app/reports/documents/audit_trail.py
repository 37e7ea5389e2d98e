"""操作记录: who did what, when, on which computer, and which fields it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from app.domain.event_data import FieldChange
from app.i18n import N_, Translator
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.shared_blocks import listed
from app.reports.documents.signature_boxes import SignaturePlace, signatures
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import LabelledFact, facts
from app.reports.typeset.line_breaking import TextSpan
from app.reports.typeset.style import NOTE, QUIET
from app.reports.typeset.tables import SMALLER, PrintColumn, Row, RowGroup, table
from app.texts.operations import change_line, operation_title, outcome_line


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedChange:
    """A field of a record of a kind; `about` is what people call the record, empty when it is the
    one of the operation."""

    kind: str
    about: str
    change: FieldChange


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedOperation:
    """One operation: its kind, who did it on which computer, the record, what changed; `review` is
    the code of why it could not be applied."""

    at: datetime
    kind: str
    code: str
    person: str
    device: str
    subject: str
    review: str
    withdrawn: bool
    changes: tuple[RecordedChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditTrailSheet:
    """Operations of a period, newest first; `total` is how many there were, `record`, `actor` and
    `text` what they were chosen by."""

    number: str
    made_at: datetime
    since: date | None = None
    until: date | None = None
    record: str = ""
    actor: str = ""
    text: str = ""
    total: int = 0
    operations: tuple[RecordedOperation, ...] = ()


def _head(sheet: AuditTrailSheet, t: DocumentLanguages) -> DocumentHead:
    meta = Words(listed(t.moment(sheet.made_at), sheet.record))
    return DocumentHead(title=t("Audit trail"), number=sheet.number, meta=meta)


def _compose(sheet: AuditTrailSheet, flow: DocumentFlow) -> None:
    t = flow.t
    days = " – ".join((t.day(sheet.since) or "…", t.day(sheet.until) or "…"))
    asked = (
        (t("Period"), days if sheet.since or sheet.until else ""),
        (t("Record"), sheet.record),
        (t("Done by"), sheet.actor),
        (t("Words"), sheet.text),
    )
    pairs = [LabelledFact(title, value) for title, value in asked if value]
    facts(flow, [*pairs, LabelledFact(t("Operations"), str(sheet.total))])
    if sheet.total > len(sheet.operations):
        told = t("Only the newest {count} are printed.", count=len(sheet.operations))
        flow.words(told, NOTE)
    columns = (
        PrintColumn(t("Time"), mm=20 if len(t.languages) > 1 else 14),
        PrintColumn(t("Done by"), mm=27),
        PrintColumn(t("Operation"), 1.2),
        PrintColumn(t("Record"), mm=33),
        PrintColumn(t("Changes"), 2.2),
    )
    rows: list[Row] = []
    for day, done in groupby(sheet.operations, key=lambda one: one.at.date()):
        rows.append(RowGroup(t.day(day)))
        rows.extend(_row(t, one) for one in done)
    table(flow, columns, rows, size=SMALLER, empty=t("Nothing was done yet."))
    if sheet.operations:
        signatures(flow, [SignaturePlace(t("Prepared")), SignaturePlace(t("Checked"))])


def _row(t: DocumentLanguages, one: RecordedOperation) -> Row:
    return [
        t.hour(one.at),
        listed(one.person or one.code, one.device),
        t.each(lambda language: operation_title(language, one.kind)).spans(),
        one.subject,
        _changes(t, one),
    ]


def _changes(t: DocumentLanguages, one: RecordedOperation) -> list[TextSpan]:
    """What became of it and what it changed, a line each; below it in the second language."""

    def lines(language: Translator) -> str:
        outcome = outcome_line(language, one.review, withdrawn=one.withdrawn)
        changes = (change_line(language, changed) for changed in one.changes)
        return "\n".join(filter(None, (outcome, *changes)))

    said = t.each(lines)
    return [TextSpan(said.first), *([TextSpan(f"\n{said.second}", QUIET)] if said.second else [])]


KIND = DocumentKind(
    id="audit_trail",
    title=N_("Audit trail"),
    sheet=AuditTrailSheet,
    head=_head,
    compose=_compose,
    code="LG",
)
