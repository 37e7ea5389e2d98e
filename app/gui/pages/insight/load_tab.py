"""The tab of the workload: who has how much to do, what is late, and two weeks ahead."""

from __future__ import annotations

from app.domain.insight.figures import InsightReport
from app.domain.insight.trends import (
    AGES,
    TechnicianLoad,
)
from app.gui.pages.insight.tabs import ChartTab, Sheet
from app.gui.toolkit.chart import RankedBar, RankedBars
from app.gui.toolkit.language import _, plural
from app.gui.toolkit.tables import TableColumn
from app.gui.toolkit.theme import Badge


class LoadTab(ChartTab):
    """Open cases of each technician by age, what is late today and tomorrow, two weeks ahead."""

    def __init__(self) -> None:
        super().__init__(
            RankedBars(_("Open cases by technician")),
            _(
                "As of now. Bars: open cases by age, the oldest at the right. Two weeks: planned"
                " visits and the usual time of open cases ÷ working time without leave and"
                " holidays."
            ),
        )

    def title(self, view: InsightReport | None) -> str:
        return _("Workload")

    def show_view(self, view: InsightReport) -> None:
        assert isinstance(self.chart, RankedBars)
        loads = view.trends.loads
        self.chart.show_rows(
            [
                RankedBar(
                    _who(one),
                    tuple(zip(map(float, one.by_age), _AGE_STYLES, strict=True)),
                    str(one.open),
                    _ages(one),
                )
                for one in loads
            ]
        )
        columns = (
            TableColumn(title=_("Technician"), text=_who, width=96, stretch=True),
            TableColumn(title=_("Open"), text=lambda x: str(x.open), width=60, right=True),
            TableColumn(
                title=_("Late"), text=lambda x: "" if x.late else "0", badge=_late, width=76
            ),
            TableColumn(
                title=_("Due today"), text=lambda x: str(x.due_today or ""), width=80, right=True
            ),
            TableColumn(
                title=_("Due tomorrow"),
                text=lambda x: str(x.due_tomorrow or ""),
                width=96,
                right=True,
            ),
            TableColumn(title=_("Two weeks"), text=_room, badge=_full, width=130, right=True),
        )
        self.show_table(columns, loads)
        self.show_now()

    def sheet(self, report: InsightReport) -> Sheet:
        header = (
            _("Technician"),
            *_age_names(),
            _("Late"),
            _("Due today"),
            _("Due tomorrow"),
            _("Planned hours"),
            _("Working hours"),
        )
        rows: list[tuple[str, ...]] = [
            (
                _who(one),
                *map(str, one.by_age),
                str(one.late),
                str(one.due_today),
                str(one.due_tomorrow),
                f"{one.planned_minutes / 60:.1f}",
                f"{one.room_minutes / 60:.1f}",
            )
            for one in report.trends.loads
        ]
        return header, rows


_AGE_STYLES = (5, 6, 2, 4, 0)


def _age_names() -> list[str]:
    return [
        *(plural("under {count} day", "under {count} days", days) for days in AGES),
        plural("{count} day or more", "{count} days or more", AGES[-1]),
    ]


def _who(one: TechnicianLoad) -> str:
    return one.name or _("nobody yet")


def _ages(one: TechnicianLoad) -> str:
    return " · ".join(
        f"{name} {count}" for name, count in zip(_age_names(), one.by_age, strict=True) if count
    )


def _late(one: TechnicianLoad) -> Badge | None:
    return Badge(str(one.late), "danger", "clock") if one.late else None


def _room(one: TechnicianLoad) -> str:
    hours = one.planned_minutes / 60
    if not one.room_minutes:
        return f"{hours:.0f} h"
    return f"{hours:.0f} / {one.room_minutes / 60:.0f} h"


def _full(one: TechnicianLoad) -> Badge | None:
    over = one.room_minutes and one.planned_minutes > one.room_minutes
    return Badge(_("too much"), "warning", "triangle-alert") if over else None
