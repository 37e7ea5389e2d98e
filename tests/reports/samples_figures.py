"""Samples of documents with figures: warnings, a month, compliance."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.domain.event_data import FieldChange
from app.domain.insight.figure_kinds import Compared, FigureKind
from app.languages import LocalizedText
from app.reports.documents.audit_trail import AuditTrailSheet, RecordedChange, RecordedOperation
from app.reports.documents.campaign_list import CampaignLine, CampaignListSheet
from app.reports.documents.compliance import ComplianceFigures, ComplianceSheet, LateDate
from app.reports.documents.month_pack import (
    MODEL_COLUMNS,
    MonthPackSheet,
    PackGroup,
)
from app.reports.documents.monthly import Count, MonthlySheet, TechnicianLine
from app.reports.documents.printed_figure import PrintedFigure
from app.reports.documents.warning_digest import WarningDigestSheet, WarningLine
from tests.reports.samples import at


def warning_digest() -> WarningDigestSheet:
    """One warning of each severity, and another."""
    return WarningDigestSheet(
        number="",
        made_at=at(8),
        scope="浦东新区",
        warnings=(
            WarningLine(
                severity="high",
                rule="substituted",
                subject_kind="terminal",
                subject="TESTN91000000044",
                count=1,
                detail="TESTN91000000099",
                evidence=("L7-V000004",),
            ),
            WarningLine(
                severity="high",
                rule="overdue",
                subject_kind="estate",
                count=3,
                evidence=("L7-000350", "L7-000351", "L7-000352"),
                since=at(9, 0, 1),
            ),
            WarningLine(
                severity="medium",
                rule="terminal",
                subject_kind="terminal",
                fault_class="hardware",
                subject="TESTN91000000412 测试华晖便利店",
                count=3,
                expected=0.2,
                confidence=0.998,
                days=90,
                terminals=1,
                evidence=("L7-000412", "L7-000377", "L7-000301"),
                since=at(9, 0, 1),
            ),
            WarningLine(
                severity="low",
                rule="expires",
                subject_kind="model",
                subject="新大陆 N910",
                count=12,
                days=30,
                terminals=12,
                detail="warranty",
                due=date(2026, 12, 20),
            ),
        ),
        dismissed=3,
    )


_FIGURES: tuple[tuple[Any, ...], ...] = (
    (FigureKind.REPORTED, 128.0, 128, None, None, None, 0, 117.0),
    (FigureKind.RESOLVED, 121.0, 121, None, None, None, 0, 119.0),
    (FigureKind.RESOLVED_ON_TIME, 0.94, 100, 0.874, 0.978, 94, 0, 0.91),
    (FigureKind.RESTORATION, 3.2, 62, 2.6, 4.1, None, 0, 3.7),
    (FigureKind.FIRST_TIME, 0.876, 105, 0.798, 0.932, 92, 16, 0.86),
    (FigureKind.ITEM_FAILURES, 75.0, 75, None, None, None, 0, 66.0),
    (FigureKind.REOPENED, 0.041, 121, 0.014, 0.094, 5, 0, 0.059),
    (FigureKind.BACKLOG, 14.0, 14, None, None, None, 0, 7.0),
)


def month_pack() -> MonthPackSheet:
    """The same month for one acquirer."""
    values = {
        FigureKind.REPORTED: (128.0, 128, None, None, None, 119.0),
        FigureKind.MTBF: (402.3, 47, 302.5, 547.6, None, 377.1),
        FigureKind.AVAILABILITY: (0.9962, 91, 0.9953, 0.9969, None, 0.9958),
        FigureKind.RESTORATION: (20.1, 47, 15.3, 26.4, None, 22.7),
        FigureKind.RESOLVED_ON_TIME: (0.912, 114, 0.8445, 0.957, 104, 0.89),
        FigureKind.FIRST_TIME: (None, 0, None, None, 0, 0.94),
        FigureKind.PARTS: (126_850.0, 31, None, None, None, 98_200.0),
    }
    return MonthPackSheet(
        number="",
        made_at=at(9, 0, 31),
        since=date(2026, 12, 1),
        until=date(2026, 12, 31),
        compared=Compared.WHOLE_MONTH,
        before_since=date(2026, 11, 1),
        before_until=date(2026, 11, 30),
        known_until=date(2026, 12, 31),
        scope="银联商务",
        figures=tuple(
            PrintedFigure(
                kind=kind,
                value=value,
                n=n,
                low=low,
                high=high,
                hits=hits,
                immature=0 if value is not None else 114,
                before=before,
            )
            for kind, (value, n, low, high, hits, before) in values.items()
        ),
        models=(
            PackGroup(
                name="新大陆 N910",
                terminals=640,
                figures=tuple(
                    PrintedFigure(kind=kind, value=0.75, n=12, low=0.43, high=0.95)
                    if kind is FigureKind.FIRST_TIME
                    else PrintedFigure(kind=kind, value=12.0, n=12, low=6.2, high=20.9)
                    for kind in MODEL_COLUMNS
                ),
            ),
        ),
    )


_CLASSES = {
    "software": 38,
    "network": 31,
    "hardware": 27,
    "operation": 18,
    "system": 9,
    "violation": 3,
    "balance": 2,
}
_AREAS = {"浦东新区": 52, "昆山市": 33, "江宁区": 28, "鼓楼区": 15}
_MODELS = {"新大陆 N910": 47, "百富 A920": 35, "联迪 A8": 30, "商米 P2": 16}
_CODES = {"A0": 17, "68": 14, "91": 9, "51": 6}


def _counts(numbers: dict[str, int], kind: str = "") -> tuple[Count, ...]:
    return tuple(Count(name, count, kind) for name, count in numbers.items())


def monthly() -> MonthlySheet:
    """A December."""
    return MonthlySheet(
        number="",
        made_at=at(9, 0, 31),
        since=date(2026, 12, 1),
        until=date(2026, 12, 31),
        scope="上海分公司",
        measured=tuple(
            PrintedFigure(
                kind=kind,
                value=value,
                n=n,
                low=low,
                high=high,
                hits=hits,
                immature=young,
                before=before,
            )
            for kind, value, n, low, high, hits, young, before in _FIGURES
        ),
        compared=Compared.WHOLE_MONTH,
        before_since=date(2026, 11, 1),
        before_until=date(2026, 11, 30),
        by_day=tuple((i * 7) % 9 for i in range(31)),
        by_class=_counts(_CLASSES, "fault_class"),
        by_area=_counts(_AREAS),
        by_model=_counts(_MODELS),
        by_code=_counts(_CODES),
        technicians=(
            TechnicianLine(
                name="张工", resolved=64, minutes=5_400, first_time=50, reopened=2, judged=55
            ),
            TechnicianLine(
                name="李工", resolved=57, minutes=4_980, first_time=42, reopened=3, judged=50
            ),
        ),
        remarks="12 月 14 日 10:00–11:30 银联商务主机切换，18 起 91 归并为一起。",
    )


TAMPER = LocalizedText("防拆检查", "Tamper check")
QUARTERLY = LocalizedText("季度保养", "Quarterly care")


def kept(name: LocalizedText | str, figures: tuple[int, ...]) -> ComplianceFigures:
    """How a group kept its dates: closed, on time, late, partial, missed, skipped."""
    closed, on_time, late, partial, missed, skipped = figures
    return ComplianceFigures(
        name=LocalizedText(name, name) if isinstance(name, str) else name,
        closed=closed,
        on_time=on_time,
        late=late,
        partial=partial,
        missed=missed,
        skipped=skipped,
    )


def late_dates() -> tuple[LateDate, ...]:
    """One date of each way not to keep it."""
    return (
        LateDate(
            due_on=date(2026, 10, 12),
            window_until=date(2026, 10, 19),
            state="done_late",
            plan=TAMPER,
            merchant="测试华晖便利店",
            serial="TESTN91000000412",
            area="浦东新区",
            technician="张工",
            done_on=date(2026, 10, 21),
            reason="商户停业装修",
        ),
        LateDate(
            due_on=date(2026, 11, 2),
            window_until=date(2026, 11, 9),
            state="missed",
            plan=TAMPER,
            merchant="测试连锁超市有限公司 8",
            serial="TESTN91000000008",
            area="昆山市",
            technician="李工",
        ),
        LateDate(
            due_on=date(2026, 11, 20),
            window_until=date(2026, 12, 4),
            state="partial",
            plan=QUARTERLY,
            merchant="测试连锁超市有限公司 12",
            serial="TESTN91000000012",
            area="昆山市",
            technician="李工",
            done_on=date(2026, 12, 3),
            reason="leave.no_technician",
        ),
        LateDate(
            due_on=date(2026, 12, 1),
            window_until=date(2026, 12, 15),
            state="skipped",
            plan=QUARTERLY,
            merchant="测试便利店33",
            serial="TESTN91000000033",
            area="江宁区",
            technician="李工",
            done_on=None,
            reason="plan.resting",
        ),
    )


def compliance() -> ComplianceSheet:
    """A quarter: two plans, three areas, two technicians, four dates that were late."""
    return ComplianceSheet(
        number="",
        made_at=at(9, 0, 31),
        since=date(2026, 10, 1),
        until=date(2026, 12, 31),
        total=kept(LocalizedText(), (160, 147, 6, 1, 4, 2)),
        scope=LocalizedText("全部区域", "all areas"),
        plans=(kept(TAMPER, (120, 113, 4, 0, 2, 1)), kept(QUARTERLY, (40, 34, 2, 1, 2, 1))),
        areas=(
            kept("浦东新区", (64, 62, 1, 0, 1, 0)),
            kept("昆山市", (51, 46, 3, 1, 1, 0)),
            kept("江宁区", (45, 39, 2, 0, 2, 2)),
        ),
        technicians=(kept("张工", (92, 88, 2, 0, 2, 0)), kept("李工", (68, 59, 4, 1, 2, 2))),
        cases=late_dates(),
    )


def audit_trail() -> AuditTrailSheet:
    """Two days of one terminal: registered, edited, an incident, an edit that was taken back."""
    phone = FieldChange("contact_phone", "13800000001", "13800000002")
    done = (
        ("terminal.update", "李工", "T02", "L8", "TESTN91000000044", phone, "", 11, 9),
        ("incident.start", "张工", "T01", "L7", "L7-000412", _STARTED, "", 10, 9),
        ("incident.open", "张工", "T01", "L7", "L7-000412", _CODE, "", 9, 9),
        ("terminal.update", "张工", "T01", "L7", "TESTN91000000044", phone, "conflict", 17, 8),
    )
    return AuditTrailSheet(
        number="LOG-20260709-1700",
        made_at=at(17, day=9),
        since=date(2026, 7, 1),
        until=date(2026, 7, 9),
        record="TESTN91000000044",
        total=4,
        operations=tuple(
            RecordedOperation(
                at=at(hour, 5, day),
                kind=kind,
                code=code,
                person=person,
                device=device,
                subject=subject,
                review=review,
                withdrawn=False,
                changes=(RecordedChange(kind=kind.partition(".")[0], about="", change=change),),
            )
            for kind, person, code, device, subject, change, review, hour, day in done
        ),
    )


_STARTED = FieldChange("state", "assigned", "in_progress")
_CODE = FieldChange("displayed_code", "", "A0")


def campaign_list() -> CampaignListSheet:
    """An update at three terminals of two shops: done, excused, and one that rides on a visit."""

    def line(serial: str, merchant: str, state: str, **more: object) -> CampaignLine:
        values = {
            "tid": serial[-8:],
            "model": "N910",
            "firmware": "3.2.1",
            "address": "浦东新区测试路1号",
            "area": "浦东新区",
        }
        return CampaignLine(serial=serial, merchant=merchant, state=state, **values | more)  # type: ignore[arg-type]

    visit = {"visit": "L7-V000009", "visit_on": date(2026, 7, 20), "technician": "李工"}
    done = {"done_on": date(2026, 7, 8), "done_by": "T01", "firmware": "3.2.4"}
    return CampaignListSheet(
        number="L7-C000001",
        made_at=at(9),
        title="N910 升级到 3.2.4",
        kind="firmware",
        state="open",
        due_on=date(2026, 7, 31),
        owner="张工",
        target="3.2.4",
        instructions="升级后做一笔签到。",
        scope=LocalizedText("N910 · 固件 3.2.1", "N910 · firmware 3.2.1"),
        total=3,
        done=1,
        excused=1,
        lines=(
            line("TESTN91000000041", "测试便利店", "open", **visit),
            line("TESTN91000000042", "测试便利店", "done", **done),
            line("TESTN91000000043", "测试面馆", "excused", reason="停业", done_by="T01"),
        ),
    )
