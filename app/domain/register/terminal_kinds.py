"""Kinds of terminals, networks and ports, with the words people write for them."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from app.domain import text
from app.domain.errors import BadValue


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


class Port(StrEnum):
    """A connection of a terminal to something beside it, such as the cash register."""

    SERIAL = "serial"
    USB = "usb"
    LAN = "lan"
    PHONE_LINE = "phone_line"
    BLUETOOTH = "bluetooth"
    PINPAD = "pinpad"


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
_PORT_WORDS = {
    Port.SERIAL: ("serial", "串口", "rs232", "rs-232", "com", "serial port"),
    Port.USB: ("usb", "usb口", "usb port"),
    Port.LAN: ("lan", "网口", "以太网", "以太网口", "ethernet", "rj45", "rj-45"),
    Port.PHONE_LINE: ("phone_line", "电话线", "电话口", "rj11", "rj-11", "phone line"),
    Port.BLUETOOTH: ("bluetooth", "蓝牙"),
    Port.PINPAD: ("pinpad", "密码键盘", "密码键盘口", "pin pad"),
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
_parse_port = _word_parser(_PORT_WORDS, "port.unknown")

_BETWEEN = re.compile(r"[,，、;；/\n]+")
_COUNT_FIRST = re.compile(r"(\d{1,2})\s*(?:[x×*个]\s*)?(\D.*)")
_COUNT_LAST = re.compile(r"(.+?)\s*(?:[x×*]\s*(\d{1,2})|\s(\d{1,2}))\s*个?")
MOST_PORTS = 20
"""More connections of one type than this are a typing error."""


def parse_ports(raw: str) -> str:
    """Number and type of connections in the form they are kept in, most telling type first.

    Raises `BadValue`: ``port.unknown``, ``number.out_of_range``.

    >>> parse_ports("USB×2，串口")
    'serial 1, usb 2'
    """
    counts: dict[Port, int] = {}
    for part in _BETWEEN.split(text.line(raw)):
        if not part.strip():
            continue
        amount, word = _counted(part.strip())
        port = _parse_port(word)
        counts[port] = counts.get(port, 0) + amount
        if not 1 <= counts[port] <= MOST_PORTS:
            raise BadValue("number.out_of_range", value=counts[port], least=1, most=MOST_PORTS)
    return ", ".join(f"{port} {counts[port]}" for port in Port if port in counts)


def _counted(part: str) -> tuple[int, str]:
    """The number and the word of one connection; one when no number is written."""
    if _known_port(part):
        return 1, part
    first = _COUNT_FIRST.fullmatch(part)
    if first:
        return int(first[1]), first[2]
    last = _COUNT_LAST.fullmatch(part)
    if last:
        return int(last[2] or last[3]), last[1]
    return 1, part


def _known_port(word: str) -> bool:
    try:
        _parse_port(word)
    except BadValue:
        return False
    return True


def port_counts(kept: str) -> list[tuple[str, int]]:
    """The connections of a kept value as (type, number)."""
    parts = (part.rpartition(" ") for part in kept.split(", ") if part)
    return [(word, int(amount)) for word, _, amount in parts]
