"""A service report of a fictional case, to try out wording, logo and paper on."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.languages import LocalizedText
from app.reports.data.sheets import Device, Merchant, TestedItem
from app.reports.documents.service_sheet import (
    Acceptance,
    Fault,
    PartLine,
    RepairOutcome,
    ServiceReportSheet,
    WorkStep,
)


def sample_report(at: datetime) -> ServiceReportSheet:
    """A finished repair; every name in it is made up.  `at` carries its zone."""
    return ServiceReportSheet(
        number="SAMPLE-000001",
        made_at=at,
        state="resolved",
        service="repair",
        priority="p3",
        channel="merchant_call",
        reported_at=at - timedelta(hours=3),
        reporter="王芳 13800000000",
        arrived_at=at - timedelta(hours=1),
        finished_at=at,
        technician="张工",
        technician_code="T01",
        badge_no="8801",
        merchant=Merchant(
            "测试百货店",
            "848290058120000",
            "91990000MA00000000",
            "测试路 1 号",
            "测试路 1 号",
            "城东",
            "王芳",
            "13800000000",
            "银联商务",
        ),
        device=Device(
            "新大陆",
            "N910",
            "smart",
            "TESTN9100000",
            "50000000",
            "1.9.2",
            "1.9.2",
            "3.4.1",
            "4g",
            "89860000000000000000",
            "",
            "S-0001",
        ),
        fault=Fault(
            "打印空白",
            "",
            LocalizedText(),
            LocalizedText(),
            at - timedelta(hours=3),
            at,
            "hardware",
            88,
            "hardware",
        ),
        steps=(
            WorkStep(at - timedelta(minutes=40), "check", "检查打印头", "加热单元损坏", 10),
            WorkStep(at - timedelta(minutes=25), "measure", "更换打印头", "打印正常", 15),
        ),
        parts=(PartLine("打印头", "PH-58", "A100", "A101", 1, 8000, True),),
        tests=(
            TestedItem("sign_in", "passed"),
            TestedItem("print", "passed"),
            TestedItem("test_sale", "passed", "000123"),
        ),
        security=(TestedItem("serial_matches", "passed"), TestedItem("seals_intact", "passed")),
        outcome=RepairOutcome("solved", "更换打印头，打印测试页清晰", "打印纸避免受潮"),
        acceptance=Acceptance(confirmation="signed", confirmed_by="王芳", satisfaction="satisfied"),
    )
