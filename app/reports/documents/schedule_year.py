"""维护计划表: how much is due in each of twelve months, then a row for each terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from app.domain.maintenance.occurrences import SYMBOLS
from app.domain.maintenance.recurrence_rule import Unit
from app.i18n import N_
from app.languages import NO_TEXT, LocalizedText
from app.reports.data.earlier_formats import interval_in_words
from app.reports.data.sheets import ADDED_LATER, EARLIER_ONLY
from app.reports.documents.kind import DocumentKind
from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.documents.schedule_parts import (
    MISSED,
    PLANNED,
    approvals,
    legend,
    plan_letters,
    scope_line,
    signs_used,
    state_sign,
    symbol,
    years_without_notice,
)
from app.reports.documents.shared_blocks import said
from app.reports.typeset.bilingual import Words
from app.reports.typeset.line_breaking import TextSpan
from app.reports.typeset.style import STRONG, Style
from app.reports.typeset.tables import (
    FINE,
    FINEST,
    SMALLER,
    TIGHT,
    PrintColumn,
    Row,
    RowGroup,
    size_that_fits,
    table,
)

_SIZES = SMALLER, TIGHT, FINE, FINEST
_LETTERS = Style(6.2, 9.2)
"""Eight letters stand beside each other in a month."""
_LATE_LETTERS = Style(6.2, 9.2, bold=True)
_BELOW = 12
"""Terminals that may follow the counts on their page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearLine:
    """One plan of one terminal (or merchant): the states of its dates in each month."""

    merchant: str
    address: str
    terminal: str
    tid: str
    plan: LocalizedText
    unit: Unit | None
    """How often: every so many units; none where the plan waits for events."""
    every: int
    months: tuple[tuple[str, ...], ...]
    area: str = ""
    last_on: date | None = None
    due_on: date | None = None
    technician: str = ""
    remark: str = ""
    interval: LocalizedText = field(default=NO_TEXT, metadata=EARLIER_ONLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearSheet:
    """Twelve months from `since` on."""

    EARLIER = (interval_in_words,)

    number: str
    made_at: datetime
    since: date
    scope: LocalizedText = field(default_factory=LocalizedText)
    lines: tuple[YearLine, ...] = ()
    unknown_years: tuple[int, ...] = ()
    provisional_years: tuple[int, ...] = field(default=(), metadata=ADDED_LATER)


def _months(sheet: YearSheet) -> list[date]:
    first = sheet.since.year * 12 + sheet.since.month - 1
    return [date((first + n) // 12, (first + n) % 12 + 1, 1) for n in range(12)]


def _interval(t: DocumentLanguages, line: YearLine) -> Words:
    return said(t, line.interval) if line.interval else t.interval(line.unit, line.every)


def _head(sheet: YearSheet, t: DocumentLanguages) -> DocumentHead:
    months = _months(sheet)
    period = f"{t.first.month(months[0])} – {t.first.month(months[-1])}"
    version = t("version of {day}", day=t.day(sheet.made_at.date()))
    return DocumentHead(
        title=t("Maintenance schedule"),
        number=sheet.number,
        meta=scope_line(t, said(t, sheet.scope), period).joined(version),
    )


def _compose(sheet: YearSheet, flow: DocumentFlow) -> None:
    t, months = flow.t, _months(sheet)
    letters = plan_letters(t, (line.plan for line in sheet.lines))
    terminals = _terminals(sheet)
    if sheet.lines:
        _counts(flow, sheet, months, letters)
        _close(flow, sheet)
        if len(terminals) > _BELOW:
            flow.begin_page()
        else:
            flow.space(10)
    remarks = any(line.remark for line in sheet.lines)
    columns = (
        PrintColumn(t("Merchant · installed at"), 1),
        PrintColumn(t("Terminal"), 1.08),
        PrintColumn(t("TID"), mm=14.5),
        *(PrintColumn(Words(str(month.month)), mm=12.3, align="centre") for month in months),
        PrintColumn(t("Responsible"), mm=16.5),
        *([PrintColumn(t("Remark"), mm=14)] if remarks else []),
    )
    table(
        flow,
        columns,
        _rows(t, terminals, letters, remarks=remarks),
        size=TIGHT,
        numbered=True,
        empty=t("Nothing is due in this period."),
    )


def _close(flow: DocumentFlow, sheet: YearSheet) -> None:
    """What stands below the counts."""
    legend(flow, _states(sheet))
    years_without_notice(flow, sheet.unknown_years, sheet.provisional_years)
    approvals(flow)


def _states(sheet: YearSheet) -> Iterator[str]:
    for line in sheet.lines:
        for month in line.months:
            yield from month


# --- counts by plan, state and area --------------------------------------------------------------


def _counts(
    flow: DocumentFlow, sheet: YearSheet, months: list[date], letters: Mapping[LocalizedText, str]
) -> None:
    """The year at a glance: how much is due in each month, by plan, by state and by area."""
    t = flow.t
    plans: dict[LocalizedText, list[YearLine]] = {}
    areas: dict[str, list[YearLine]] = {}
    for line in sheet.lines:
        plans.setdefault(line.plan, []).append(line)
        areas.setdefault(line.area, []).append(line)
    columns = (
        PrintColumn(t("Due in each month"), 1),
        *(PrintColumn(Words(f"{month:%m}"), mm=14, align="right") for month in months),
        PrintColumn(t("Together"), mm=18, align="right"),
    )
    rows: list[Row] = [RowGroup(t("Plan").first)]
    for plan, letter in letters.items():
        lines = plans[plan]
        every = dict.fromkeys(_interval(t, line).first for line in lines)
        head = said(t, plan)
        title = Words(f"{letter}  {head.first} ({' / '.join(every)})", head.second)
        rows.append([title.spans(), *_count_cells(lines)])
    rows.append([t("Together").spans(STRONG), *_count_cells(sheet.lines)])
    rows.append(RowGroup(t("State").first))
    for state in signs_used(_states(sheet)):
        rows.append([state_sign(t, state).spans(), *_count_cells(sheet.lines, SYMBOLS[state])])
    if set(areas) != {""}:
        rows.append(RowGroup(t("Area").first))
        for area, lines in sorted(areas.items()):
            rows.append([area or t("no area").first, *_count_cells(lines)])
    below = replace(flow, items=[])
    _close(below, sheet)
    room = flow.first_room - below.height
    table(flow, columns, rows, size=size_that_fits(flow, columns, rows, _SIZES, room) or FINEST)


def _count_cells(lines: Sequence[YearLine], sign_of: str = "") -> list[str]:
    """How much is due in each month and together; with `sign_of`, what bears this sign."""
    counts = [
        sum(not sign_of or symbol(state) == sign_of for line in lines for state in line.months[n])
        for n in range(12)
    ]
    return [*(str(count or "") for count in counts), str(sum(counts))]


# --- one row a terminal --------------------------------------------------------------------------


def _rows(
    t: DocumentLanguages,
    terminals: Sequence[list[YearLine]],
    letters: Mapping[LocalizedText, str],
    *,
    remarks: bool,
) -> list[Row]:
    rows: list[Row] = []
    area = ""
    for lines in terminals:
        head, device = lines[0], next((line for line in lines if line.terminal), lines[0])
        if head.area and head.area != area:
            area = head.area
            rows.append(RowGroup(area))
        people = dict.fromkeys(line.technician for line in lines if line.technician)
        noted = dict.fromkeys(line.remark for line in lines if line.remark)
        rows.append(
            [
                " ".join(filter(None, (head.merchant, head.address.removeprefix(area))))
                or t("Office").first,
                device.terminal,
                device.tid,
                *(_month_cell(lines, month, letters) for month in range(12)),
                ", ".join(people),
                *(["; ".join(noted)] if remarks else []),
            ]
        )
    return rows


def _terminals(sheet: YearSheet) -> list[list[YearLine]]:
    """The lines of each terminal; what is done once for a shop stands with its first terminal."""
    shops: dict[tuple[str, str, str], dict[str, list[YearLine]]] = {}
    for line in sheet.lines:
        shop = shops.setdefault((line.area, line.merchant, line.address), {})
        shop.setdefault(f"{line.terminal}\n{line.tid}" if line.terminal else "", []).append(line)
    found = []
    for shop in shops.values():
        whole, *others = [shop.pop("", []), *shop.values()]
        found += [whole + others[0], *others[1:]] if others else [whole]
    return found


def _month_cell(
    lines: Sequence[YearLine], month: int, letters: Mapping[LocalizedText, str]
) -> list[TextSpan]:
    """The letters of what is due, with the sign of its state behind unless it is just planned."""
    signs: dict[str, dict[str, int]] = {}
    for line in lines:
        letter = letters[line.plan]
        for state in line.months[month]:
            counts = signs.setdefault(symbol(state), {})
            counts[letter] = counts.get(letter, 0) + 1
    return [
        TextSpan(
            "".join(
                f"{letter}{count if count > 1 else ''}" for letter, count in sorted(counts.items())
            )
            + (mark if mark != PLANNED else ""),
            _LATE_LETTERS if mark == MISSED else _LETTERS,
        )
        for mark, counts in signs.items()
    ]


KIND = DocumentKind(
    id="schedule_year",
    title=N_("Maintenance schedule"),
    sheet=YearSheet,
    head=_head,
    compose=_compose,
    landscape=True,
    code="SY",
)
