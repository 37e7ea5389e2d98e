"""专项任务清单: the terminals of a campaign by area and shop, to be ticked at the counter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from app.i18n import N_
from app.languages import NO_TEXT, LocalizedText
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.shared_blocks import listed, said
from app.reports.documents.signature_boxes import SignaturePlace, signatures
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import EMPTY, LabelledFact, facts
from app.reports.typeset.line_breaking import TextSpan
from app.reports.typeset.style import BODY, MM, STRONG
from app.reports.typeset.tables import SMALLER, PrintColumn, Row, RowGroup, table


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignLine:
    """One terminal: where it stands, how its work stands, and the visit it can be done on."""

    serial: str
    tid: str
    model: str
    firmware: str
    merchant: str
    address: str
    area: str
    state: str
    reason: str = ""
    done_on: date | None = None
    done_by: str = ""
    visit: str = ""
    visit_on: date | None = None
    technician: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignListSheet:
    """A campaign with its terminals, those that are left first."""

    number: str
    made_at: datetime
    title: str
    kind: str
    state: str
    due_on: date
    owner: str = ""
    target: str = ""
    instructions: str = ""
    scope: LocalizedText = NO_TEXT
    total: int = 0
    done: int = 0
    excused: int = 0
    lines: tuple[CampaignLine, ...] = ()


def _head(sheet: CampaignListSheet, t: DocumentLanguages) -> DocumentHead:
    return DocumentHead(
        title=t("Campaign list"), number=sheet.number, meta=Words(t.moment(sheet.made_at))
    )


def _compose(sheet: CampaignListSheet, flow: DocumentFlow) -> None:
    t = flow.t
    flow.words(Words(sheet.title), STRONG)
    pairs = [
        LabelledFact(t("Kind"), t.word("campaign_kind", sheet.kind).first),
        LabelledFact(t("State"), t.word("campaign_state", sheet.state).first),
        LabelledFact(t("To be done by"), t.day(sheet.due_on)),
        LabelledFact(t("Sees to it"), sheet.owner),
        LabelledFact(t("New firmware"), sheet.target),
        LabelledFact(t("Which terminals"), said(t, sheet.scope).first),
        LabelledFact(t("Terminals"), str(sheet.total)),
        LabelledFact(t("Completed"), str(sheet.done)),
        LabelledFact(t("Excused"), str(sheet.excused)),
    ]
    facts(flow, [pair for pair in pairs if pair.value])
    if sheet.instructions:
        flow.words(Words(sheet.instructions), BODY, before=2 * MM)
    rows: list[Row] = []
    for (area, merchant), found in groupby(sheet.lines, key=lambda one: (one.area, one.merchant)):
        lines = list(found)
        place = listed(area, merchant, lines[0].address)
        rows.append(RowGroup(place or t("(none)").spans()))
        rows.extend(_row(t, one) for one in lines)
    table(flow, _columns(flow), rows, size=SMALLER, numbered=True, empty=t("No terminal is left."))
    signatures(flow, [SignaturePlace(t("Technician")), SignaturePlace(t("Checked"))])


def _columns(flow: DocumentFlow) -> tuple[PrintColumn, ...]:
    """Number, day and person of the next trip stand on one line."""
    t, closer = flow.t, flow.house.saves_pages
    short, trip, remark = (0.75, 2.4, 1.4) if closer else (1, 1.4, 1.6)
    return (
        PrintColumn(t("Serial number"), 1.5),
        PrintColumn(t("TID"), mm=18 if closer else 22),
        PrintColumn(t("Model"), short),
        PrintColumn(t("Firmware"), short),
        PrintColumn(t("State"), mm=18 if closer else 20),
        PrintColumn(t("Next trip there"), trip),
        PrintColumn(t("Remark"), remark),
    )


def _row(t: DocumentLanguages, one: CampaignLine) -> Row:
    if one.state == "open":
        state: Sequence[TextSpan] = [TextSpan(EMPTY)]
        where = listed(one.visit, t.day(one.visit_on), one.technician)
    else:
        state = t.word("campaign_task_state", one.state).spans()
        where = listed(t.day(one.done_on), one.done_by)
    return [one.serial, one.tid, one.model, one.firmware, state, where, one.reason]


KIND = DocumentKind(
    id="campaign_list",
    title=N_("Campaign list"),
    sheet=CampaignListSheet,
    head=_head,
    compose=_compose,
    code="CL",
)
