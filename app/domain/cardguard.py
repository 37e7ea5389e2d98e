"""Keeps card numbers, track data, PINs and identity numbers out of everything that is stored.

PCI DSS 3.4.1 lets at most the first six and last four digits be seen, 3.3.1 forbids keeping track
data, verification values and PINs at all.  Free text is masked before the first write; every other
text is refused at the boundary (`refuse`), so there is never a full number to find later.

"13 to 19 digits and Luhn" alone would mask every IMEI (always Luhn-valid) and miss UnionPay cards
(not all of them pass Luhn), so ranges decide: UnionPay (62, 81) by prefix and length, the
international schemes by prefix, length and Luhn.  Digits apart are one number only in the ways
people group a card: two telephone numbers, a list of terminal numbers or an ICCID (89, 18 to 20
digits) stay.  What no rule can tell from a card (sixteen digits like an IMEISV of a JCB range,
four numbers of four digits that pass Luhn) is taken for one.

Numbers that are long by nature have validators of their own; `OWN_FORM` declares their fields,
where only what is certainly a card is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.card_text import Folded, folded
from app.domain.card_words import CHINESE_DIGITS, DIGIT, HINT, said_secrets

OWN_FORM = frozenset(
    {
        "serial",
        "serial_key",
        "unknown_serial",
        "old_serial",
        "new_serial",
        "found_serial",
        "iccid",
        "imei",
        "mid",
        "tid",
        "uscc",
        "phone",
        "reporter_phone",
        "company_phone",
        # A change of any field, in an event log: the field itself was guarded under its own name.
        "old",
        "new",
    }
)
"""Columns, fields of forms and of documents that hold a number with a form of its own."""

_OF_PEOPLE = frozenset({"uscc", "phone", "reporter_phone", "company_phone"})
"""Those of them that never hold the number of a device."""

_SEPARATOR = re.compile(r"(?=[ \n\-./,:|、+*=;。→\\])[ \n]{0,4}[-./,:|、+*=;。→\\]{0,2}[ \n]{0,4}")
_ODD_MARKS = frozenset("、+*=;。→\\")
"""Between the groups of a card only for want of care: sums and lists have them too, so Luhn is
wanted."""
_MOMENT = re.compile(
    r"(?:19|20|21)[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{6})?"
    r"(?:Z|[+-][01][0-9]:[0-5][0-9])"
)
"""A moment as the program itself writes it; no card number begins like a year of these."""
_POWER_OF_TEN = re.compile(r"(?<![0-9.])(\d)\.(\d{6,18})[Ee]\+?(1[2-8])(?![0-9])")
_GROUP = re.compile(r"\d+")
_JOINED = re.compile(r"\d+(?:[ \-./,、:;+*=]{1,3}\d+)+")
_NOT_DIGITS = re.compile(r"\D+")
_TRACK = re.compile(r"%[A-Za-z]\d{12,19}\^[^?\n]{2,40}\??|;?\d{13,19}[=Dd]\d{4,}\??")
_IDENTITY_X = re.compile(r"(?<!\d)\d{17}[Xx](?![0-9A-Za-z])")
_TRAILING_CODE = re.compile(r"[ \-/](\d{3,4})(?![ \-/:.]?\d)")
_CARD_WORD = re.compile(
    r"(?i)(?:卡[号號]|[银銀]行卡|信用卡|[储儲]蓄卡|借[记記]卡|[账帐帳賬][号號]|card|(?<![a-z])pan(?![a-z])|account)[^\d\n]{0,16}$"
)
_IMEI_WORD = re.compile(r"(?i)(?:imei(?:sv)?|meid|串号)[^\d\n]{0,8}$")
_SPOKEN = re.compile(rf"{DIGIT}(?:[ \n\-.,、，]{{0,2}}{DIGIT}){{12,}}")
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


def _is_card(digits: str, *, strict: bool = False) -> bool:
    """Whether digits are a scheme's by prefix and length; `strict` wants Luhn of UnionPay too."""
    length = len(digits)
    if digits[:2] in {"62", "81"} and 16 <= length <= 19:
        return not strict or luhn_valid(digits)
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


def _kind(digits: str, *, strict: bool = False) -> str | None:
    if _is_iccid(digits):
        return None
    if len(digits) == 18 and identity_number_valid(digits):
        return "identity"
    if 13 <= len(digits) <= 19 and _is_card(digits, strict=strict):
        return "card"
    return None


def _is_iccid(digits: str) -> bool:
    return digits.startswith("89") and 18 <= len(digits) <= 20


@dataclass(frozen=True, slots=True)
class _Group:
    """Digits without anything between them, and what stands before them in their region."""

    start: int
    end: int
    digits: str
    before: str


def _regions(plain: str) -> Iterator[list[_Group]]:
    """Runs of groups with nothing but separators between them."""
    region: list[_Group] = []
    for match in _GROUP.finditer(plain):
        before = plain[region[-1].end : match.start()] if region else ""
        if region and not _SEPARATOR.fullmatch(before):
            yield region
            region = []
        mark = before.strip(" \n")[:1] or before[:1]
        region.append(_Group(*match.span(), match.group(), mark if region else ""))
    if region:
        yield region


def _even(lengths: Sequence[int], size: int) -> bool:
    return all(n == size for n in lengths[:-1]) and 0 < lengths[-1] <= size


_SHAPES = {
    (4, 6, 5),
    (4, 6, 4),
    (6, 6, 4),
    (6, 6, 7),
    (4, 4, 8),
    (4, 8, 4),
    (4, 12),
    (12, 4),
    (15, 4),
}


def _shape(groups: Sequence[_Group], *, whole: bool) -> str:
    """How a card would be grouped so: ``common``, ``rare`` (Luhn is wanted of it), or empty."""
    lengths = [len(group.digits) for group in groups]
    marks = {group.before for group in groups[1:]} - {"\n"}
    if len(groups) == 1:
        return "common"
    if _even(lengths, 4):
        # Fours are a card's however carelessly they are set apart.
        return "rare" if marks & _ODD_MARKS else "common"
    if whole and marks == {","} and lengths[0] <= 3 and set(lengths[1:]) == {3}:
        return "rare"  # a card's number that a spreadsheet took for an amount
    if len(marks) > 1:
        return ""
    if tuple(lengths) in _SHAPES:
        return "rare" if marks & _ODD_MARKS else "common"
    if len(lengths) == 2 and lengths[0] == 6:
        return "rare"
    if not whole or marks & {",", ":", "/", "|", *_ODD_MARKS}:
        return ""
    sizes = (1, 2, 3, 5, 6) if groups[0].digits.startswith("62") else (1, 2, 3, 5)
    return "rare" if any(_even(lengths, size) for size in sizes) else ""


def _windows(plain: str, groups: list[_Group]) -> Iterator[tuple[int, int, str]]:
    """Runs of whole digit groups that are secrets, as (first, last, kind), longest first."""
    said = bool(_CARD_WORD.search(plain[max(0, groups[0].start - 24) : groups[0].start]))
    runs = []
    for first in range(len(groups)):
        digits = ""
        for last in range(first, len(groups)):
            digits += groups[last].digits
            if len(digits) > 20:
                break
            run = groups[first : last + 1]
            if len(digits) < 13 or not (kind := _run_kind(plain, run, digits, groups, said)):
                continue
            runs.append((-len(digits), first, last, kind))
    return iter((first, last, kind) for _, first, last, kind in sorted(runs))


def _run_kind(
    plain: str, run: Sequence[_Group], digits: str, groups: Sequence[_Group], said: bool
) -> str | None:
    shape = _shape(run, whole=len(run) == len(groups))
    if _is_iccid(digits) and shape:
        return "kept"
    if not shape and not (said and run[0] is groups[0]):
        return None
    before = plain[max(0, run[0].start - 16) : run[0].start]
    if len(digits) in {15, 16, 17} and _IMEI_WORD.search(before):
        return "kept"
    glued = bool(before) and before[-1].isascii() and before[-1].isalpha() and len(run) == 1
    if glued and not said and len(digits) < 14:
        # SF and thirteen digits is a parcel; no card of thirteen digits is issued any more.
        return None
    return _kind(digits, strict=shape != "common")


def _spans_in_region(plain: str, groups: list[_Group]) -> Iterator[Span]:
    taken: set[int] = set()
    for first, last, kind in _windows(plain, groups):
        covered = range(first, last + 1)
        if not taken.isdisjoint(covered):
            continue
        taken.update(covered)
        end = groups[last].end
        if kind != "kept":
            yield Span(groups[first].start, end, kind)
        if kind == "card" and (code := _TRAILING_CODE.match(plain, end)) is not None:
            taken.add(last + 1)
            yield Span(code.start(1), code.end(1), "code")


def _spoken(plain: str) -> Iterator[Span]:
    """Numbers dictated or written in Chinese, wholly or in part."""
    if not any(char in CHINESE_DIGITS for char in plain):
        return
    for match in _SPOKEN.finditer(plain):
        digits = "".join(
            str(CHINESE_DIGITS.get(char, char))
            for char in match[0]
            if char in CHINESE_DIGITS or char.isdigit()
        )
        if len(digits) <= 19 and any(char in CHINESE_DIGITS for char in match[0]):
            kind = _kind(digits)
            if kind is not None:
                yield Span(*match.span(), kind)


def _powers_of_ten(plain: str) -> Iterator[Span]:
    """Numbers as a spreadsheet shows them when they are long: ``4.111111111111111E+15``."""
    for match in _POWER_OF_TEN.finditer(plain):
        digits = (match[1] + match[2]).ljust(int(match[3]) + 1, "0")
        if len(digits) == int(match[3]) + 1 and _kind(digits, strict=True) == "card":
            yield Span(*match.span(), "card")


def _found(text: Folded) -> list[Span]:
    plain = text.plain
    spans = [Span(m.start(), m.end(), "track") for m in _TRACK.finditer(plain)]
    spans += [Span(start, end, "code") for start, end in said_secrets(plain)]
    spans += [
        Span(m.start(), m.end(), "identity")
        for m in _IDENTITY_X.finditer(plain)
        if identity_number_valid(m.group())
    ]
    for region in _regions(plain):
        if sum(len(group.digits) for group in region) >= 13:
            spans.extend(_spans_in_region(plain, region))
    spans += _spoken(plain)
    spans += _powers_of_ten(plain)
    places = text.places
    spans = [Span(places[s.start], places[s.end - 1] + 1, s.kind) for s in spans]
    return sorted(spans, key=lambda span: (span.start, -span.end))


def _worth_a_look(text: str) -> bool:
    """Whether there are digits enough for a number, or for a code and the word for it."""
    if text.isascii():
        count = sum(map(text.count, "0123456789"))
    else:
        count = sum(map(str.isdigit, text)) + sum(char in CHINESE_DIGITS for char in text)
    if count >= 13:
        return _MOMENT.fullmatch(text) is None
    return count >= 3 and HINT.search(folded(text).plain) is not None


def find_secrets(text: str) -> list[Span]:
    """Everything in `text` that must not be stored, in order and without overlap."""
    if not _worth_a_look(text):
        return []
    kept: list[Span] = []
    for span in _found(folded(text)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def certainly_card(text: str, *, equipment: bool = True) -> bool:
    """Whether a text that should be a number of another sort holds a card's: digits of a scheme
    that pass Luhn, alone or beside an extension, a letter or another number.

    Where the number of a device may stand (`equipment`), JCB is let be, which shares its range
    with equipment identities.
    """
    plain = folded(text).plain
    runs = {run[0] for run in _GROUP.finditer(plain)}
    runs |= {_NOT_DIGITS.sub("", run[0]) for run in _JOINED.finditer(plain)}
    return any(_certain(run, equipment=equipment) for run in runs)


def _certain(digits: str, *, equipment: bool) -> bool:
    if not 14 <= len(digits) <= 19 or (equipment and digits.startswith("35")):
        return False
    if len(digits) == 15 and digits[:2] not in {"34", "37"}:
        return False
    return _is_card(digits, strict=True)


def holds_secret(name: str, text: str) -> bool:
    """Whether `text` must not be stored in the field or column `name`."""
    if name in OWN_FORM:
        return certainly_card(text, equipment=name not in _OF_PEOPLE)
    return bool(find_secrets(text))


def _masked(piece: str, kind: str) -> str:
    if kind == "track":
        return "****"
    shown = folded(piece)
    out: list[str] = []
    for char, place in zip(shown.plain, shown.places, strict=True):
        # Letters and words in it stay as they were written; digits become plain ones.
        out.append(char if char.isdigit() or char == "\n" else piece[place])
    digits = [
        i
        for i, char in enumerate(out)
        if char.isdigit() or char in CHINESE_DIGITS or (kind == "identity" and char in "xX")
    ]
    for i in digits if kind == "code" else digits[6:-4]:
        out[i] = "*"
    return "".join(out)


def mask_cards(text: str) -> str:
    """`text` with every secret masked: first six and last four digits of a number stay."""
    out: list[str] = []
    done = 0
    for span in find_secrets(text):
        out += [text[done : span.start], _masked(text[span.start : span.end], span.kind)]
        done = span.end
    return "".join([*out, text[done:]])
