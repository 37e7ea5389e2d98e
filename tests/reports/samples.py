"""Sheets with everything in them, for looking at and for comparing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from app.domain.documents import Ink
from app.languages import LocalizedText
from app.reports import render as renderer
from app.reports.data.sheets import (
    EDITION,
    Device,
    Issuer,
    Merchant,
    PrintedSheet,
    Sheet,
    SignedBlock,
    TestedItem,
)
from app.reports.documents.service_order import ServiceOrderSheet
from app.reports.documents.service_sheet import (
    Acceptance,
    Fault,
    PartLine,
    RepairOutcome,
    ServiceReportSheet,
    Swap,
    WorkStep,
)
from app.reports.typeset.pictures import Source, no_pictures
from app.services.documents.kinds import layouts


def render(
    documents: Sequence[PrintedSheet], source: Source = no_pictures, **more: Any
) -> renderer.Rendered:
    """The documents as one PDF, laid out as the program lays them out."""
    return renderer.render(documents, layouts(), source, **more)


CHINA = timezone(timedelta(hours=8))
HOUSE = Issuer(company="测试终端服务有限公司", phone="400-000-0000", edition=EDITION)
LANGUAGES = {"zh": ("zh",), "en": ("en",), "both": ("zh", "en")}


def at(hour: int, minute: int = 0, day: int = 8) -> datetime:
    """A moment in December 2026, in China."""
    return datetime(2026, 12, day, hour, minute, tzinfo=CHINA)


def ink(seed: int = 1) -> Ink:
    """A drawn signature."""
    strokes = tuple(
        tuple(
            (
                int(200 + k * 300 + 140 * math.sin(t / 6 + k * seed)),
                int(500 + 260 * math.sin(t / 4 + k * 1.3)),
                t * 15,
            )
            for t in range(30)
        )
        for k in range(4)
    )
    return Ink(2000, strokes)


SIGNED_HASH = "9f2c0011223344556677889900aabbccddeeff00112233445566778899e71a0d"

MERCHANT = Merchant(
    name="测试华晖便利店",
    mid="848290058120412",
    uscc="91350100M000100Y43",
    address="浦东新区测试路895号",
    registered_address="浦东新区测试路895号",
    area="浦东新区",
    contact="王先生",
    phone="17700000412",
    acquirer="银联商务",
)
DEVICE = Device(
    manufacturer="新大陆",
    model="N910",
    kind="smart",
    serial="TESTN91000000412",
    tid="50000412",
    firmware="3.2.4",
    app_version="2.1.0",
    link="4g",
    iccid="8986007304828991589",
    imei="490154203237518",
    seal_no="S-001234",
    installed_on=date(2024, 12, 10),
    warranty_until=date(2026, 12, 10),
)
FAULT = Fault(
    reported="重新签到后仍然提示MAC错误；换卡也失败，同店另一台终端正常",
    code="A0",
    code_meaning=LocalizedText("MAC 鉴别失败", "MAC verification failed"),
    code_profile=LocalizedText("银联 POS 码表", "UnionPay POS table"),
    down_from=at(9),
    restored_at=at(10, 41),
    suggested="software",
    share_percent=82,
    confirmed="software",
    mode=LocalizedText("密钥不一致", "Key mismatch"),
    cause=LocalizedText("换机后未重新灌装主密钥", "Master key not reloaded after swap"),
    remedy=LocalizedText("重新灌装主密钥", "Reload the master key"),
    reasons=(
        LocalizedText("A0 为 MAC 失败", "A0 means MAC failure"),
        LocalizedText("重新签到无效", "signing in again did not help"),
        LocalizedText("同店其他终端正常", "another terminal in the shop works"),
        LocalizedText("12 天前换机", "swapped 12 days ago"),
    ),
)
STEPS = (
    WorkStep(at=at(9, 35), kind="travel", text="从公司出发", outcome="", minutes=25, by="T01"),
    WorkStep(
        at=at(10, 5),
        kind="check",
        text="重新签到，换取工作密钥",
        outcome="仍失败",
        minutes=5,
        by="T01",
    ),
    WorkStep(
        at=at(10, 12),
        kind="check",
        text="核对 TID、MID、SN 绑定",
        outcome="一致",
        minutes=6,
        by="T01",
    ),
    WorkStep(
        at=at(10, 30),
        kind="measure",
        text="授权人员远程灌装主密钥（授权号 TEST-0098）",
        outcome="成功",
        minutes=25,
        by="T01",
    ),
)
TESTS = (
    *(
        TestedItem(item, "passed")
        for item in ("sign_in", "swipe", "chip", "contactless", "scan", "print")
    ),
    TestedItem("test_sale", "passed", "000123"),
    TestedItem("test_void", "passed", "000124"),
    TestedItem("settle", "na", "批次未满"),
)
SECURITY = tuple(
    TestedItem(item, "passed")
    for item in ("serial_matches", "seals_intact", "no_attachments", "location_registered")
)


def service_report(**changes: Any) -> ServiceReportSheet:
    """A closed software case, as the trade's example."""
    values: dict[str, Any] = {
        "number": "L7-000412",
        "made_at": at(11),
        "state": "closed",
        "service": "repair",
        "priority": "p2",
        "channel": "merchant_call",
        "reported_at": at(9, 2),
        "reporter": "王先生 17700000412",
        "arrived_at": at(10),
        "finished_at": at(10, 41),
        "technician": "张工",
        "technician_code": "T01",
        "badge_no": "工号 8801",
        "merchant": MERCHANT,
        "device": DEVICE,
        "fault": FAULT,
        "steps": STEPS,
        "tests": TESTS,
        "security": SECURITY,
        "outcome": RepairOutcome(
            result="solved",
            work_done="核对绑定后由授权人员远程灌装主密钥，签到及交易恢复正常。",
            advice="换机后请先做一次签到和一笔小额测试交易，再开始营业。",
            next_visit="2027-03-10 季度保养",
            firmware_before="3.2.1",
            firmware_after="3.2.4",
        ),
        "acceptance": Acceptance(
            merchant=SignedBlock(
                role="merchant",
                signer="王芳",
                at=at(10, 50),
                ink=ink(1),
                reason="",
                content_sha256=SIGNED_HASH,
            ),
            technician=SignedBlock(
                role="technician",
                signer="张工",
                at=at(10, 51),
                ink=ink(2),
                reason="",
                content_sha256=SIGNED_HASH,
            ),
            confirmation="signed",
            confirmed_by="王芳",
            satisfaction="satisfied",
        ),
    }
    return ServiceReportSheet(**{**values, **changes})


def service_order(copy_for: str = "company") -> ServiceOrderSheet:
    """The same case before the visit, on paper."""
    return ServiceOrderSheet(
        number="L7-000412-P",
        made_at=at(9, 5),
        copy_for=copy_for,
        incident="L7-000412",
        priority="p2",
        channel="merchant_call",
        reported_at=at(9, 2),
        reporter="王先生 17700000412",
        technician="张工",
        technician_code="T01",
        merchant=MERCHANT,
        device=DEVICE,
        fault=FAULT,
    )


def service_report_swap(**changes: Any) -> ServiceReportSheet:
    """A tamper case: swap, parts, nobody could sign."""
    values: dict[str, Any] = {
        "number": "L7-000413",
        "service": "swap",
        "parts": (
            PartLine(
                name="电池",
                part_no="BAT-N910",
                old_serial="B000111",
                new_serial="B000222",
                quantity=1,
                price_cents=12_000,
                in_warranty=False,
            ),
            PartLine(
                name="打印头",
                part_no="PH-58",
                old_serial="",
                new_serial="",
                quantity=1,
                price_cents=0,
                in_warranty=True,
            ),
        ),
        "swap": Swap("TESTN91000000412", "TESTN91000000977", True, "封袋 B-0099，张工保管"),
        "acceptance": Acceptance(
            merchant=SignedBlock(role="merchant", reason="店主外出，电话确认"),
            technician=SignedBlock(
                role="technician",
                signer="张工",
                at=at(10, 51),
                ink=ink(2),
                reason="",
                content_sha256=SIGNED_HASH,
            ),
            confirmation="by_phone",
            confirmed_by="王芳",
            remark="希望下次提前一天通知。",
            satisfaction="neutral",
        ),
        "reopened": 2,
        "outcome": replace(
            service_report().outcome, callout_fee_cents=8_000, labour_fee_cents=6_000
        ),
    }
    return service_report(**{**values, **changes})


def service_report_short() -> ServiceReportSheet:
    """What is known when an incident was only just reported."""
    return ServiceReportSheet(
        number="L7-000420",
        made_at=at(9, 5),
        state="new",
        service="repair",
        priority="p2",
        channel="merchant_call",
        reported_at=at(9, 2),
        reporter="王先生 17700000412",
        merchant=MERCHANT,
        device=Device(serial="TESTN91000000412"),
        fault=Fault(reported="打印空白"),
    )


def service_report_long() -> ServiceReportSheet:
    """More steps, parts and words than one page takes."""
    flow = "核对绑定后由授权人员远程灌装主密钥，签到及交易恢复正常；随后逐项复核。" * 12
    return service_report_swap(
        number="L7-000414",
        steps=STEPS * 9,
        parts=tuple(
            PartLine(
                name=f"配件 {i}",
                part_no=f"P-{i:03d}",
                old_serial=f"B{i:06d}",
                new_serial=f"C{i:06d}",
                quantity=1,
                price_cents=i * 1_250,
            )
            for i in range(1, 15)
        ),
        outcome=RepairOutcome(
            result="solved", work_done=flow, advice="换机后请先做一次签到和一笔小额测试交易。"
        ),
    )


def document(sheet: Sheet, kind: str, language: str = "zh", **changes: Any) -> PrintedSheet:
    """A sheet as a document of the house."""
    house = changes.pop("house", HOUSE)
    return PrintedSheet(
        kind=kind, languages=LANGUAGES[language], house=house, sheet=sheet, **changes
    )
