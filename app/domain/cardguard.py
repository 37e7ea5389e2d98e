"""Keeps card numbers, track data, PINs and identity numbers out of everything that is stored.

PCI DSS 3.4.1 lets at most the first six and last four digits be seen, 3.3.1 forbids keeping track
data, verification values and PINs at all.  Masking happens before the first write, so there is
never a full number to find later.

"13 to 19 digits and Luhn" alone would mask every IMEI (always Luhn-valid) and miss UnionPay cards
(not all of them pass Luhn), so ranges decide: UnionPay (62, 81) by prefix and length, the
international schemes by prefix, length and Luhn.  An ICCID (89, 19 or 20 digits) is kept.

Use it on free text only: serial, IMEI, ICCID and merchant numbers have validators of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_DASHES = "-‐‑‒–—―−－﹣"
_REGION = re.compile(rf"\d+(?:[ {_DASHES}]\d+)*")
_TRACK = re.compile(r"%[A-Za-z]\d{12,19}\^[^?\n]{2,40}\??|;?\d{13,19}[=Dd]\d{4,}\??")
_SECRET = re.compile(
    r"(?i)((?:cvv2?|cvc2?|cvn2?|安全码|卡背三位数?|pin(?:\s*码)?|密码|password)\s*[:：=是为]?\s*)"
    r"(\d{3,6}|\d{12})(?!\d)"
)
_IDENTITY_X = re.compile(r"(?<!\d)\d{17}[Xx](?![0-9A-Za-z])")
_TRAILING_CODE = re.compile(rf"[ {_DASHES}/](\d{{3,4}})(?![ {_DASHES}/:.]?\d)")
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Span:
    """Where a secret stands in a text: characters `start` to `end`, and what it is."""

    start: int
    end: int
    kind: str


def luhn_valid(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of those before it."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char)
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def identity_number_valid(text: str) -> bool:
    """Whether 18 characters are a 居民身份证 number (GB 11643, MOD 11-2 check, plausible date)."""
    if not re.fullmatch(r"\d{17}[\dXx]", text):
        return False
    month, day = int(text[10:12]), int(text[12:14])
    if not ("18" <= text[6:8] <= "20" and 1 <= month <= 12 and 1 <= day <= 31):
        return False
    total = sum(int(char) * weight for char, weight in zip(text, _IDENTITY_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == text[17].upper()


def _is_card(digits: str) -> bool:
    length = len(digits)
    if digits[:2] in {"62", "81"} and 16 <= length <= 19:
        return True
    two, three, four = int(digits[:2]), int(digits[:3]), int(digits[:4])
    scheme = (
        (digits[0] == "4" and length in {13, 16, 19})
        or ((51 <= two <= 55 or 2221 <= four <= 2720) and length == 16)
        or (two in {34, 37} and length == 15)
        or (3528 <= four <= 3589 and length == 16)
        or ((300 <= three <= 305 or two in {36, 38, 39}) and 14 <= length <= 19)
        or ((four == 6011 or 644 <= three <= 649 or two == 65 or two == 60) and 16 <= length <= 19)
        or (digits.startswith("9558") and length == 19)
    )
    return scheme and luhn_valid(digits)


def _kind(digits: str) -> str | None:
    if digits.startswith("89") and len(digits) in {19, 20}:
        return None
    if len(digits) == 18 and identity_number_valid(digits):
        return "identity"
    if 13 <= len(digits) <= 19 and _is_card(digits):
        return "card"
    return None


def _plain(text: str) -> str:
    """The text with every decimal digit as ASCII and every blank as a space, length unchanged."""
    out = []
    for char in text:
        if char.isascii():
            out.append(char)
        elif (digit := unicodedata.decimal(char, None)) is not None:
            out.append(str(digit))
        elif char in "\u3000\u00a0\u2009\u202f":
            out.append(" ")
        elif char == "＝":
            out.append("=")
        else:
            out.append(char)
    return "".join(out)


def _windows(groups: list[re.Match[str]]) -> list[tuple[int, int, str]]:
    """Runs of whole digit groups that are secrets, as (first, last, kind), longest first."""
    runs = []
    for first in range(len(groups)):
        digits = ""
        for last in range(first, len(groups)):
            digits += groups[last].group()
            if len(digits) > 20:
                break
            if len(digits) >= 13 and (kind := _kind(digits)) is not None:
                runs.append((-len(digits), first, last, kind))
    return [(first, last, kind) for _, first, last, kind in sorted(runs)]


def _spans_in_region(plain: str, region: re.Match[str]) -> Iterator[Span]:
    groups = list(re.finditer(r"\d+", plain[region.start() : region.end()]))
    taken: set[int] = set()
    for first, last, kind in _windows(groups):
        covered = range(first, last + 1)
        if not taken.isdisjoint(covered):
            continue
        taken.update(covered)
        end = region.start() + groups[last].end()
        yield Span(region.start() + groups[first].start(), end, kind)
        if kind == "card" and (code := _TRAILING_CODE.match(plain, end)) is not None:
            taken.add(last + 1)
            yield Span(code.start(1), code.end(1), "code")


def find_secrets(text: str) -> list[Span]:
    """Everything in `text` that must not be stored, in order and without overlap."""
    if not any(char.isdigit() for char in text):
        return []
    plain = _plain(text)
    spans = [Span(m.start(), m.end(), "track") for m in _TRACK.finditer(plain)]
    spans += [Span(m.start(2), m.end(2), "code") for m in _SECRET.finditer(plain)]
    spans += [
        Span(m.start(), m.end(), "identity")
        for m in _IDENTITY_X.finditer(plain)
        if identity_number_valid(m.group())
    ]
    for region in _REGION.finditer(plain):
        if region.end() - region.start() >= 13:
            spans.extend(_spans_in_region(plain, region))
    spans.sort(key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _masked(piece: str, kind: str) -> str:
    if kind == "track":
        return "****"
    if kind == "code":
        return "*" * len(piece)
    places = [i for i, char in enumerate(piece) if char not in f" {_DASHES}\u3000\u00a0"]
    hidden = set(places[6:-4])
    out = ["*" if i in hidden else char for i, char in enumerate(_plain(piece))]
    return "".join(out)


def mask_cards(text: str) -> str:
    """`text` with every secret masked: first six and last four digits of a number stay."""
    out: list[str] = []
    done = 0
    for span in find_secrets(text):
        out += [text[done : span.start], _masked(text[span.start : span.end], span.kind)]
        done = span.end
    return "".join([*out, text[done:]])
