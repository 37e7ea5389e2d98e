"""Tabs of the trends: modes, model and firmware, areas by month, reliability growth, and who has
how much to do."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.insight.figures import InsightReport
from app.domain.insight.trends import (
    AreaMonths,
    FailureRate,
    ModeCount,
    ranked_shares,
)
from app.gui.pages.insight.tabs import CLASSES, ChartTab, Sheet
from app.gui.toolkit.chart import RankedBar, RankedBars
from app.gui.toolkit.language import _, words
from app.gui.toolkit.measured_charts import (
    CurveChart,
    CurvePoint,
    HeatGrid,
    HeatRow,
    IntervalBars,
    MeasuredBar,
)
from app.gui.toolkit.tables import TableColumn
from app.texts import word

FEW_FAILURES = 5
"""Below this an interval is so wide that a rate is drawn dotted."""


class ModesTab(ChartTab):
    """Which modes make up most of the cases."""

    def __init__(self) -> None:
        super().__init__(
            RankedBars(_("Cases by mode")),
            _(
                "Cases reported in the period by confirmed mode, the most frequent first; where"
                " none was confirmed by class. The share is cumulated from the top."
            ),
        )
        self.names: Mapping[str, str] = {}
        """What the catalogue calls the modes."""

    def title(self, view: InsightReport | None) -> str:
        return _("Modes")

    def show_view(self, view: InsightReport) -> None:
        assert isinstance(self.chart, RankedBars)
        modes = view.trends.modes
        shares = ranked_shares([one.count for one in modes])
        self.chart.show_rows(
            [
                RankedBar(
                    self._called(one),
                    ((one.count, _style(one)),),
                    str(one.count),
                    f"{100 * share:.0f}%",
                )
                for one, share in zip(modes, shares, strict=True)
            ]
        )
        lines = list(zip(modes, shares, strict=True))
        self.show_table(
            (
                TableColumn(
                    title=_("Mode"), text=lambda x: self._called(x[0]), width=170, stretch=True
                ),
                TableColumn(title=_("Class"), text=lambda x: _class_word(x[0]), width=110),
                TableColumn(title=_("Cases"), text=lambda x: str(x[0].count), width=70, right=True),
                TableColumn(
                    title=_("Cumulated"), text=lambda x: f"{100 * x[1]:.1f}%", width=90, right=True
                ),
            ),
            lines,
        )
        self.show_state(view)

    def _called(self, one: ModeCount) -> str:
        if one.mode:
            return self.names.get(one.mode, one.mode)
        return _("{class_name}, no mode confirmed", class_name=_class_word(one))

    def sheet(self, report: InsightReport) -> Sheet:
        modes = report.trends.modes
        shares = ranked_shares([one.count for one in modes])
        rows: list[tuple[str, ...]] = [
            (self._called(one), _class_word(one), str(one.count), f"{share:.4f}")
            for one, share in zip(modes, shares, strict=True)
        ]
        return (_("Mode"), _("Class"), _("Cases"), _("Cumulated")), rows


def _class_word(one: ModeCount) -> str:
    return word(words(), "fault_class", one.fault_class) if one.fault_class else _("not classified")


def _style(one: ModeCount) -> int:
    known = [str(name) if name else "" for name in CLASSES]
    return known.index(one.fault_class)


class FirmwareRatesTab(ChartTab):
    """Failures under each firmware of a model, with their intervals."""

    def __init__(self) -> None:
        super().__init__(
            IntervalBars(_("Failures by model and firmware")),
            _(
                "Failures of the terminal itself per 100 terminals and year of running time, with"
                " the exact 95 % interval; failures under the firmware noted then, running time"
                " under the one of today. Dotted: fewer than {least} failures.",
                least=FEW_FAILURES,
            ),
        )

    def title(self, view: InsightReport | None) -> str:
        return _("By firmware")

    def show_view(self, view: InsightReport) -> None:
        assert isinstance(self.chart, IntervalBars)
        known = [one for one in view.trends.firmware if one.rate is not None]
        days = sum(one.running_days for one in known)
        failures = sum(one.failures for one in known)
        whole = FailureRate("", "", failures, days, 0).rate
        level = None if whole is None else (whole, _("all: {rate}", rate=f"{whole:.1f}"))
        self.chart.show_rows([_measured(one) for one in known], level)
        columns = (
            TableColumn(title=_("Model"), text=lambda x: x.model, width=110, stretch=True),
            TableColumn(title=_("Firmware"), text=lambda x: x.firmware or "—", width=90),
            TableColumn(title=_("Failures"), text=lambda x: str(x.failures), width=76, right=True),
            TableColumn(
                title=_("Terminals"), text=lambda x: str(x.terminals), width=76, right=True
            ),
            TableColumn(title=_("Rate"), text=_rate, width=70, right=True),
            TableColumn(title=_("95 % interval"), text=_interval, width=110, right=True),
        )
        self.show_table(columns, known)
        self.show_state(view)

    def sheet(self, report: InsightReport) -> Sheet:
        header = (
            _("Model"),
            _("Firmware"),
            _("Failures"),
            _("Terminals"),
            _("Running days"),
            _("Rate"),
            _("95 % interval"),
        )
        rows: list[tuple[str, ...]] = [
            (
                one.model,
                one.firmware,
                str(one.failures),
                str(one.terminals),
                f"{one.running_days:.0f}",
                _rate(one),
                _interval(one),
            )
            for one in report.trends.firmware
        ]
        return header, rows


def _measured(one: FailureRate) -> MeasuredBar:
    low, high = one.interval or (0.0, 0.0)
    return MeasuredBar(
        name=f"{one.model} · {one.firmware or '—'}",
        value=one.rate or 0.0,
        low=low,
        high=high,
        figure=f"{_rate(one)} ({_interval(one)})",
        doubtful=one.failures < FEW_FAILURES,
    )


def _rate(one: FailureRate) -> str:
    return "—" if one.rate is None else f"{one.rate:.1f}"


def _interval(one: FailureRate) -> str:
    return "" if one.interval is None else f"{one.interval[0]:.1f} – {one.interval[1]:.1f}"


class AreaMonthsTab(ChartTab):
    """Where and when incidents came, without a map."""

    def __init__(self) -> None:
        super().__init__(
            HeatGrid(_("Incidents by area and month")),
            _(
                "Incidents per 100 terminals and 30 days, of every class: the stronger the colour,"
                " the more. The table has the numbers themselves."
            ),
        )

    def title(self, view: InsightReport | None) -> str:
        return _("Areas by month")

    def show_view(self, view: InsightReport) -> None:
        assert isinstance(self.chart, HeatGrid)
        months = [words().month(month.month) for month in view.months]
        areas = view.trends.areas
        self.chart.show_grid(months, [_heat(one) for one in areas])
        columns = (
            TableColumn(title=_("Area"), text=lambda x: x[0].area or _("no area"), width=150),
            TableColumn(title=_("Month"), text=lambda x: months[x[1]], width=90, stretch=True),
            TableColumn(
                title=_("Cases"), text=lambda x: str(x[0].counts[x[1]]), width=80, right=True
            ),
            TableColumn(title=_("per 100"), text=lambda x: _per_100(*x), width=90, right=True),
        )
        # A row for each month: beside each other two years of them fit no screen.
        lines = [(one, place) for one in areas for place in range(len(months))]
        self.show_table(columns, lines, len(months))
        self.show_state(view)

    def sheet(self, report: InsightReport) -> Sheet:
        months = [words().month(month.month) for month in report.months]
        rows = [(one.area or _("no area"), *map(str, one.counts)) for one in report.trends.areas]
        return (_("Area"), *months), rows


def _per_100(one: AreaMonths, place: int) -> str:
    rate = one.per_100(place)
    return "" if rate is None else f"{rate:.1f}"


def _heat(one: AreaMonths) -> HeatRow:
    cells = tuple((one.per_100(place), _per_100(one, place)) for place in range(len(one.counts)))
    return HeatRow(one.area or _("no area"), cells)


class GrowthTab(ChartTab):
    """Whether failures become rarer as terminals run on."""

    def __init__(self) -> None:
        super().__init__(CurveChart(_("Reliability growth")), "")

    def title(self, view: InsightReport | None) -> str:
        return _("Growth")

    def show_view(self, view: InsightReport) -> None:
        assert isinstance(self.chart, CurveChart)
        curve = view.trends.growth
        if curve is None:
            return
        fitted, total = curve.fitted, 0
        points, lines = [], []
        for month, count, years in zip(curve.months, curve.failures, curve.cumulated, strict=True):
            total += count
            expected = fitted.expected(years) if fitted else None
            said = words().month(month)
            points.append(
                CurvePoint(
                    years, total, expected, _("{month}: {total} failures", month=said, total=total)
                )
            )
            lines.append((said, count, total, years, expected))
        self.chart.show_points(points, (_("terminal years"), _("failures, cumulated")))
        columns = (
            TableColumn(title=_("Month"), text=lambda x: x[0], width=84, stretch=True),
            TableColumn(title=_("Failures"), text=lambda x: str(x[1]), width=80, right=True),
            TableColumn(title=_("Cumulated"), text=lambda x: str(x[2]), width=90, right=True),
            TableColumn(
                title=_("Terminal years"), text=lambda x: f"{x[3]:,.1f}", width=110, right=True
            ),
            TableColumn(
                title=_("Expected"),
                text=lambda x: "—" if x[4] is None else f"{x[4]:,.0f}",
                width=84,
                right=True,
            ),
        )
        self.show_table(columns, lines)
        self.note.setText(_growth_text(view))
        self.show_state(view)

    def sheet(self, report: InsightReport) -> Sheet:
        curve = report.trends.growth
        header = (_("Month"), _("Failures"), _("Terminal years"))
        if curve is None:
            return header, []
        rows: list[tuple[str, ...]] = [
            (words().month(month), str(count), f"{years:.2f}")
            for month, count, years in zip(
                curve.months, curve.failures, curve.cumulated, strict=True
            )
        ]
        return header, rows


def _growth_text(view: InsightReport) -> str:
    fitted = view.trends.growth.fitted if view.trends.growth else None
    if fitted is None:
        return _("Too few failures to say whether they become rarer.")
    how = (
        _("failures become rarer")
        if fitted.high < 1
        else _("failures become more frequent")
        if fitted.low > 1
        else _("no change can be told from chance")
    )
    return _(
        "Exponent {slope} (95 % interval {low} to {high}): {how}. Below 1 failures become rarer the"
        " longer the terminals run (power law of Crow, MIL-HDBK-189C).",
        slope=f"{fitted.slope:.2f}",
        low=f"{fitted.low:.2f}",
        high=f"{fitted.high:.2f}",
        how=how,
    )
