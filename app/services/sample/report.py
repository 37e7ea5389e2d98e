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

_MERCHANT = Merchant(
    name="测试百货店",
    mid="848290058120000",
    uscc="91990000MA00000000",
    address="测试路 1 号",
    registered_address="测试路 1 号",
    area="城东",
    contact="王芳",
    phone="13800000000",
    acquirer="银联商务",
)
_DEVICE = Device(
    manufacturer="新大陆",
    model="N910",
    kind="smart",
    serial="TESTN9100000",
    tid="50000000",
    firmware="1.9.2",
    required_firmware="1.9.2",
    app_version="3.4.1",
    link="4g",
    iccid="89860000000000000000",
    imei="",
    seal_no="S-0001",
)
_PARTS = (
    PartLine(
        name="打印头",
        part_no="PH-58",
        old_serial="A100",
        new_serial="A101",
        quantity=1,
        price_cents=8000,
        in_warranty=True,
    ),
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
        merchant=_MERCHANT,
        device=_DEVICE,
        fault=Fault(
            reported="打印空白",
            code="",
            code_meaning=LocalizedText(),
            code_profile=LocalizedText(),
            down_from=at - timedelta(hours=3),
            restored_at=at,
            suggested="hardware",
            share_percent=88,
            confirmed="hardware",
        ),
        steps=(
            WorkStep(
                at=at - timedelta(minutes=40),
                kind="check",
                text="检查打印头",
                outcome="加热单元损坏",
                minutes=10,
            ),
            WorkStep(
                at=at - timedelta(minutes=25),
                kind="measure",
                text="更换打印头",
                outcome="打印正常",
                minutes=15,
            ),
        ),
        parts=_PARTS,
        tests=(
            TestedItem("sign_in", "passed"),
            TestedItem("print", "passed"),
            TestedItem("test_sale", "passed", "000123"),
        ),
        security=(TestedItem("serial_matches", "passed"), TestedItem("seals_intact", "passed")),
        outcome=RepairOutcome(
            result="solved", work_done="更换打印头，打印测试页清晰", advice="打印纸避免受潮"
        ),
        acceptance=Acceptance(confirmation="signed", confirmed_by="王芳", satisfaction="satisfied"),
    )
