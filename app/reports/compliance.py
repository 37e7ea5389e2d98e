"""维护合规: done inside the window ÷ windows closed, by plan, area, technician, with the cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from app.i18n import N_
from app.reports.blocks import section
from app.reports.frame import Head
from app.reports.kind import Kind
from app.reports.parts import said
from app.reports.schedule_parts import approvals, scope_line, state_sign
from app.reports.sheets import Bilingual
from app.reports.story import Story
from app.reports.style import NOTE, STRONG
from app.reports.tables import Column, Row, table
from app.reports.text import Span
from app.reports.words import Speech


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one group."""

    name: Bilingual
    closed: int
    on_time: int
    late: int = 0
    partial: int = 0
    missed: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class LateDate:
    """One date that was not done on time."""

    due_on: date
    window_until: date
    state: str
    plan: Bilingual
    merchant: str = ""
    serial: str = ""
    area: str = ""
    technician: str = ""
    done_on: date | None = None
    reason: Bilingual = field(default_factory=Bilingual)


@dataclass(frozen=True, slots=True)
class ComplianceSheet:
    """The figures of a period."""

    number: str
    made_at: datetime
    since: date
    until: date
    total: Figures
    scope: Bilingual = field(default_factory=Bilingual)
    plans: tuple[Figures, ...] = ()
    areas: tuple[Figures, ...] = ()
    technicians: tuple[Figures, ...] = ()
    cases: tuple[LateDate, ...] = ()


def _head(sheet: ComplianceSheet, t: Speech) -> Head:
    period = f"{t.day(sheet.since)} – {t.day(sheet.until)}"
    return Head(t("Maintenance compliance"), sheet.number,
                scope_line(t, said(t, sheet.scope), period))  # fmt: skip


def _compose(sheet: ComplianceSheet, story: Story) -> None:
    t = story.t
    for number, (title, groups) in enumerate(
        (
            (t("By plan"), sheet.plans),
            (t("By area"), sheet.areas),
            (t("By technician"), sheet.technicians),
        ),
        start=1,
    ):
        section(story, title, number)
        rows = [_row(t, figures) for figures in (*groups, sheet.total)]
        table(story, _columns(t), rows, small=True)
    section(story, t("Not on time"), 4)
    _cases(sheet, story)
    story.words(
        t("Compliance = done inside the window ÷ windows closed in the period. What is no longer"
          " due, or was included in a longer plan, does not count; skipped and merged dates count"
          " as not done."),
        NOTE, before=4,
    )  # fmt: skip
    approvals(story)


def _columns(t: Speech) -> tuple[Column, ...]:
    titles = (t("Windows closed"), t("Done on time"), t("Late"), t("Partly done"), t("Missed"),
              t("Skipped"), t("Compliance"))  # fmt: skip
    return (Column(t("Group"), 1), *(Column(title, mm=25, align="right") for title in titles))


def _row(t: Speech, figures: Figures) -> Row:
    name = said(t, figures.name)
    share = f"{figures.on_time / figures.closed:.0%}" if figures.closed else "–"
    shown = name if name.first else t("Together")
    counts = (figures.closed, figures.on_time, figures.late, figures.partial, figures.missed,
              figures.skipped)  # fmt: skip
    return [shown.spans(), *(str(count) for count in counts), Span(share, STRONG)]


def _cases(sheet: ComplianceSheet, story: Story) -> None:
    t = story.t
    columns = (
        Column(t("Due on"), mm=19),
        Column(t("Window ended"), mm=23),
        Column(t("State"), mm=24),
        Column(t("Item"), 1),
        Column(t("Merchant"), 1.4),
        Column(t("Serial number"), 1.4),
        Column(t("Technician"), mm=18),
        Column(t("Reason"), 1.5),
    )
    rows: list[Row] = []
    for case in sheet.cases:
        rows.append([
            t.day(case.due_on), t.day(case.window_until), state_sign(t, case.state).spans(),
            said(t, case.plan).spans(),
            case.merchant, case.serial, case.technician, said(t, case.reason).spans(),
        ])  # fmt: skip
    table(story, columns, rows, small=True, numbered=True,
          empty=t("Everything was done on time."))  # fmt: skip


KIND = Kind("compliance", N_("Maintenance compliance"), ComplianceSheet, _head, _compose,
            landscape=True, compact=True)  # fmt: skip
