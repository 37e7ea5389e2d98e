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
                "high",
                LocalizedText("疑似调包", "Suspected substitution"),
                "TESTN91000000044",
                LocalizedText(
                    "现场序列号与台账不一致。", "The serial number found differs from the list."
                ),
                ("L7-V000004",),
                LocalizedText(
                    "当天停用并通知收单机构。", "Stop using it today and tell the acquirer."
                ),
            ),
            WarningLine(
                "medium",
                LocalizedText("同一故障反复出现", "The same fault again and again"),
                "TESTN91000000412 测试华晖便利店",
                LocalizedText(
                    "30 天内 3 次“密钥不一致”。", "“Key mismatch” three times in 30 days."
                ),
                ("L7-000412", "L7-000377", "L7-000301"),
                LocalizedText("更换终端并送检。", "Swap the terminal and have it examined."),
                at(9, 0, 1),
            ),
            WarningLine(
                "medium",
                LocalizedText("型号故障率偏高", "Model fails more than the fleet"),
                "百富 A920",
                LocalizedText(
                    "28 台中 9 台，同期其他型号 4%。", "9 of 28; other models 4% in that time."
                ),
                ("L7-000350",),
                LocalizedText("联系厂商核查固件 8.1.3。", "Ask the maker about firmware 8.1.3."),
            ),
            WarningLine(
                "low",
                LocalizedText("保修即将到期", "Warranty ends soon"),
                "12 台",
                LocalizedText("30 天内到期。", "Within 30 days."),
                (),
                LocalizedText("到期前安排一次检测。", "Have them examined before."),
                at(0),
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
        "3 小时 12 分",
        "3 小时 40 分",
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


def monthly() -> MonthlySheet:
    """A December."""
    return MonthlySheet(
        "",
        at(9, 0, 31),
        date(2026, 12, 1),
        date(2026, 12, 31),
        "上海分公司",
        tuple(
            KeyFigure(LocalizedText(zh, en), value, before, LocalizedText(fzh, fen))
            for zh, en, value, before, fzh, fen in _FIGURES
        ),
        tuple((i * 7) % 9 for i in range(31)),
        tuple(
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
        tuple(
            Count(name, count)
            for name, count in (("浦东新区", 52), ("昆山市", 33), ("江宁区", 28), ("鼓楼区", 15))
        ),
        tuple(
            Count(name, count)
            for name, count in (
                ("新大陆 N910", 47),
                ("百富 A920", 35),
                ("联迪 A8", 30),
                ("商米 P2", 16),
            )
        ),
        tuple(Count(name, count) for name, count in (("A0", 17), ("68", 14), ("91", 9), ("51", 6))),
        (TechnicianLine("张工", 64, 5_400, 58, 2), TechnicianLine("李工", 57, 4_980, 48, 3)),
        "12 月 14 日 10:00–11:30 银联商务主机切换，18 起 91 归并为一起。",
    )


def compliance() -> ComplianceSheet:
    """A quarter: two plans, three areas, two technicians, four dates that were late."""
    tamper, quarterly = (
        LocalizedText("防拆检查", "Tamper check"),
        LocalizedText("季度保养", "Quarterly care"),
    )
    return ComplianceSheet(
        "",
        at(9, 0, 31),
        date(2026, 10, 1),
        date(2026, 12, 31),
        ComplianceFigures(LocalizedText(), 160, 147, 6, 1, 4, 2),
        LocalizedText("全部区域", "all areas"),
        (
            ComplianceFigures(tamper, 120, 113, 4, 0, 2, 1),
            ComplianceFigures(quarterly, 40, 34, 2, 1, 2, 1),
        ),
        (
            ComplianceFigures(LocalizedText("浦东新区", "浦东新区"), 64, 62, 1, 0, 1),
            ComplianceFigures(LocalizedText("昆山市", "昆山市"), 51, 46, 3, 1, 1),
            ComplianceFigures(LocalizedText("江宁区", "江宁区"), 45, 39, 2, 0, 2, 2),
        ),
        (
            ComplianceFigures(LocalizedText("张工", "张工"), 92, 88, 2, 0, 2),
            ComplianceFigures(LocalizedText("李工", "李工"), 68, 59, 4, 1, 2, 2),
        ),
        (
            LateDate(
                date(2026, 10, 12),
                date(2026, 10, 19),
                "done_late",
                tamper,
                "测试华晖便利店",
                "TESTN91000000412",
                "浦东新区",
                "张工",
                date(2026, 10, 21),
                LocalizedText("商户停业装修", "shop closed for works"),
            ),
            LateDate(
                date(2026, 11, 2),
                date(2026, 11, 9),
                "missed",
                tamper,
                "测试连锁超市有限公司 8",
                "TESTN91000000008",
                "昆山市",
                "李工",
            ),
            LateDate(
                date(2026, 11, 20),
                date(2026, 12, 4),
                "partial",
                quarterly,
                "测试连锁超市有限公司 12",
                "TESTN91000000012",
                "昆山市",
                "李工",
                date(2026, 12, 3),
                LocalizedText("两台中一台外借", "one of two terminals was lent out"),
            ),
            LateDate(
                date(2026, 12, 1),
                date(2026, 12, 15),
                "skipped",
                quarterly,
                "测试便利店33",
                "TESTN91000000033",
                "江宁区",
                "李工",
                None,
                LocalizedText("已约定撤机", "to be taken back"),
            ),
        ),
    )
