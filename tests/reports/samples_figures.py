"""Samples of documents with figures: warnings, a month, compliance."""

from __future__ import annotations

from datetime import date

from app.languages import LocalizedText
from app.reports.documents.compliance import ComplianceFigures, ComplianceSheet, LateDate
from app.reports.documents.monthly import Count, KeyFigure, MonthlySheet, TechnicianLine
from app.reports.documents.warning_digest import WarningDigestSheet, WarningLine
from tests.reports.samples import at


def warning_digest() -> WarningDigestSheet:
    """One warning of each severity, and another."""
    return WarningDigestSheet(
        "",
        at(8),
        "浦东新区",
        (
            WarningLine(
                severity="high",
                title=LocalizedText("疑似调包", "Suspected substitution"),
                subject="TESTN91000000044",
                because=LocalizedText(
                    "现场序列号与台账不一致。", "The serial number found differs from the list."
                ),
                evidence=("L7-V000004",),
                advice=LocalizedText(
                    "当天停用并通知收单机构。", "Stop using it today and tell the acquirer."
                ),
            ),
            WarningLine(
                severity="medium",
                title=LocalizedText("同一故障反复出现", "The same fault again and again"),
                subject="TESTN91000000412 测试华晖便利店",
                because=LocalizedText(
                    "30 天内 3 次“密钥不一致”。", "“Key mismatch” three times in 30 days."
                ),
                evidence=("L7-000412", "L7-000377", "L7-000301"),
                advice=LocalizedText("更换终端并送检。", "Swap the terminal and have it examined."),
                since=at(9, 0, 1),
            ),
            WarningLine(
                severity="medium",
                title=LocalizedText("型号故障率偏高", "Model fails more than the fleet"),
                subject="百富 A920",
                because=LocalizedText(
                    "28 台中 9 台，同期其他型号 4%。", "9 of 28; other models 4% in that time."
                ),
                evidence=("L7-000350",),
                advice=LocalizedText(
                    "联系厂商核查固件 8.1.3。", "Ask the maker about firmware 8.1.3."
                ),
            ),
            WarningLine(
                severity="low",
                title=LocalizedText("保修即将到期", "Warranty ends soon"),
                subject="12 台",
                because=LocalizedText("30 天内到期。", "Within 30 days."),
                evidence=(),
                advice=LocalizedText("到期前安排一次检测。", "Have them examined before."),
                since=at(0),
            ),
        ),
        3,
    )


_FIGURES = (
    (
        "报修",
        "Reported",
        "128",
        "117",
        "本月报修的异常事件数。",
        "Incidents reported in the month.",
    ),
    ("已解决", "Resolved", "121", "119", "本月解决的事件数。", "Incidents resolved in the month."),
    (
        "按时率",
        "On time",
        "94%",
        "91%",
        "期限内解决 ÷ 已解决。",
        "Resolved within target ÷ resolved.",
    ),
    (
        "恢复中位数",
        "Median restoration",
        "3.2 h",
        "3.7 h",
        "停机到恢复的中位时长。",
        "Median of down until restored.",
    ),
    (
        "一次修复",
        "Fixed the first time",
        "88%",
        "86%",
        "30 天内同机同类不再发生且未重开。",
        "No repeat within 30 days and not reopened.",
    ),
    (
        "非终端故障",
        "Not the terminal's fault",
        "41%",
        "44%",
        "确认类别不属于终端自身故障的比例。",
        "Share of classes that are no failure of the terminal.",
    ),
    ("重新受理", "Reopened", "5", "7", "本月重新受理次数。", "Reopenings in the month."),
    ("月末未结", "Open at the end", "14", "7", "月末仍未解决。", "Unresolved at the end."),
)


def _unit(value: str) -> str:
    """The unit of a figure written as people write it."""
    return {"%": "percent", "h": "hours"}.get(value[-1], "count")


def monthly() -> MonthlySheet:
    """A December."""
    return MonthlySheet(
        number="",
        made_at=at(9, 0, 31),
        since=date(2026, 12, 1),
        until=date(2026, 12, 31),
        scope="上海分公司",
        figures=tuple(
            KeyFigure(
                LocalizedText(zh, en),
                float(value.rstrip("% h")),
                float(before.rstrip("% h")),
                _unit(value),
                LocalizedText(fzh, fen),
            )
            for zh, en, value, before, fzh, fen in _FIGURES
        ),
        by_day=tuple((i * 7) % 9 for i in range(31)),
        by_class=tuple(
            Count(name, count, "fault_class")
            for name, count in (
                ("software", 38),
                ("network", 31),
                ("hardware", 27),
                ("operation", 18),
                ("system", 9),
                ("violation", 3),
                ("balance", 2),
            )
        ),
        by_area=tuple(
            Count(name, count)
            for name, count in (("浦东新区", 52), ("昆山市", 33), ("江宁区", 28), ("鼓楼区", 15))
        ),
        by_model=tuple(
            Count(name, count)
            for name, count in (
                ("新大陆 N910", 47),
                ("百富 A920", 35),
                ("联迪 A8", 30),
                ("商米 P2", 16),
            )
        ),
        by_code=tuple(
            Count(name, count) for name, count in (("A0", 17), ("68", 14), ("91", 9), ("51", 6))
        ),
        technicians=(
            TechnicianLine("张工", 64, 5_400, 58, 2),
            TechnicianLine("李工", 57, 4_980, 48, 3),
        ),
        remarks="12 月 14 日 10:00–11:30 银联商务主机切换，18 起 91 归并为一起。",
    )


def compliance() -> ComplianceSheet:
    """A quarter: two plans, three areas, two technicians, four dates that were late."""
    tamper, quarterly = (
        LocalizedText("防拆检查", "Tamper check"),
        LocalizedText("季度保养", "Quarterly care"),
    )
    return ComplianceSheet(
        number="",
        made_at=at(9, 0, 31),
        since=date(2026, 10, 1),
        until=date(2026, 12, 31),
        total=ComplianceFigures(
            name=LocalizedText(), closed=160, on_time=147, late=6, partial=1, missed=4, skipped=2
        ),
        scope=LocalizedText("全部区域", "all areas"),
        plans=(
            ComplianceFigures(
                name=tamper, closed=120, on_time=113, late=4, partial=0, missed=2, skipped=1
            ),
            ComplianceFigures(
                name=quarterly, closed=40, on_time=34, late=2, partial=1, missed=2, skipped=1
            ),
        ),
        areas=(
            ComplianceFigures(
                name=LocalizedText("浦东新区", "浦东新区"),
                closed=64,
                on_time=62,
                late=1,
                partial=0,
                missed=1,
            ),
            ComplianceFigures(
                name=LocalizedText("昆山市", "昆山市"),
                closed=51,
                on_time=46,
                late=3,
                partial=1,
                missed=1,
            ),
            ComplianceFigures(
                name=LocalizedText("江宁区", "江宁区"),
                closed=45,
                on_time=39,
                late=2,
                partial=0,
                missed=2,
                skipped=2,
            ),
        ),
        technicians=(
            ComplianceFigures(
                name=LocalizedText("张工", "张工"),
                closed=92,
                on_time=88,
                late=2,
                partial=0,
                missed=2,
            ),
            ComplianceFigures(
                name=LocalizedText("李工", "李工"),
                closed=68,
                on_time=59,
                late=4,
                partial=1,
                missed=2,
                skipped=2,
            ),
        ),
        cases=(
            LateDate(
                due_on=date(2026, 10, 12),
                window_until=date(2026, 10, 19),
                state="done_late",
                plan=tamper,
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
                plan=tamper,
                merchant="测试连锁超市有限公司 8",
                serial="TESTN91000000008",
                area="昆山市",
                technician="李工",
            ),
            LateDate(
                due_on=date(2026, 11, 20),
                window_until=date(2026, 12, 4),
                state="partial",
                plan=quarterly,
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
                plan=quarterly,
                merchant="测试便利店33",
                serial="TESTN91000000033",
                area="江宁区",
                technician="李工",
                done_on=None,
                reason="plan.resting",
            ),
        ),
    )
