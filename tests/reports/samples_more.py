# ruff: noqa: E501 - the linter counts a Chinese character as two columns
"""Samples of every other kind of document."""

from __future__ import annotations

import functools
import hashlib
import io
from dataclasses import replace
from datetime import date, timedelta

from app.domain.event_data import FieldChange
from app.languages import LocalizedText
from app.reports.data.paper_code import signed_with
from app.reports.data.sheets import Device, Photo, PrintedSheet, Sheet, SignedBlock
from app.reports.documents.addendum import AddendumSheet
from app.reports.documents.device_list import DeviceListSheet, EvidenceSheet, Inspected, Listed
from app.reports.documents.inspection import InspectionLine, InspectionSheet
from app.reports.documents.labels import Label, LabelsSheet
from app.reports.documents.merchant_summary import MerchantSummarySheet, Visited
from app.reports.documents.swap_note import SwapNoteSheet
from app.reports.documents.terminal_history import (
    HistoryEntry,
    HistoryIncident,
    PlacementLine,
    TerminalHistorySheet,
)
from app.reports.typeset.pictures import Picture
from tests.reports.samples import (
    DEVICE,
    MERCHANT,
    SIGNED_HASH,
    at,
    document,
    ink,
    service_order,
    service_report,
    service_report_long,
    service_report_short,
    service_report_swap,
)
from tests.reports.samples_figures import (
    audit_trail,
    campaign_list,
    compliance,
    month_pack,
    monthly,
    warning_digest,
)
from tests.reports.samples_schedule import month, route, week, year


@functools.cache
def picture(width: int = 480, height: int = 360, seed: int = 0) -> tuple[Picture, bytes]:
    """A drawn photo of a terminal, as JPEG."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (width, height), (205 - seed * 9, 214, 222))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle(
        (width * 0.3, height * 0.08, width * 0.7, height * 0.92), 18, fill=(38, 44, 54)
    )
    draw.rectangle(
        (width * 0.34, height * 0.16, width * 0.66, height * 0.55), fill=(90, 140 + seed * 12, 200)
    )
    for row in range(3):
        for column in range(3):
            x, y = width * (0.36 + column * 0.1), height * (0.62 + row * 0.09)
            draw.rectangle((x, y, x + width * 0.07, y + height * 0.05), fill=(180, 184, 190))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    content = out.getvalue()
    return Picture(hashlib.sha256(content).hexdigest(), width, height), content


def photos() -> tuple[Photo, ...]:
    """Four pictures of different shapes."""
    return (
        Photo(picture()[0], "before", "屏幕显示 A0", at(10, 3)),
        Photo(picture(360, 480, 1)[0], "after", "重新签到成功", at(10, 38)),
        Photo(picture(640, 200, 2)[0], "serial", "机身序列号", at(10, 4)),
        Photo(picture(300, 300, 3)[0], "evidence", "封签 S-001234", at(10, 5), damaged=True),
    )


def source(sha256: str) -> bytes:
    """The bytes of a sample picture."""
    known = dict(
        (shown.sha256, content)
        for shown, content in (
            picture(),
            picture(360, 480, 1),
            picture(640, 200, 2),
            picture(300, 300, 3),
        )
    )
    return known[sha256]


_ITEMS = (
    (
        "外观",
        "Body",
        "外观清洁、无破损",
        "Body clean and undamaged",
        "无裂纹、无异色外壳",
        "no cracks",
        "passed",
        "",
        "",
    ),
    (
        "外观",
        "Body",
        "打印头清洁",
        "Print head cleaned",
        "打印清晰无缺列",
        "no missing dots",
        "passed",
        "",
        "已用酒精棉清洁",
    ),
    (
        "外观",
        "Body",
        "电池健康",
        "Battery health",
        "不鼓包，≥ 70%",
        "not swollen, ≥ 70%",
        "failed",
        "58%",
        "建议更换",
    ),
    (
        "防拆检查",
        "Tamper check",
        "无外加装置或多余线缆",
        "No foreign device or cable",
        "与参考照片一致",
        "as on the reference photo",
        "passed",
        "",
        "",
    ),
    (
        "防拆检查",
        "Tamper check",
        "封签完好",
        "Seal intact",
        "封签号与台账一致",
        "as registered",
        "passed",
        "S-001234",
        "",
    ),
    (
        "防拆检查",
        "Tamper check",
        "安装位置与登记一致",
        "Location as registered",
        "259号要求",
        "rule 259",
        "passed",
        "",
        "",
    ),
    (
        "通讯与软件",
        "Network and software",
        "信号强度",
        "Signal strength",
        "≥ -95 dBm",
        "≥ -95 dBm",
        "passed",
        "-83",
        "",
    ),
    (
        "通讯与软件",
        "Network and software",
        "固件版本",
        "Firmware version",
        "3.2.4",
        "3.2.4",
        "passed",
        "3.2.4",
        "",
    ),
    (
        "通讯与软件",
        "Network and software",
        "备用链路",
        "Backup link",
        "可切换",
        "can switch",
        "na",
        "",
        "单卡机型",
    ),
    (
        "交易测试",
        "Test transaction",
        "测试消费及撤销",
        "Test sale and void",
        "收银员操作",
        "by the cashier",
        "passed",
        "",
        "",
    ),
)


def inspection(*, blank: bool = False) -> InspectionSheet:
    """A quarterly inspection, filled in or blank."""
    lines = tuple(
        InspectionLine(
            item=LocalizedText(item, item_en),
            standard=LocalizedText(standard, standard_en),
            result="" if blank else result,
            value=LocalizedText() if blank else LocalizedText(value, value),
            remark="" if blank else remark,
            follow_up="L7-000431" if result == "failed" and not blank else "",
            group=LocalizedText(group, group_en),
        )
        for group, group_en, item, item_en, standard, standard_en, result, value, remark in _ITEMS
    )
    filled = (
        {}
        if blank
        else {
            "found_serial": DEVICE.serial,
            "visited_at": at(14),
            "finished_at": at(14, 35),
            "technician": "张工",
            "technician_code": "T01",
            "slips": ("000131", "000132"),
            "problems": ("L7-000431",),
            "next_due": "2027-03-08",
            "satisfaction": "satisfied",
            "merchant_signed": SignedBlock(
                role="merchant",
                signer="王芳",
                at=at(14, 40),
                ink=ink(3),
                reason="",
                content_sha256=SIGNED_HASH,
            ),
            "technician_signed": SignedBlock(
                role="technician",
                signer="张工",
                at=at(14, 41),
                ink=ink(2),
                reason="",
                content_sha256=SIGNED_HASH,
            ),
        }
    )
    return InspectionSheet(
        number="L7-V000088",
        made_at=at(15),
        title=LocalizedText("季度保养", "Quarterly service"),
        blank=blank,
        merchant=MERCHANT,
        device=DEVICE,
        due_on=date(2026, 12, 8),
        lines=lines,
        **filled,  # type: ignore[arg-type]
    )


def swap_note(*, returned: bool = False) -> SwapNoteSheet:
    """A device swapped for another, or taken back."""
    new = Device(
        manufacturer="新大陆",
        model="N910",
        serial="TESTN91000000977",
        tid="50000412",
        firmware="3.2.4",
        iccid="8986007304828991604",
        imei="867000000000002",
        seal_no="S-001301",
    )
    return SwapNoteSheet(
        number="L7-S000019",
        made_at=at(16),
        incident="L7-000413",
        merchant=MERCHANT,
        old=DEVICE,
        new=None if returned else new,
        reason="contract" if returned else "suspected_tampering",
        reason_text="机壳右下角有撬痕，屏幕提示 TAMPERED，未拆机、未复位。" if not returned else "",
        unsent_cleared=True,
        settled=True,
        keys_erased=None if not returned else True,
        custody="张工",
        bag_no="B-0099",
        goes_to="厂商检测",
        accessories=("charger", "battery", "sim"),
        condition="右下角撬痕，其余完好",
        technician="张工",
        technician_code="T01",
        merchant_signed=SignedBlock(role="merchant", reason="店主外出，店员拒签"),
        technician_signed=SignedBlock(
            role="technician",
            signer="张工",
            at=at(16, 5),
            ink=ink(2),
            reason="",
            content_sha256=SIGNED_HASH,
        ),
    )


def addendum() -> AddendumSheet:
    """A remark after closing."""
    return AddendumSheet(
        number="L7-000412-A1",
        made_at=at(9, 30, 20),
        report_number="L7-000412",
        report_sha256=SIGNED_HASH,
        merchant=MERCHANT.name,
        serial=DEVICE.serial,
        tid="50000412",
        closed_at=at(11),
        by="张工 T01",
        text="12月19日收到厂商检测报告：原主密钥分量失效，非人为改动。\n报告编号 RMA-2026-1187，原件随箱存档。",
    )


def _listed() -> tuple[Listed, ...]:
    areas = ("浦东新区", "昆山市", "江宁区")
    return tuple(
        Listed(
            manufacturer="新大陆" if i % 3 else "百富",
            model="N910" if i % 3 else "A920",
            serial=f"TESTN9100{i:07d}",
            tid=f"5{i:07d}",
            state="suspended" if i % 11 == 5 else "in_service",
            merchant=f"测试{'便利店' if i % 2 else '连锁超市有限公司'}{i}",
            address=f"{areas[i // 16]}测试路{i * 7 + 3}号{'商业广场 B1 层 12 铺' if i % 5 == 0 else ''}",
            area=areas[i // 16],
            seal_no=f"S-{i:06d}",
            installed_on=date(2024, 12, 10),
            inspected_on=date(2026, 11, 3) + timedelta(days=i % 20) if i % 7 else None,
            inspection="failed" if i % 13 == 4 else "passed",
            next_due=date(2027, 2, 3),
        )
        for i in range(1, 41)
    )


def device_list() -> DeviceListSheet:
    """Forty devices in three areas."""
    return DeviceListSheet("", at(17), "收单机构：银联商务", _listed())


def evidence() -> EvidenceSheet:
    """A month of inspections."""
    inspections = tuple(
        Inspected(
            at=at(9 + i % 8, i % 60, 1 + i % 28),
            number=f"L7-V{i:06d}",
            serial=item.serial,
            found_serial="TESTN91FAKE0001" if i == 4 else item.serial,
            merchant=item.merchant,
            technician="张工" if i % 2 else "李工",
            result="failed" if i % 13 == 4 else "passed",
            failed=(
                LocalizedText("封签完好", "Seal intact"),
                LocalizedText("序列号核对", "Serial number"),
            )
            if i % 13 == 4
            else (),
            follow_up=("L7-000455",) if i % 13 == 4 else (),
            photos=3,
            signed=i % 6 != 2,
        )
        for i, item in enumerate(_listed())
        if i % 7
    )
    return EvidenceSheet(
        number="",
        made_at=at(18),
        since=date(2026, 12, 1),
        until=date(2026, 12, 31),
        scope="浦东新区、昆山市、江宁区",
        basis="有人值守商户每月一次；依据 2026-03-02 风险分析（每年复核）。",
        devices=_listed(),
        inspections=inspections,
    )


def _cases() -> tuple[HistoryIncident, ...]:
    rows = (
        (
            "L7-000412",
            8,
            "closed",
            "A0",
            "重新签到后仍然",
            "software",
            "主密钥未重灌",
            "master key not reloaded",
            "远程灌装主密钥",
            101,
        ),
        (
            "L7-000377",
            2,
            "closed",
            "",
            "打印空白",
            "hardware",
            "打印头脏污",
            "print head dirty",
            "清洁打印头",
            45,
        ),
        (
            "L7-000391",
            5,
            "resolved",
            "51",
            "顾客卡余额不足",
            "balance",
            "",
            "",
            "告知持卡人换卡",
            5,
        ),
        ("L7-000430", 9, "on_hold", "", "SIM 欠费停机", "network", "", "", "", None),
    )
    return tuple(
        HistoryIncident(
            number=number,
            reported_at=at(9, 5, day),
            state=state,
            code=code,
            symptom=symptom,
            fault_class=fault,
            confirmed=state == "closed",
            cause=LocalizedText(cause, cause_en),
            work_done=done,
            technician="张工",
            restored_at=at(9, 5, day) + timedelta(minutes=minutes) if minutes else None,
            down_from=at(9, 5, day),
            serial=DEVICE.serial,
            tid="50000412",
        )
        for number, day, state, code, symptom, fault, cause, cause_en, done, minutes in rows
    )


def terminal_history() -> TerminalHistorySheet:
    """A device with two places and four incidents."""
    return TerminalHistorySheet(
        number="",
        made_at=at(17),
        state="in_service",
        device=DEVICE,
        merchant=MERCHANT,
        stays=(
            PlacementLine(
                serial=DEVICE.serial,
                tid="50000412",
                merchant=MERCHANT.name,
                address=MERCHANT.address,
                acquirer="银联商务",
                since=at(9, 0, 1),
            ),
            PlacementLine(
                serial="TESTN91000000001",
                tid="50000412",
                merchant=MERCHANT.name,
                address=MERCHANT.address,
                acquirer="银联商务",
                since=at(9) - timedelta(days=700),
                until=at(9, 0, 1),
                ended_because="swapped",
            ),
        ),
        cases=_cases(),
        log=(
            HistoryEntry(
                at=at(9, 0, 1),
                kind="state",
                detail="",
                by="T01",
                change=FieldChange("state", "suspended", "in_service"),
                reason="gate.passed",
            ),
            HistoryEntry(
                at=at(9, 0, 1),
                kind="swapped_in",
                detail="密码键盘坏",
                by="T01",
                change=FieldChange("serial", "TESTN91000000001", "TESTN91000000002"),
            ),
            HistoryEntry(at=at(8), kind="imported", detail="terminals.csv", by="T01"),
        ),
        item_failures=2,
        open_cases=1,
    )


def merchant_summary() -> MerchantSummarySheet:
    """A quarter at one merchant."""
    return MerchantSummarySheet(
        number="",
        made_at=at(17),
        since=date(2026, 10, 1),
        until=date(2026, 12, 31),
        merchant=MERCHANT,
        devices=_listed()[:3],
        cases=_cases(),
        visits=(
            Visited(
                number="L7-V000088",
                on=date(2026, 12, 8),
                what=LocalizedText("季度保养", "Quarterly service"),
                technician="张工",
                result="failed",
                findings=LocalizedText("电池健康 58%，建议更换", "Battery at 58 %, replace it"),
            ),
            Visited(
                number="L7-V000061",
                on=date(2026, 11, 9),
                what=LocalizedText("防拆检查", "Tamper check"),
                technician="李工",
                result="passed",
            ),
        ),
        open_cases=1,
        minutes_down=151,
        remarks="请在 12 月底前更换 1 号机电池；移机前请先联系我们报备。",
    )


def labels(stickers: str = "a4-24", start: int = 4) -> LabelsSheet:
    """Labels for the listed devices."""
    return LabelsSheet(
        number="",
        made_at=at(17),
        stickers=stickers,
        labels=tuple(
            Label(
                item.tid,
                (item.serial, item.merchant, "测试终端服务 400-000-0000"),
                f"POSCARE;T;{item.serial};{item.tid}",
            )
            for item in _listed()[:26]
        ),
        start=start,
        outlines=True,
    )


def labels_of(count: int) -> LabelsSheet:
    """So many labels, from the first place on."""
    return LabelsSheet(
        number="",
        made_at=at(17),
        stickers="a4-24",
        labels=tuple(
            Label(f"5{i:07d}", (f"TESTN9100{i:07d}",), f"POSCARE;T;{i}") for i in range(count)
        ),
    )


def everything() -> dict[str, tuple[str, Sheet]]:
    """A sample of every document by a name, as `(kind, sheet)`."""
    return {
        "service_report": ("service_report", service_report()),
        "service_report_short": ("service_report", service_report_short()),
        "service_report_long": ("service_report", service_report_long()),
        "service_report_photos": ("service_report", service_report_swap(photos=photos())),
        **{name: ("service_report", service_report_long()) for name in SMALL if "report" in name},
        "service_order": ("service_order", service_order()),
        "addendum": ("addendum", addendum()),
        "addendum_roll80": ("addendum", addendum()),
        "swap_note": ("swap_note", swap_note()),
        "return_note": ("swap_note", swap_note(returned=True)),
        "inspection": ("inspection", inspection()),
        "inspection_blank": ("inspection", inspection(blank=True)),
        "terminal_history": ("terminal_history", terminal_history()),
        "merchant_summary": ("merchant_summary", merchant_summary()),
        "device_list": ("device_list", device_list()),
        "evidence": ("evidence", evidence()),
        "labels": ("labels", labels()),
        "warning_digest": ("warning_digest", warning_digest()),
        "monthly": ("monthly", monthly()),
        "month_pack": ("month_pack", month_pack()),
        "schedule_year": ("schedule_year", year()),
        "schedule_month": ("schedule_month", month()),
        "schedule_week": ("schedule_week", week()),
        "route": ("route", route()),
        "compliance": ("compliance", compliance()),
        "audit_trail": ("audit_trail", audit_trail()),
        "campaign_list": ("campaign_list", campaign_list()),
    }


def document_named(name: str, language: str) -> PrintedSheet:
    """A sample as a document, on the paper its name says (`SMALL`); one of those has a signed code
    and an acquirer's own wording."""
    kind, sheet = everything()[name]
    made = document(sheet, kind, language)
    paper = SMALL.get(name)
    if paper is None:
        return made
    house = replace(
        made.house,
        titles=(
            ("service_report", LocalizedText(zh="收单机具维修工单", en="Acquirer work order")),
        ),
        stamp="below",
        hidden=("minutes",),
    )
    return replace(made, paper=paper, signed=SIGNED, house=house)


SMALL = {
    "report_a5": "a5",
    "report_roll80": "roll80",
    "report_roll58": "roll58",
    "addendum_roll80": "roll80",
}
SIGNED = signed_with("ABCDEFG2", bytes(range(64)))
"""Of the shape of a signature; of no key."""
