"""Terminals, the merchants they stand at, and what may be said about them.

A terminal is the device (serial number).  A placement is the position at a merchant's counter: it
owns the TID and the acquirer, so a swap changes the device and keeps the TID, and history follows
both the device and the position.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from app.domain import parsing, text
from app.domain.errors import BadValue, Problems
from app.domain.event_data import FieldChange, Reference
from app.domain.register import identifiers


class TerminalState(StrEnum):
    """Where a device is in its life."""

    IN_SERVICE = "in_service"
    IN_REPAIR = "in_repair"
    SPARE = "spare"
    SUSPENDED = "suspended"
    RETIRED = "retired"


STATE_CHANGES: dict[TerminalState, frozenset[TerminalState]] = {
    TerminalState.IN_SERVICE: frozenset(
        {
            TerminalState.IN_REPAIR,
            TerminalState.SUSPENDED,
            TerminalState.SPARE,
            TerminalState.RETIRED,
        }
    ),
    TerminalState.IN_REPAIR: frozenset(
        {TerminalState.IN_SERVICE, TerminalState.SPARE, TerminalState.RETIRED}
    ),
    TerminalState.SPARE: frozenset(
        {TerminalState.IN_SERVICE, TerminalState.IN_REPAIR, TerminalState.RETIRED}
    ),
    TerminalState.SUSPENDED: frozenset(
        {TerminalState.IN_SERVICE, TerminalState.SPARE, TerminalState.RETIRED}
    ),
    TerminalState.RETIRED: frozenset(),
}
"""Which state may follow which.  Retired is final: a serial number is never used again."""


class TerminalKind(StrEnum):
    """What sort of device a model is."""

    SMART = "smart"
    TRADITIONAL = "traditional"
    ESIGN = "esign"
    MPOS = "mpos"
    SCAN_BOX = "scan_box"
    PINPAD = "pinpad"
    OTHER = "other"


class Link(StrEnum):
    """How a terminal reaches its host."""

    CELLULAR_2G = "2g"
    CELLULAR_4G = "4g"
    CELLULAR_5G = "5g"
    WIFI = "wifi"
    WIRED = "wired"
    DIAL_UP = "dial_up"
    BLUETOOTH = "bluetooth"
    UNKNOWN = "unknown"


_KIND_WORDS = {
    TerminalKind.SMART: (
        "smart",
        "智能触屏",
        "智能",
        "智能pos",
        "smart pos",
        "smart terminal",
        "android",
    ),
    TerminalKind.TRADITIONAL: (
        "traditional",
        "传统",
        "传统pos",
        "有键",
        "countertop",
        "traditional terminal",
    ),
    TerminalKind.ESIGN: ("esign", "电签", "电签pos", "e-sign", "e-signature terminal"),
    TerminalKind.MPOS: ("mpos", "手机pos", "蓝牙pos"),
    TerminalKind.SCAN_BOX: ("scan_box", "扫码", "扫码盒", "扫码枪", "条码终端", "qr box"),
    TerminalKind.PINPAD: ("pinpad", "密码键盘", "pin pad"),
    TerminalKind.OTHER: ("other", "其他", "其它", ""),
}
_LINK_WORDS = {
    Link.CELLULAR_2G: ("2g", "gprs", "cdma"),
    Link.CELLULAR_4G: ("4g", "lte", "3g", "移动网络", "流量", "sim", "无线"),
    Link.CELLULAR_5G: ("5g",),
    Link.WIFI: ("wifi", "wi-fi", "wlan", "无线局域网"),
    Link.WIRED: ("wired", "有线", "以太网", "网线", "ethernet", "lan", "宽带"),
    Link.DIAL_UP: ("dial_up", "拨号", "电话拨号", "电话线", "pstn", "dial-up"),
    Link.BLUETOOTH: ("bluetooth", "蓝牙"),
    Link.UNKNOWN: ("unknown", "未知", ""),
}


_Word = TypeVar("_Word", bound=StrEnum)


def _word_parser(words: dict[_Word, tuple[str, ...]], code: str) -> Callable[[str], _Word]:
    known = {text.compact(alias): member for member, aliases in words.items() for alias in aliases}

    @functools.lru_cache(maxsize=256)
    def parse(raw: str) -> _Word:
        key = text.compact(raw).casefold()
        if key not in known:
            raise BadValue(code, value=raw.strip())
        return known[key]

    return parse


parse_kind = _word_parser(_KIND_WORDS, "kind.unknown")
parse_link = _word_parser(_LINK_WORDS, "link.unknown")


@dataclass(frozen=True, slots=True)
class TerminalDraft:
    """A terminal as typed or imported: text in every field, nothing checked yet."""

    serial: str = ""
    tid: str = ""
    mid: str = ""
    merchant_name: str = ""
    uscc: str = ""
    address: str = ""
    area: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    acquirer: str = ""
    manufacturer: str = ""
    model: str = ""
    kind: str = ""
    firmware: str = ""
    app_version: str = ""
    link: str = ""
    iccid: str = ""
    imei: str = ""
    seal_no: str = ""
    installed_on: str = ""
    warranty_until: str = ""
    latitude: str = ""
    longitude: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class TerminalRecord:
    """A checked draft.  Placement fields are empty together when the device stands nowhere."""

    serial: str
    tid: str
    mid: str
    merchant_name: str
    uscc: str
    address: str
    area: str
    contact_name: str
    contact_phone: str
    acquirer: str
    manufacturer: str
    model: str
    kind: TerminalKind
    firmware: str
    app_version: str
    link: Link
    iccid: str
    imei: str
    seal_no: str
    installed_on: date | None
    warranty_until: date | None
    latitude: float | None
    longitude: float | None
    notes: str

    @property
    def placed(self) -> bool:
        """Whether the device stands at a merchant."""
        return bool(self.tid)


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How one field of a draft is parsed, and whether it may be empty."""

    name: str
    parse: Callable[[str], Any]
    required: bool = False


def _optional_tid(raw: str) -> str:
    return identifiers.parse_tid(raw) if text.compact(raw) else ""


def _optional_mid(raw: str) -> str:
    return identifiers.parse_mid(raw) if text.compact(raw) else ""


_name = functools.lru_cache(maxsize=2048)(text.line)
"""Names of makers, models, areas repeat in every row of an export; cleaning them once will do."""

TERMINAL_FIELDS: tuple[FieldRule, ...] = (
    FieldRule("serial", identifiers.parse_serial, required=True),
    FieldRule("tid", _optional_tid),
    FieldRule("mid", _optional_mid),
    FieldRule("merchant_name", text.line),
    FieldRule("uscc", identifiers.parse_uscc),
    FieldRule("address", text.line),
    FieldRule("area", _name),
    FieldRule("contact_name", text.line),
    FieldRule("contact_phone", identifiers.parse_phone),
    FieldRule("acquirer", _name),
    FieldRule("manufacturer", _name, required=True),
    FieldRule("model", _name, required=True),
    FieldRule("kind", parse_kind),
    FieldRule("firmware", _name),
    FieldRule("app_version", _name),
    FieldRule("link", parse_link),
    FieldRule("iccid", identifiers.parse_iccid),
    FieldRule("imei", identifiers.parse_imei),
    FieldRule("seal_no", text.line),
    FieldRule("installed_on", parsing.parse_date),
    FieldRule("warranty_until", parsing.parse_date),
    FieldRule("latitude", parsing.parse_latitude),
    FieldRule("longitude", parsing.parse_longitude),
    FieldRule("notes", text.note),
)
"""Every field of a terminal, in the order forms and spreadsheets show them."""

_PARSERS = {rule.name: rule.parse for rule in TERMINAL_FIELDS}
_REQUIRED = tuple(rule.name for rule in TERMINAL_FIELDS if rule.required)
_PLACEMENT = ("tid", "mid", "merchant_name")
_PLACED_ONLY = (*_PLACEMENT, "address", "area", "acquirer", "uscc")
_NOTHING: dict[str, Any] = {
    rule.name: "" if rule.required else rule.parse("") for rule in TERMINAL_FIELDS
}
"""What an empty field parses to; exports have many of them."""


def check_terminal(draft: TerminalDraft) -> TerminalRecord:
    """The draft as a record.  Raises `InvalidInput` with every problem of every field.

    A terminal that stands at a merchant needs TID, MID and the merchant's name together; one with
    none of its placement fields filled is in stock.
    """
    return check_cells({name: getattr(draft, name) for name in DRAFT_FIELDS})


def check_cells(cells: Mapping[str, str]) -> TerminalRecord:
    """What `check_terminal` does, on the fields of a draft by name; those missing are empty."""
    problems = Problems()
    values = dict(_NOTHING)
    for name, raw in cells.items():
        if raw:
            try:
                values[name] = _PARSERS[name](raw)
            except BadValue as refusal:
                problems.refuse(name, refusal)
    if not all([values[name] for name in _REQUIRED]):
        _require(values, problems)
    _check_placement(values, problems)
    installed, until = values["installed_on"], values["warranty_until"]
    if installed and until and until < installed:
        problems.add("warranty_until", "date.before", other=installed)
    problems.raise_if_any()
    return TerminalRecord(**values)


def _require(values: dict[str, Any], problems: Problems) -> None:
    refused = {problem.field for problem in problems}
    for name in _REQUIRED:
        if not values[name] and name not in refused:
            problems.add(name, "serial.missing" if name == "serial" else "text.missing")


def _check_placement(values: dict[str, Any], problems: Problems) -> None:
    if all(values[name] for name in _PLACEMENT):
        return
    refused = {problem.field for problem in problems}
    if not refused & set(_PLACED_ONLY) and not any(values[name] for name in _PLACED_ONLY):
        return
    for name in _PLACEMENT:
        if not values[name] and name not in refused:
            problems.add(name, f"{name}.missing" if name != "merchant_name" else "text.missing")


DRAFT_FIELDS: tuple[str, ...] = tuple(item.name for item in fields(TerminalDraft))


@dataclass(frozen=True, slots=True)
class TerminalSummary:
    """One row of the terminal list."""

    id: str
    serial: str
    tid: str
    state: TerminalState
    manufacturer: str
    model: str
    merchant_name: str
    area: str
    acquirer: str
    address: str
    open_incidents: int = 0


@dataclass(frozen=True, slots=True)
class Placement:
    """One stay of one device at one position, open while `until` is None."""

    id: str
    terminal_id: str
    serial: str
    tid: str
    mid: str
    merchant_id: str
    merchant_name: str
    address: str
    acquirer: str
    since: datetime
    until: datetime | None
    ended_because: str


class TerminalEventKind(StrEnum):
    """What can happen to a device; each is one kind of entry of its log."""

    REGISTERED = "registered"
    IMPORTED = "imported"
    IMPORTED_UPDATE = "imported_update"
    EDITED_UPDATE = "edited_update"
    RELOCATED = "relocated"
    RELOCATED_UPDATE = "relocated_update"
    SWAPPED_IN = "swapped_in"
    SWAPPED_IN_UPDATE = "swapped_in_update"
    SWAPPED_OUT = "swapped_out"
    STATE = "state"
    GATED = "gated"
    GATE_OVERRIDDEN = "gate_overridden"


INSPECTION_PASSED = "gate.passed"
"""The reason for which a terminal that waited for its inspection went into service."""


@dataclass(frozen=True, slots=True)
class TerminalEvent:
    """One entry of a terminal's own log.  `reason` is a code, `remark` what a person wrote."""

    at: datetime
    by: str
    kind: str
    change: FieldChange | None = None
    reason: str = ""
    reference: Reference | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Terminal:
    """A device with where it stands now, everything a screen or a report says about it."""

    id: str
    version: int
    serial: str
    state: TerminalState
    kind: TerminalKind
    manufacturer: str
    model: str
    model_id: str
    firmware: str
    required_firmware: str
    app_version: str
    link: Link
    iccid: str
    imei: str
    seal_no: str
    installed_on: date | None
    warranty_until: date | None
    notes: str
    tid: str
    mid: str
    merchant_id: str
    merchant_name: str
    uscc: str
    address: str
    registered_address: str
    area: str
    contact_name: str
    contact_phone: str
    acquirer: str
    code_profile: str
    latitude: float | None
    longitude: float | None
    placed_since: datetime | None
    report_language: str = ""
    placements: tuple[Placement, ...] = field(default=())
    log: tuple[TerminalEvent, ...] = field(default=())

    @property
    def placed(self) -> bool:
        """Whether the device stands at a merchant."""
        return bool(self.merchant_id)


def draft_of(terminal: Terminal) -> TerminalDraft:
    """The terminal as an editable draft; checking it unchanged gives the same facts back."""

    def shown(value: object) -> str:
        return "" if value is None else str(value)

    return TerminalDraft(**{name: shown(getattr(terminal, name)) for name in DRAFT_FIELDS})
