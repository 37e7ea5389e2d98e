"""Keeps card numbers, track data, PINs and identity numbers out of everything that is stored.

PCI DSS 3.4.1 lets at most the first six and last four digits be seen, 3.3.1 forbids keeping track
data, verification values and PINs at all.  Free text is masked before the first write; every other
text is refused at the boundary (`db.types`), so there is never a full number to find later.

"13 to 19 digits and Luhn" alone would mask every IMEI (always Luhn-valid) and miss UnionPay cards
(not all of them pass Luhn), so ranges decide (`card_numbers`).  Digits apart are one number only in
the ways people group a card (`card_groups`): two telephone numbers, a list of terminal numbers or
an ICCID stay.

What no rule can tell from a card is taken for one: sixteen digits in one piece that pass Luhn (an
IMEISV, a serial number), four numbers of four digits, a barcode of fourteen digits that begins with
36.  The word for what it is in front of digits in one piece settles it, and forms ask for it
(`perhaps_another`).  Left alone are two groups of eight digits, like two terminal numbers, unless
the word for a card stands before them; six and thirteen digits of a UnionPay card whose check digit
does not fit; a card among more than nineteen digits in one piece, like the orders of payment
platforms; and digits the word before them says to be another number.

Numbers that are long by nature have validators of their own; `OWN_FORM` declares their fields,
where only what is certainly a card is refused.
"""

from __future__ import annotations

import bisect
import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.card_groups import GROUP, Group, regions, shape_of, without_cents
from app.domain.card_numbers import (
    LONGEST,
    SHORTEST_IN_FORM,
    begins_with_moment,
    certainly_card,
    identity_number_valid,
    is_card,
    is_iccid,
    luhn_valid,
    number_kind,
)
from app.domain.card_parts import counted_parts, named_parts
from app.domain.card_text import (
    NEXT_MARK,
    SAID_MARK,
    Folded,
    digits_in,
    folded,
    is_machine_made,
    without_moments,
)
from app.domain.card_words import (
    CHINESE_DIGITS,
    DIGIT,
    HINT,
    MAY_BE_WORDED,
    said_expiry,
    said_secrets,
    worded_numbers,
)
from app.domain.late_pattern import LatePattern

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

_POWER_OF_TEN = LatePattern(r"(?<![0-9.])(\d)\.(\d{6,18})[Ee]\+?(1[2-8])(?![0-9])")
_JOINED = LatePattern(r"\d+(?:[ \-./,、:;+*=]{1,3}\d+)+")
_NOT_DIGITS = LatePattern(r"\D+")
_TRACK = LatePattern(r"%?[A-Za-z]\d{12,19}\^[^?\n]{2,40}\??|(;?)(\d{13,19}) ?[=Dd] ?\d{4,}\??")
_IDENTITY_X = LatePattern(r"(?<!\d)\d{17}[Xx](?![0-9A-Za-z])")
_TRAILING_CODE = LatePattern(r"[ \-/](\d{3,4})(?![ \-/:.]?\d)")
CARD_WORD = LatePattern(
    r"(?i)(?:卡[号號]|[银銀]行卡|信用卡|[储儲]蓄卡|借[记記]卡|[账帐帳賬][号號]|card|(?<![a-z])pan(?![a-z])|account)[^\d\n]{0,16}$"
)
_IMEI_WORD = LatePattern(r"(?i)(?:imei(?:sv)?|meid|串号)[^\d\n]{0,8}$")
_OWN_WORD = LatePattern(
    r"(?i)(?:订单|[运货工]?单|流水|凭证|参考|合同|物流|快递|序列|条形?码|批次|imsi|iccid|meid|ean|upc|barcode"
    r"|order|tracking|waybill|parcel|serial|reference|contract|(?<![a-z])s/?n)"
    r"(?:\s?(?:编?号码?|number|no\.?|id))?\s{0,2}[:#=是为]{0,2}\s{0,2}$"
)
"""A word before a number that says which other number it is."""
_SPOKEN = LatePattern(rf"{DIGIT}(?:[ \n\-.,、，{SAID_MARK}{NEXT_MARK}]{{0,6}}{DIGIT}){{12,}}")
_AS_DIGITS = str.maketrans({char: str(digit) for char, digit in CHINESE_DIGITS.items()})
_MISREAD = LatePattern(r"(?<![0-9A-Za-z])[0-9OoIl|]{13,19}(?![0-9A-Za-z])")
"""A number whose zeros and ones came out of a picture, or off a keyboard, as letters."""
_MOST_TIMES = 5
_LETTER_DIGITS = str.maketrans("OoIl|", "00111")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a secret stands in a text: characters `start` to `end`, and what it is."""

    start: int
    end: int
    kind: str


def _windows(
    plain: str, places: Sequence[int], groups: list[Group]
) -> Iterator[tuple[int, int, str]]:
    """Runs of whole digit groups that are secrets, as (first, last, kind), likeliest first."""
    said = bool(CARD_WORD.search(plain[max(0, groups[0].start - 24) : groups[0].start]))
    runs = []
    for first, last, digits in _possible(groups):
        run = groups[first : last + 1]
        start, end = run[0].start, run[-1].end
        dropped = places[end - 1] - places[start] > end - 1 - start
        whole = first == 0 and last + 1 in {len(groups), without_cents(groups)}
        shape = shape_of(run, whole=whole, dropped=dropped)
        kind = _run_kind(plain, run, shape, first=first == 0, said=said and first == 0)
        if kind is not None:
            # Among runs that overlap, the one whose check digit fits, then the longest.
            checked = kind == "kept" or luhn_valid(digits)
            runs.append((not checked, -len(digits), first, last, kind))
    return iter((first, last, kind) for *_order, first, last, kind in sorted(runs))


def _possible(groups: Sequence[Group]) -> Iterator[tuple[int, int, str]]:
    """Runs of groups whose digits are a secret's or a SIM card's, however they are grouped: first,
    last, and the digits.  The work grows with the number of groups, not with its square."""
    joined = "".join(group.digits for group in groups)
    ends = list(itertools.accumulate(len(group.digits) for group in groups))
    for first, group in enumerate(groups):
        start = ends[first] - len(group.digits)
        longest = LONGEST if group.digits.startswith("0") else 20
        shortest = bisect.bisect_left(ends, start + 13, first)
        for last in range(shortest, len(groups)):
            if ends[last] > start + longest:
                break
            digits = joined[start : ends[last]]
            if number_kind(digits) is not None or is_iccid(digits):
                yield first, last, digits


def _run_kind(
    plain: str, run: Sequence[Group], shape: str, *, first: bool, said: bool
) -> str | None:
    """What a run of groups is: as `number_kind`, or ``kept`` when it is certainly another number.
    `first`: no other number stands before it; `said`: the word for a card does."""
    digits = "".join(group.digits for group in run)
    if is_iccid(digits) and shape and (digits.startswith("8986") or first):
        return "kept"
    if not shape and not said:
        return None
    before = plain[max(0, run[0].start - 20) : run[0].start]
    if len(digits) in {15, 16, 17} and _IMEI_WORD.search(before):
        return "kept"
    if not said and len(run) == 1 and _looks_own(digits, before):
        return None
    return number_kind(digits, strict=shape != "common")


def _looks_own(digits: str, before: str) -> bool:
    """Whether digits in one piece are another number: a barcode or parcel of thirteen digits (no
    card of thirteen is issued any more), an order, or what the word `before` says."""
    return len(digits) == 13 or begins_with_moment(digits) or _OWN_WORD.search(before) is not None


def _grouped(plain: str, places: Sequence[int]) -> Iterator[Span]:
    """Numbers in the groups of a card; Chinese digits are read as they are, and as digits."""
    yield from _in_regions(plain, places)
    if any(char in CHINESE_DIGITS for char in plain):
        for span in _in_regions(plain.translate(_AS_DIGITS), places):
            if any(char in CHINESE_DIGITS for char in plain[span.start : span.end]):
                yield span


def _in_regions(plain: str, places: Sequence[int]) -> Iterator[Span]:
    for region in regions(plain):
        if sum(len(group.digits) for group in region) >= 13:
            yield from _spans_in_region(plain, places, region)


def _spans_in_region(plain: str, places: Sequence[int], groups: list[Group]) -> Iterator[Span]:
    taken: set[int] = set()
    for first, last, kind in _windows(plain, places, groups):
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
            kind = number_kind(digits)
            if kind is not None:
                yield Span(*match.span(), kind)


def _powers_of_ten(plain: str) -> Iterator[Span]:
    """Numbers as a spreadsheet shows them when they are long: ``4.111111111111111E+15``."""
    for match in _POWER_OF_TEN.finditer(plain):
        digits = (match[1] + match[2]).ljust(int(match[3]) + 1, "0")
        if len(digits) == int(match[3]) + 1 and number_kind(digits, strict=True) == "card":
            yield Span(*match.span(), "card")


def _worded(plain: str) -> Iterator[Span]:
    """Numbers dictated in English words."""
    for start, end, digits in worded_numbers(plain):
        if number_kind(digits, strict=True) is not None:
            yield Span(start, end, "words")


def _in_parts(plain: str) -> Iterator[Span]:
    """Numbers whose parts are named or counted."""
    for parts, strict in ((named_parts, False), (counted_parts, True)):
        for start, end, digits in parts(plain):
            if (kind := number_kind(digits, strict=strict)) is not None:
                yield Span(start, end, kind)


def _misread(plain: str) -> Iterator[Span]:
    for match in _MISREAD.finditer(plain):
        if not match[0].isdigit() and number_kind(match[0].translate(_LETTER_DIGITS), strict=True):
            yield Span(*match.span(), "misread")


def _tracks(plain: str) -> Iterator[Span]:
    for match in _TRACK.finditer(plain):
        sentinel, number = match[1], match[2]
        if number is None or sentinel or (is_card(number) and not begins_with_moment(number)):
            yield Span(*match.span(), "track")


def _found(text: Folded) -> list[Span]:
    plain = text.plain
    spans = [*_tracks(plain)]
    spans += [
        Span(
            start, end, "words" if plain[start:end].isascii() and plain[start].isalpha() else "code"
        )
        for start, end in said_secrets(plain)
    ]
    spans += [
        Span(m.start(), m.end(), "identity")
        for m in _IDENTITY_X.finditer(plain)
        if identity_number_valid(m.group())
    ]
    spans += _grouped(plain, text.places)
    spans += [*_spoken(plain), *_worded(plain), *_misread(plain), *_powers_of_ten(plain)]
    spans += _in_parts(plain)
    spans += [Span(start, end, "code") for start, end in said_expiry(plain, beside=bool(spans))]
    places = text.places
    spans = [Span(places[s.start], places[s.end - 1] + 1, s.kind) for s in spans]
    return sorted(spans, key=lambda span: (span.start, -span.end))


def _worth_a_look(text: str) -> bool:
    """Whether there are digits enough for a number, or for a code and the word for it."""
    if is_machine_made(text):
        return False
    count = digits_in(text)
    if count >= 13:
        return True
    worded = MAY_BE_WORDED.search(text) is not None
    if (count >= 2 or worded) and HINT.search(folded(text).plain) is not None:
        return True
    return len(text) >= 13 and (worded or _MISREAD.search(text) is not None)


def find_secrets(text: str) -> list[Span]:
    """Everything in `text` that must not be stored, in order and without overlap."""
    text = without_moments(text)
    if not _worth_a_look(text):
        return []
    kept: list[Span] = []
    for span in _found(folded(text)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def perhaps_another(text: str) -> bool:
    """Whether all that is found in `text` are digits in one piece that may just as well be another
    number, as nothing says what they are: to be asked about before they are masked."""
    found = find_secrets(text)
    return bool(found) and all(
        span.kind == "card"
        and folded(text[span.start : span.end]).plain.isdigit()
        and not CARD_WORD.search(folded(text[: span.start]).plain)
        for span in found
    )


def holds_card(text: str, *, equipment: bool = True) -> bool:
    """Whether a text that should be a number of another sort holds a card's: digits of a scheme
    that pass Luhn, alone or beside an extension, a letter or another number (`card_numbers`)."""
    plain = folded(without_moments(text)).plain
    if len(plain) < SHORTEST_IN_FORM:
        return False
    runs = {run[0] for run in GROUP.finditer(plain)}
    runs |= {_NOT_DIGITS.sub("", run[0]) for run in _JOINED.finditer(plain)}
    return any(certainly_card(run, equipment=equipment) for run in runs)


def holds_secret(name: str, text: str) -> bool:
    """Whether `text` must not be stored in the field or column `name`."""
    try:
        _looked_through(name if name in OWN_FORM else "", text)
    except _Secret:
        return True
    return False


class _Secret(Exception):
    """What was looked through must not be stored."""


# The same words come again and again: of an operation, of its columns, of a package, of an import.
# What raises is not kept: a card number does not stay in the memory of the program.
@functools.lru_cache(maxsize=16_384)
def _looked_through(name: str, text: str) -> None:
    if holds_card(text, equipment=name not in _OF_PEOPLE) if name else find_secrets(text):
        raise _Secret


def _masked(piece: str, kind: str) -> str:
    if kind in {"track", "words"}:
        return "****"
    if kind == "misread":
        return piece[:6] + "*" * (len(piece) - 10) + piece[-4:]
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
    if not holds_secret("", text):
        return text
    # Behind what is masked another may come to light; the boundary would refuse it.
    for _time in range(_MOST_TIMES):
        spans = find_secrets(text)
        if not spans:
            break
        out: list[str] = []
        done = 0
        for span in spans:
            out += [text[done : span.start], _masked(text[span.start : span.end], span.kind)]
            done = span.end
        text = "".join([*out, text[done:]])
    return text
