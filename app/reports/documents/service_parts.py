"""The parts and the time on a service report: what was fitted, what it costs, a swap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import compress

from app.domain.diagnosis.session_record import is_stop
from app.domain.money_words import renminbi_in_words
from app.domain.wordings import ReportColumn
from app.languages import LocalizedText
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.service_sheet import (
    Fault,
    OtherReported,
    PartLine,
    ServiceReportSheet,
    Swap,
)
from app.reports.documents.shared_blocks import said, yes_no
from app.reports.typeset.bilingual import Words
from app.reports.typeset.blocks import LabelledFact, facts
from app.reports.typeset.line_breaking import RichText, TextSpan
from app.reports.typeset.style import MM, QUIET, STRONG
from app.reports.typeset.tables import PrintColumn, table

FINISHED = frozenset({"resolved", "closed"})
"""States in which a report is no draft."""


def parts_and_time(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    """Block 4: what was fitted, how long it took, what is to be paid, a swap."""
    t = flow.t
    if sheet.parts:
        money = 22 if len(t.languages) == 1 else 28
        columns = (
            PrintColumn(t("Part"), 2.2),
            PrintColumn(t("Old serial"), 1.5),
            PrintColumn(t("New serial"), 1.5),
            PrintColumn(t("Quantity"), mm=16, align="right"),
            PrintColumn(t("Price each"), mm=money, align="right"),
            PrintColumn(t("Amount"), mm=money, align="right"),
        )
        serials = flow.shows(ReportColumn.SERIALS)
        prices = flow.shows(ReportColumn.PRICES)
        shown = (True, serials, serials, True, prices, prices)
        rows = [tuple(compress(_part_row(t, part), shown)) for part in sheet.parts]
        table(flow, tuple(compress(columns, shown)), rows)
        flow.space(1 * MM)
    said: list[tuple[TextSpan, ...]] = []
    if not sheet.parts:
        finished = sheet.state in FINISHED
        none = t("No parts were recorded") if finished else t("No parts recorded yet")
        said.append(none.spans())
    said += [words.spans() for words in _times(t, sheet)]
    before, after = sheet.outcome.firmware_before, sheet.outcome.firmware_after
    if after and after != before:
        said.append((*t("Firmware").spans(), TextSpan(f" {before or '—'} → {after}")))
    flow.text(
        [
            span
            for i, spans in enumerate(said)
            for span in ((TextSpan(" · "), *spans) if i else spans)
        ]
    )
    if flow.shows(ReportColumn.PRICES):
        _charges(sheet, flow)
    if sheet.swap is not None:
        _swap(t, sheet.swap, flow)


def _times(t: DocumentLanguages, sheet: ServiceReportSheet) -> list[Words]:
    minutes = {"travel": 0, "wait": 0, "site": 0}
    for step in sheet.steps:
        minutes[step.kind if step.kind in minutes else "site"] += step.minutes
    names = {"travel": t("Travel"), "wait": t("Waiting"), "site": t("On site")}
    return [
        Words(
            *(
                f"{name} {span}"
                for name, span in zip(
                    names[kind].lines, t.duration(timedelta(minutes=spent)).lines, strict=False
                )
            )
        )
        for kind, spent in minutes.items()
        if spent
    ]


def _charges(sheet: ServiceReportSheet, flow: DocumentFlow) -> None:
    """What is to be paid, under its names and together; nothing where nothing is due.

    A price or fee of nothing is one nobody entered: its place stays blank, to be filled by hand,
    and so does the sum when the price of a part that is to be paid is not known."""
    t, outcome = flow.t, sheet.outcome
    due = [part_amount(part) for part in sheet.parts if not part.in_warranty]
    fees = (outcome.callout_fee_cents, outcome.labour_fee_cents, outcome.fee_cents)
    if not due and not any(fees):
        return
    parts = None if None in due else sum(amount for amount in due if amount is not None)
    covered: RichText = t("warranty").spans() if sheet.parts and not due else ""
    cells: list[tuple[Words, RichText]] = [
        (t("Parts charge"), t.money(parts) if parts else covered),
        (t("Call-out fee"), _perhaps(t, fees[0])),
        (t("Labour fee"), _perhaps(t, fees[1])),
    ]
    if fees[2]:
        # Entered before call-out and labour had places of their own, or neither of them.
        cells.append((t("Service fee"), t.money(fees[2])))
    due_in_all = total_due(sheet)
    whole = "" if due_in_all is None else t.money(due_in_all)
    cells.append((t("Total due"), [TextSpan(whole, STRONG)]))
    flow.space(1 * MM)
    columns = [PrintColumn(title, 1, align="right") for title, _amount in cells]
    table(flow, columns, [[amount for _title, amount in cells]])
    if flow.sums_in_words and due_in_all is not None and "zh" in t.languages:
        words = renminbi_in_words(due_in_all)
        flow.text([*t("Total due in words").spans(QUIET), TextSpan(f"\u3000{words}", STRONG)])
    flow.space(1.5 * MM)


def stops_on(fault: Fault, left_there: Sequence[LocalizedText]) -> tuple[LocalizedText, ...]:
    """Safety stops on a paper about a terminal: its own, then those other incidents left there."""
    return (*filter(is_stop, fault.reasons), *left_there)


def other_told(t: DocumentLanguages, other: OtherReported) -> Words:
    """Another trouble of the same report, and what became of it."""
    what = {"trouble": said(t, other.trouble), "end": t.word("trouble_told", other.end)}
    if other.note:
        return t("{trouble}: {end} ({note})", note=other.note, **what)
    return t("{trouble}: {end}", **what)


def total_due(sheet: ServiceReportSheet) -> int | None:
    """What is to be paid in all, in fen; None while a price that is to be paid is not known."""
    outcome = sheet.outcome
    parts = [part_amount(part) for part in sheet.parts]
    if None in parts:
        return None
    fees = outcome.callout_fee_cents + outcome.labour_fee_cents + outcome.fee_cents
    return fees + sum(amount for amount in parts if amount is not None)


def _perhaps(t: DocumentLanguages, cents: int) -> str:
    return t.money(cents) if cents else ""


def part_amount(part: PartLine) -> int | None:
    """What a part costs the merchant, in fen: nothing under warranty, None while no price was
    entered."""
    if part.in_warranty:
        return 0
    return part.price_cents * part.quantity or None


def _part_row(t: DocumentLanguages, part: PartLine) -> list[RichText]:
    amount = part_amount(part)
    each: RichText = t("warranty").spans() if part.in_warranty else ""
    if amount:
        each = t.money(part.price_cents)
    return [
        _part_name(t, part),
        part.old_serial,
        part.new_serial,
        str(part.quantity),
        each,
        t.money(amount) if amount else "",
    ]


def _part_name(t: DocumentLanguages, part: PartLine) -> RichText:
    """What was fitted, and how long it is under warranty itself."""
    name = " ".join(filter(None, (part.name, part.part_no)))
    if part.warranty_until is None:
        return name
    until = t("warranty until {day}", day=t.day(part.warranty_until))
    return (TextSpan(f"{name} · "), *until.spans(QUIET))


def _swap(t: DocumentLanguages, swap: Swap, flow: DocumentFlow) -> None:
    pairs = [
        LabelledFact(t("Swap"), f"{swap.old_serial} → {swap.new_serial}"),
        LabelledFact(t("Unsent cleared"), yes_no(t, swap.unsent_cleared)),
    ]
    if swap.custody:
        pairs.append(LabelledFact(t("Custody of old"), swap.custody, wide=True))
    facts(flow, pairs)
