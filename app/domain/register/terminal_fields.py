"""Every fact of a terminal, declared once.

Import (columns, parsing, what may be left out), export, the empty spreadsheet, the form, the
facts tab, the command line, swaps and the log of changes all follow from `TerminalFacts`.  A new
fact needs its line here (and its text in `TerminalDraft`), its column in ``db/models/register.py``,
the migration, and its label translated.  The order is that of forms and spreadsheets.
"""

# ruff: noqa: RUF009 - `fact` makes a dataclass field.

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date

from app.domain import parsing, text
from app.domain.register import identifiers
from app.domain.register.terminal_field import (
    TAB_AND_CLI,
    FieldGroup,
    FieldKind,
    KeptWith,
    day_fact,
    declared_fields,
    fact,
)
from app.domain.register.terminal_kinds import (
    Link,
    TerminalKind,
    parse_kind,
    parse_link,
    parse_ports,
)
from app.domain.text import N_

_name = functools.lru_cache(maxsize=2048)(text.line)
"""Names of makers, models, areas repeat in every row of an export; cleaning them once will do."""

_DEVICE, _LINK, _POSITION, _MERCHANT, _NOTES = FieldGroup
_OF_MODEL, _OF_POSITION, _OF_MERCHANT = KeptWith.MODEL, KeptWith.POSITION, KeptWith.MERCHANT
_BAD_NUMBER = frozenset({"number.malformed", "number.out_of_range"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalFacts:
    """What is known of a device, its position and its merchant."""

    serial: str = fact(
        N_("Serial number"),
        _DEVICE,
        kind=FieldKind.EXACT,
        parse=identifiers.parse_serial,
        required=True,
        needed=True,
        shown=TAB_AND_CLI,
        hint=N_("on the label, or scan it"),
        aliases="序列号|机身号|机身序列号|设备序列号|终端序列号|SN|S/N"
        "|serial|serial number|serial no",
    )
    tid: str = fact(
        N_("TID"),
        _POSITION,
        kind=FieldKind.EXACT,
        kept=_OF_POSITION,
        parse=identifiers.parse_optional_tid,
        with_place=True,
        needed=True,
        shown=TAB_AND_CLI,
        hint=N_("8 letters or digits"),
        help=N_("Leave position and merchant empty for a device in stock."),
        aliases="终端号|终端编号|TID|terminal id|terminal no",
    )
    mid: str = fact(
        N_("MID"),
        _POSITION,
        kind=FieldKind.EXACT,
        kept=_OF_MERCHANT,
        parse=identifiers.parse_optional_mid,
        with_place=True,
        needed=True,
        shown=TAB_AND_CLI,
        hint=N_("15 digits"),
        aliases="商户号|商户编号|MID|merchant id|merchant no",
    )
    merchant_name: str = fact(
        N_("Merchant"),
        _POSITION,
        kept=_OF_MERCHANT,
        column="name",
        with_place=True,
        needed=True,
        shown=TAB_AND_CLI,
        aliases="商户名称|商户|商户名|店名|merchant|merchant name",
    )
    uscc: str = fact(
        N_("Social credit code"),
        _MERCHANT,
        kind=FieldKind.EXACT,
        kept=_OF_MERCHANT,
        parse=identifiers.parse_uscc,
        with_place=True,
        passable=frozenset({"uscc.malformed"}),
        aliases="统一社会信用代码|信用代码|社会信用代码|营业执照号|USCC"
        "|credit code|unified social credit code",
    )
    address: str = fact(
        N_("Installed at"),
        _POSITION,
        kept=_OF_POSITION,
        with_place=True,
        shown=TAB_AND_CLI,
        aliases="安装地址|地址|装机地址|商户地址|address|install address|installed at",
    )
    area: str = fact(
        N_("Area"),
        _POSITION,
        kind=FieldKind.NAME,
        kept=_OF_MERCHANT,
        parse=_name,
        with_place=True,
        shown=TAB_AND_CLI,
        aliases="区域|地区|区县|片区|area|region|district",
    )
    contact_name: str = fact(
        N_("Contact person"),
        _MERCHANT,
        kept=_OF_MERCHANT,
        shown=TAB_AND_CLI,
        aliases="联系人|商户联系人|contact|contact name|contact person",
    )
    contact_phone: str = fact(
        N_("Phone"),
        _MERCHANT,
        kind=FieldKind.PHONE,
        kept=_OF_MERCHANT,
        column="phone",
        parse=identifiers.parse_phone,
        passable=frozenset({"phone.malformed"}),
        shown=TAB_AND_CLI,
        aliases="联系电话|电话|手机|手机号|联系方式|phone|mobile|contact phone",
    )
    opening_hours: str = fact(
        N_("Opening hours"),
        _MERCHANT,
        kind=FieldKind.HOURS,
        kept=_OF_MERCHANT,
        shown=TAB_AND_CLI,
        hint="09:00-21:00",
        help=N_("Like 周一至周五 9:00-18:00；周六 10:00-16:00. Nobody is sent while it is closed."),
        aliases="营业时间|营业时段|开门时间|opening hours|business hours",
    )
    acquirer: str = fact(
        N_("Acquirer"),
        _POSITION,
        kind=FieldKind.NAME,
        kept=_OF_POSITION,
        parse=_name,
        with_place=True,
        shown=TAB_AND_CLI,
        aliases="收单机构|收单行|收单方|支付公司|acquirer",
    )
    manufacturer: str = fact(
        N_("Manufacturer"),
        _DEVICE,
        kind=FieldKind.NAME,
        kept=_OF_MODEL,
        parse=_name,
        required=True,
        needed=True,
        swap_keeps=True,
        shown=TAB_AND_CLI,
        aliases="厂商|厂家|品牌|制造商|manufacturer|maker|brand",
    )
    model: str = fact(
        N_("Model"),
        _DEVICE,
        kind=FieldKind.NAME,
        kept=_OF_MODEL,
        parse=_name,
        required=True,
        needed=True,
        swap_keeps=True,
        shown=TAB_AND_CLI,
        aliases="型号|机型|终端型号|设备型号|model",
    )
    kind: TerminalKind = fact(
        N_("Type"),
        _DEVICE,
        TerminalKind.OTHER,
        kind=FieldKind.CHOICE,
        kept=_OF_MODEL,
        parse=parse_kind,
        passable=frozenset({"kind.unknown"}),
        choices=TerminalKind,
        words="terminal_kind",
        swap_keeps=True,
        help=N_("Only a model not known yet takes it from here."),
        aliases="类型|终端类型|设备类型|type|kind",
    )
    firmware: str = fact(
        N_("Firmware"),
        _DEVICE,
        parse=_name,
        shown=TAB_AND_CLI,
        aliases="固件版本|固件|系统版本|软件版本|firmware|firmware version",
    )
    app_version: str = fact(
        N_("App version"),
        _DEVICE,
        parse=_name,
        aliases="应用版本|程序版本|app version|application version",
    )
    hardware_version: str = fact(
        N_("Hardware version"),
        _DEVICE,
        parse=_name,
        shown=TAB_AND_CLI,
        aliases="硬件版本|硬件版本号|hardware version|hw version",
    )
    link: Link = fact(
        N_("Connection"),
        _LINK,
        Link.UNKNOWN,
        kind=FieldKind.CHOICE,
        parse=parse_link,
        passable=frozenset({"link.unknown"}),
        choices=Link,
        words="link",
        swap_keeps=True,
        aliases="通讯方式|通信方式|联网方式|网络类型|connection|link|network",
    )
    ports: str = fact(
        N_("Connected beside it"),
        _LINK,
        kind=FieldKind.PORTS,
        parse=parse_ports,
        passable=frozenset({"port.unknown", "number.out_of_range"}),
        shown=TAB_AND_CLI,
        hint=N_("serial 1, usb 2"),
        help=N_("Number and type: serial, usb, lan, phone line, bluetooth, pinpad."),
        aliases="外接接口|接口数量|接口|连接数量和类型|ports|connections",
    )
    iccid: str = fact(
        N_("ICCID"),
        _LINK,
        kind=FieldKind.EXACT,
        parse=identifiers.parse_iccid,
        passable=frozenset({"iccid.malformed"}),
        shown=TAB_AND_CLI,
        hint=N_("18 to 20 digits on the SIM card"),
        aliases="ICCID|SIM卡号|SIM|流量卡号",
    )
    imei: str = fact(
        N_("IMEI"),
        _LINK,
        kind=FieldKind.EXACT,
        parse=identifiers.parse_imei,
        passable=frozenset({"imei.malformed", "imei.check_digit"}),
        hint=N_("15 digits"),
        aliases="IMEI",
    )
    seal_no: str = fact(
        N_("Seal number"),
        _DEVICE,
        kind=FieldKind.EXACT,
        aliases="封签号|封条号|封签|seal|seal no|seal number",
    )
    hidden_marks: str = fact(
        N_("Hidden marks"),
        _DEVICE,
        shown=TAB_AND_CLI,
        hint=N_("UV mark, number of a hidden sticker"),
        aliases="隐蔽标记|暗记|隐蔽标识|UV标记|hidden mark|hidden marks|uv mark",
    )
    installed_on: date | None = day_fact(
        N_("Installed on"),
        _DEVICE,
        "安装日期|装机日期|安装时间|布放日期|installed|install date|installed on",
    )
    warranty_until: date | None = day_fact(
        N_("Warranty until"),
        _DEVICE,
        "保修截止|保修期至|保修到期|质保到期|warranty|warranty until|warranty end",
    )
    contract_until: date | None = day_fact(
        N_("Contract until"),
        _DEVICE,
        "合同到期|合同截止|合同到期日|合同期至|contract until|contract end|contract",
        swap_keeps=True,
        help=N_("Of the acquirer or the merchant for this terminal."),
    )
    certificate_until: date | None = day_fact(
        N_("Certificate until"),
        _DEVICE,
        "证书到期|证书有效期|证书有效期至|证书截止|certificate until|certificate end",
        help=N_("The certificate in the terminal by which the host knows it."),
    )
    sim_until: date | None = day_fact(
        N_("SIM until"),
        _LINK,
        "流量到期|SIM卡到期|流量卡到期|SIM到期|sim until|sim end|data plan until",
        help=N_("The last day the data plan of the SIM card is paid for."),
    )
    counted_on: date | None = day_fact(
        N_("Last counted on"),
        _DEVICE,
        "盘点日期|上次盘点|最近盘点|最后盘点日期|last count|counted on",
        latest_wins=True,
    )
    last_seen_on: date | None = day_fact(
        N_("Last seen on"),
        _LINK,
        "最近在线|最后在线时间|最近上线|最近签到|last seen|last activity",
        latest_wins=True,
    )
    last_transaction_on: date | None = day_fact(
        N_("Last transaction on"),
        _LINK,
        "最近交易|最后交易时间|最近交易时间|最后交易日期|last transaction",
        latest_wins=True,
    )
    latitude: float | None = fact(
        N_("Latitude"),
        _POSITION,
        None,
        kind=FieldKind.NUMBER,
        kept=_OF_POSITION,
        parse=parsing.parse_latitude,
        passable=_BAD_NUMBER,
        hint="31.2304",
        aliases="纬度|latitude|lat",
    )
    longitude: float | None = fact(
        N_("Longitude"),
        _POSITION,
        None,
        kind=FieldKind.NUMBER,
        kept=_OF_POSITION,
        parse=parsing.parse_longitude,
        passable=_BAD_NUMBER,
        hint="121.4737",
        aliases="经度|longitude|lng|lon",
    )
    notes: str = fact(
        N_("Remarks"),
        _NOTES,
        kind=FieldKind.NOTE,
        column="remarks",
        parse=text.note,
        rows=2,
        shown=frozenset(),
        aliases="备注|说明|notes|remark|remarks",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalDraft:
    """A terminal as typed or imported: text in every field of `TerminalFacts`, nothing checked."""

    serial: str = ""
    tid: str = ""
    mid: str = ""
    merchant_name: str = ""
    uscc: str = ""
    address: str = ""
    area: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    opening_hours: str = ""
    acquirer: str = ""
    manufacturer: str = ""
    model: str = ""
    kind: str = ""
    firmware: str = ""
    app_version: str = ""
    hardware_version: str = ""
    link: str = ""
    ports: str = ""
    iccid: str = ""
    imei: str = ""
    seal_no: str = ""
    hidden_marks: str = ""
    installed_on: str = ""
    warranty_until: str = ""
    contract_until: str = ""
    certificate_until: str = ""
    sim_until: str = ""
    counted_on: str = ""
    last_seen_on: str = ""
    last_transaction_on: str = ""
    latitude: str = ""
    longitude: str = ""
    notes: str = ""


TERMINAL_FIELDS = declared_fields(TerminalFacts)
"""Every fact people give, in the order forms and spreadsheets show them."""
FIELD = {item.name: item for item in TERMINAL_FIELDS}
DRAFT_FIELDS = tuple(FIELD)
