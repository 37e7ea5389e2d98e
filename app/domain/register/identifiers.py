"""Numbers of the trade: how each is written, checked and normalised.

Every parser takes text as typed or imported, returns the normalised form and raises `BadValue`
with a code that `app.texts` explains.  Sources of the formats: ISO 8583 fields 41 and 42 (TID,
MID), ITU-T E.118 (ICCID), GSMA TS.06 (IMEI), GB 32100 (统一社会信用代码).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import mul

from app.domain.card_numbers import luhn_valid
from app.domain.cardguard import holds_card, mask_cards
from app.domain.errors import BadValue
from app.domain.text import compact

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUES = {char: value for value, char in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_USCC = re.compile(rf"[{_USCC_ALPHABET}]{{18}}")
_SERIAL = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-_/]{3,49}")
_TID = re.compile(r"[0-9A-Z]{8}")
_MID = re.compile(r"[0-9A-Z]{15}")
_ICCID = re.compile(r"[0-9A-F]{18,20}[A-Z]?")
_CREDIT_CODE = re.compile(r"[0-9A-Z]{18}")
_PHONE = re.compile(r"\+?[0-9()\-]{5,20}(?:(?:转|ext\.?|x|#)[0-9]{1,6})?")


def parse_serial(text: str | None) -> str:
    """Maker's serial number: 4 to 50 letters, digits, dots or dashes, case kept.

    Makers print lower and upper case alike, so compare through `serial_key`.
    """
    if text and _SERIAL.fullmatch(text):
        return _no_card(text)
    serial = compact(text)
    if not serial:
        raise BadValue("serial.missing")
    if not _SERIAL.fullmatch(serial):
        raise BadValue("serial.malformed", value=mask_cards(serial))
    return _no_card(serial)


def _no_card(number: str, *, equipment: bool = True) -> str:
    """The number, unless it is certainly a card's.  Raises `BadValue`."""
    if len(number) >= 14 and holds_card(number, equipment=equipment):
        raise BadValue("text.card_number")
    return number


def serial_key(serial: str) -> str:
    """The form two spellings of one serial number share."""
    return serial.upper()


def parse_tid(text: str | None) -> str:
    """终端号: exactly eight letters or digits (ISO 8583 field 41)."""
    if text and _TID.fullmatch(text):
        return text
    tid = compact(text).upper()
    if not tid:
        raise BadValue("tid.missing")
    if not _TID.fullmatch(tid):
        raise BadValue("tid.malformed", value=mask_cards(tid))
    return tid


def parse_mid(text: str | None) -> str:
    """商户号: exactly fifteen letters or digits (ISO 8583 field 42; digits in China)."""
    if text and _MID.fullmatch(text):
        return text
    mid = compact(text).upper()
    if not mid:
        raise BadValue("mid.missing")
    if not _MID.fullmatch(mid):
        raise BadValue("mid.malformed", value=mask_cards(mid))
    return mid


def parse_iccid(text: str | None) -> str:
    """SIM number, or empty.  Carriers print letters and omit the check digit, so only the
    alphabet and length are enforced; `iccid_doubtful` says when a second look is due."""
    if text and _ICCID.fullmatch(text):
        return _no_card(text)
    iccid = compact(text).upper()
    if iccid and not _ICCID.fullmatch(iccid):
        raise BadValue("iccid.malformed", value=mask_cards(iccid))
    return _no_card(iccid)


def iccid_doubtful(iccid: str) -> bool:
    """Whether an accepted ICCID does not start with 89 (telecom) and 86 (China)."""
    return bool(iccid) and not iccid.startswith("8986")


def parse_imei(text: str | None) -> str:
    """IMEI of fifteen digits with Luhn check, IMEISV of sixteen without, or empty."""
    imei = re.sub(r"[-/]", "", compact(text))
    if not imei:
        return ""
    if not re.fullmatch(r"\d{15,16}", imei):
        raise BadValue("imei.malformed", value=mask_cards(imei))
    if len(imei) == 15 and not luhn_valid(imei):
        raise BadValue("imei.check_digit", value=imei)
    return _no_card(imei)


def uscc_valid(uscc: str) -> bool:
    """Whether 18 characters are a 统一社会信用代码 with the right check character (GB 32100)."""
    if not _USCC.fullmatch(uscc):
        return False
    total = sum(map(mul, map(_USCC_VALUES.__getitem__, uscc), _USCC_WEIGHTS))
    return _USCC_ALPHABET[(31 - total % 31) % 31] == uscc[17]


def parse_optional_tid(raw: str) -> str:
    """A terminal number, or nothing: of a device that stands nowhere.  Raises as `parse_tid`."""
    return parse_tid(raw) if compact(raw) else ""


def parse_optional_mid(raw: str) -> str:
    """A merchant number, or nothing.  Raises as `parse_mid`."""
    return parse_mid(raw) if compact(raw) else ""


def parse_uscc(text: str | None) -> str:
    """统一社会信用代码: eighteen characters, or empty.  The check character is not enforced here
    because estates hold codes copied by hand; `uscc_valid` finds those to correct."""
    if text and _CREDIT_CODE.fullmatch(text):
        return _no_card(text, equipment=False)
    uscc = compact(text).upper()
    if uscc and not _CREDIT_CODE.fullmatch(uscc):
        raise BadValue("uscc.malformed", value=mask_cards(uscc))
    return _no_card(uscc, equipment=False)


def parse_phone(text: str | None) -> str:
    """Telephone number as dialled: digits, a leading plus, dashes, an extension; or empty."""
    if text and _PHONE.fullmatch(text):
        return _no_card(text, equipment=False)
    phone = compact(text)
    if phone and not _PHONE.fullmatch(phone):
        raise BadValue("phone.malformed", value=mask_cards(phone))
    return _no_card(phone, equipment=False)


_DEVICE = re.compile(r"[A-Z][0-9]{0,2}")


def parse_device_letter(text: str | None) -> str:
    """The letter, with up to two digits, that keeps the numbers of two laptops apart."""
    letter = compact(text).upper()
    if not _DEVICE.fullmatch(letter):
        raise BadValue("device.malformed", value=letter)
    return letter


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A number people read and say: kind letter after the device, e.g. ``L7-000412``."""

    device: str
    sequence: int
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.device}-{self.kind}{self.sequence:06d}"
