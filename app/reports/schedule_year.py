"""维护计划表: every plan of every terminal over twelve months, ○ planned ● done × missed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from app.domain.occurrences import State
from app.i18n import N_
from app.reports.frame import Head
from app.reports.kind import Kind
from app.reports.parts import said
from app.reports.schedule_parts import (
    approvals,
    legend,
    scope_line,
    sign,
    state_sign,
    unknown_years,
)
from app.reports.sheets import Bilingual
from app.reports.story import Story
from app.reports.style import QUIET
from app.reports.tables import Column, Group, Row, table
from app.reports.text import Rich
from app.reports.words import Speech, Words


@dataclass(frozen=True, slots=True)
class YearLine:
    """One plan of one terminal (or merchant): the states of its dates in each month."""

    merchant: str
    address: str
    terminal: str
    tid: str
    plan: Bilingual
    interval: Bilingual
    months: tuple[tuple[str, ...], ...]
    area: str = ""
    last_on: date | None = None
    due_on: date | None = None
    technician: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class YearSheet:
    """Twelve months from `since` on."""

    number: str
    made_at: datetime
    since: date
    scope: Bilingual = field(default_factory=Bilingual)
    lines: tuple[YearLine, ...] = ()
    unknown_years: tuple[int, ...] = ()


def _months(sheet: YearSheet) -> list[date]:
    first = sheet.since.year * 12 + sheet.since.month - 1
    return [date((first + n) // 12, (first + n) % 12 + 1, 1) for n in range(12)]


def _head(sheet: YearSheet, t: Speech) -> Head:
    months = _months(sheet)
    period = f"{months[0]:%Y-%m} – {months[-1]:%Y-%m}"
    version = t("version of {day}", day=t.day(sheet.made_at.date()))
    return Head(
        t("Maintenance schedule"), sheet.number,
        scope_line(t, said(t, sheet.scope), period).joined(version),
    )  # fmt: skip


def _compose(sheet: YearSheet, story: Story) -> None:
    t, months = story.t, _months(sheet)
    columns = (
        Column(t("Merchant"), 1.5),
        Column(t("Installed at"), 1.9),
        Column(t("Terminal"), mm=31),
        Column(t("Item"), mm=22),
        Column(t("Interval"), mm=16),
        Column(t("Last done"), mm=14),
        Column(t("Due on"), mm=14),
        *(Column(Words(str(month.month)), mm=6.3, align="centre") for month in months),
        Column(t("Responsible"), mm=19),
        Column(t("Remark"), mm=16),
    )
    table(story, columns, _rows(t, sheet), small=True, numbered=True,
          empty=t("Nothing is due in this period."))  # fmt: skip
    _totals(sheet, story, months)
    legend(story)
    unknown_years(story, sheet.unknown_years)
    approvals(story)


def _rows(t: Speech, sheet: YearSheet) -> list[Row]:
    rows: list[Row] = []
    area, merchant, terminal = "", "", ""
    for line in sheet.lines:
        if line.area and line.area != area:
            area, merchant, terminal = line.area, "", ""
            rows.append(Group(area))
        # What stands above is not said again; the eye follows the plans of one terminal.
        who: list[Rich] = ["", "", ""]
        if line.merchant != merchant:
            who[:2] = [line.merchant, line.address]
        if line.terminal != terminal or line.merchant != merchant:
            who[2] = "\n".join(filter(None, (line.terminal, line.tid)))
        merchant, terminal = line.merchant, line.terminal
        rows.append([
            *who, said(t, line.plan).spans(), said(t, line.interval).spans(QUIET),
            _short(line.last_on, sheet), _short(line.due_on, sheet),
            *(sign(states) for states in line.months), line.technician, line.remark,
        ])  # fmt: skip
    return rows


def _short(day: date | None, sheet: YearSheet) -> str:
    """A day of the twelve months without its year."""
    if day is None:
        return ""
    months = _months(sheet)
    inside = months[0] <= day < date(months[0].year + 1, months[0].month, 1)
    return f"{day:%m-%d}" if inside else f"{day:%Y}\n{day:%m-%d}"


def _totals(sheet: YearSheet, story: Story, months: list[date]) -> None:
    t = story.t
    done = {str(State.DONE), str(State.DONE_LATE)}
    missed = {str(State.MISSED), str(State.MERGED)}
    planned = {str(state) for state in
               (State.FORECAST, State.DUE, State.SCHEDULED, State.LAST_DAY)}  # fmt: skip
    columns = (
        Column(t("Total"), 1),
        *(Column(Words(f"{month:%m}"), mm=15, align="right") for month in months),
        Column(t("Together"), mm=20, align="right"),
    )
    rows: list[Row] = []
    for state, which in ((State.SCHEDULED, planned), (State.DONE, done), (State.MISSED, missed)):
        counts = [
            sum(item in which for line in sheet.lines for item in line.months[n])
            for n in range(12)
        ]  # fmt: skip
        rows.append(
            [state_sign(t, state).spans(), *(str(c or "") for c in counts), str(sum(counts))]
        )
    story.space(8)
    table(story, columns, rows, small=True)


KIND = Kind("schedule_year", N_("Maintenance schedule"), YearSheet, _head, _compose,
            landscape=True)  # fmt: skip
