"""Breaks text into lines; what people wrote is drawn literally, or visibly marked.

No markup exists here, so no text can read a file, make a link, hide other text or stop the
document.  Lines break by the rules of Chinese setting (禁则): no closing mark begins a line, no
opening mark ends one, dates and numbers stay whole, and only a word longer than the line is cut.
Between Chinese and Latin a narrow gap is set, without adding a space to the text.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.reports.typeset.canvas import PageCanvas
from app.reports.typeset.fonts import Glyph, fonts
from app.reports.typeset.style import BODY, Style

CJK_LATIN_GAP = 160
"""The gap between Chinese and Latin, in thousandths of an em."""

_BREAKS = str.maketrans(
    {"\r": "\n", "\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\t": " "}
)


def clean(text: str) -> str:
    """Text as it can be drawn: NFC, line breaks as ``\\n``, no control or direction marks.

    Half of a surrogate pair becomes U+FFFD.  Everything else stays as it was written.
    """
    if text.isprintable() and text.isascii():
        return text
    text = _SELECTOR.sub("", text.replace("\r\n", "\n").translate(_BREAKS))
    text = unicodedata.normalize("NFC", text)
    if text.replace("\n", "").isprintable():
        return text
    return "".join(map(_drawable, text))


_SELECTOR = re.compile(r"[\u034f\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Marks that only choose between forms of the character before them."""


def _drawable(char: str) -> str:
    category = unicodedata.category(char)
    if char == "\n":
        return char
    if category == "Cs" or (ord(char) & 0xFFFE) == 0xFFFE:
        return "\ufffd"
    if category in {"Cc", "Cf"}:
        return ""
    if category == "Zs":
        return char if char == "\u3000" else "\u00a0" if char in "\u00a0\u202f" else " "
    return char


class CharacterKind:
    """What a character means to line breaking."""

    SPACE, HAN, OPEN, CLOSE, PREFIX, SUFFIX, WORD, DIGIT, JOINT, DASH, MARK, JOINED = range(12)


_CLOSE = set(
    "、。，．：；？！）〕］｝〉》」』】〗〙〛”’·・〃々〻ー゛゜ヽヾゝゞ～％‰℃℉′″"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ︰﹐﹑﹒﹔﹕﹖﹗﹚﹜﹞｡｣､"
)
_OPEN = set("（〔［｛〈《「『【〖〘〚“‘〝﹙﹛﹝｢￥＄￡＃№")
_SUFFIX = set("!%),.:;?]}°¢»›")
_PREFIX = set("([{$¥£€#«‹")
_JOINT = set("-/\\_@&=+|~‐–")
_DASH = set("—…―⸺")
_BY_MARK = (
    (CharacterKind.CLOSE, _CLOSE),
    (CharacterKind.OPEN, _OPEN),
    (CharacterKind.SUFFIX, _SUFFIX),
    (CharacterKind.PREFIX, _PREFIX),
    (CharacterKind.JOINT, _JOINT),
    (CharacterKind.DASH, _DASH),
)
_NEVER_BEFORE = {
    CharacterKind.SPACE,
    CharacterKind.MARK,
    CharacterKind.CLOSE,
    CharacterKind.SUFFIX,
    CharacterKind.DASH,
    CharacterKind.JOINED,
}
_CUT_AFTER = {CharacterKind.SPACE, CharacterKind.HAN, CharacterKind.CLOSE, CharacterKind.DASH}


@functools.lru_cache(maxsize=8192)
def kind_of(char: str) -> int:
    """The kind of a character."""
    for kind, chars in _BY_MARK:
        if char in chars:
            return kind
    if char == " ":
        return CharacterKind.SPACE
    if char.isdecimal() and unicodedata.east_asian_width(char) != "F":
        return CharacterKind.DIGIT
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Mc"}:
        return CharacterKind.MARK
    return CharacterKind.HAN if unicodedata.east_asian_width(char) in "WF" else CharacterKind.WORD


def may_break(before: int, after: int, earlier: int) -> bool:
    """Whether a line may end between two kinds; `earlier` is the kind before `before`."""
    if after in _NEVER_BEFORE or before in {CharacterKind.OPEN, CharacterKind.PREFIX}:
        return False
    if before in _CUT_AFTER or after in {CharacterKind.HAN, CharacterKind.OPEN}:
        return True
    # A path or a compound may be cut after its joint, a date or a telephone number not.
    return (
        before == CharacterKind.JOINT
        and after == CharacterKind.WORD
        and earlier == CharacterKind.WORD
    )


class Shaped(NamedTuple):
    """A run of one typeface: per character its glyph, the gap after it, its kind."""

    chars: str
    glyphs: tuple[Glyph, ...]
    gaps: tuple[int, ...]
    kinds: tuple[int, ...]


@functools.lru_cache(maxsize=1024)
def _shaped(text: str, bold: bool) -> Shaped:
    chain = fonts()
    kinds = tuple(map(kind_of, text))
    western = not any(map(_wide, text))
    glyphs = tuple(
        chain.narrow(char, bold)
        if char in _SHARED and (western or _among_latin(text, i))
        else chain.glyph(char, bold)
        for i, char in enumerate(text)
    )
    return Shaped(text, glyphs, _gaps(text, kinds, glyphs), kinds)


_QUOTES = set("“”‘’")
_SHARED = _QUOTES | set("…—·•×")
"""Marks of Chinese and of Western setting: as wide as an ideograph in one, narrow in the other."""


def _among_latin(text: str, at: int) -> bool:
    """Whether a shared mark in a Chinese text stands between Latin letters; quotation marks follow
    the text they belong to, not the word they quote."""
    around = text[max(at - 1, 0) : at + 2]
    return text[at] not in _QUOTES and not any(
        _wide(char) or char in _SHARED for char in around.replace(text[at], "", 1)
    )


def _wide(char: str) -> bool:
    return char not in _SHARED and kind_of(char) in {
        CharacterKind.HAN,
        CharacterKind.OPEN,
        CharacterKind.CLOSE,
    }


_LATIN = {CharacterKind.WORD, CharacterKind.DIGIT}


_MARKS = {CharacterKind.OPEN, CharacterKind.CLOSE}
_HALF_EMPTY = set("，。、．；：（）［］｛｝〔〕〈〉《》「」『』【】〖〗“”‘’")
_SQUEEZE = -500
"""Of two full-width marks in a row one loses its empty half (标点挤压)."""


def _gaps(text: str, kinds: Sequence[int], glyphs: Sequence[Glyph]) -> tuple[int, ...]:
    if text.isascii():
        return (0,) * len(text)
    gaps = [0] * len(text)
    for i in range(len(text) - 1):
        a, b = kinds[i], kinds[i + 1]
        if a in _MARKS and b in _MARKS:
            if text[i + 1] in _HALF_EMPTY and text[i] in _HALF_EMPTY and glyphs[i].width == 1000:
                gaps[i] = _SQUEEZE
            continue
        if (a == CharacterKind.HAN and b in _LATIN and text[i + 1].isalnum()) or (
            b == CharacterKind.HAN and a in _LATIN and text[i].isalnum()
        ):
            gaps[i] = CJK_LATIN_GAP
    return tuple(gaps)


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A piece of text in one style.  A `whole` one is not parted by the end of a line where the
    line has room for it: a box and its word, a number and its unit."""

    text: str
    style: Style = BODY
    whole: bool = False


RichText = str | TextSpan | Sequence[TextSpan]
"""What every block takes for text: a string, or spans of several styles."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line as it will be drawn."""

    parts: tuple[tuple[Style, tuple[tuple[str, Glyph, int], ...]], ...]
    width: float
    leading: float
    size: float

    @property
    def text(self) -> str:
        """The characters of the line."""
        return "".join(char for _, part in self.parts for char, _, _ in part)

    def draw(self, canvas: PageCanvas, x: float, top: float) -> None:
        """Draw it with its upper edge at `top`."""
        if self.parts:
            canvas.text(x, top + self.baseline, self.parts)

    @property
    def baseline(self) -> float:
        """From the upper edge down to the base line: the letters sit in the middle."""
        return (self.leading + 0.74 * self.size) / 2


def spans_of(text: RichText, style: Style = BODY) -> tuple[TextSpan, ...]:
    """Any text as spans."""
    if isinstance(text, str):
        return (TextSpan(text, style),)
    return (text,) if isinstance(text, TextSpan) else tuple(text)


def break_lines(text: RichText, width: float, style: Style = BODY) -> list[TextLine]:
    """Text broken into lines not wider than `width`; empty text has no lines."""
    spans = spans_of(text, style)
    whole = _whole_line(spans)
    if whole is not None and whole.width <= width + 0.01:
        return [whole]
    found: list[TextLine] = []
    for paragraph in _paragraphs(spans):
        found.extend(_broken(paragraph, width, style))
    return found


@functools.lru_cache(maxsize=512)
def _whole_line(spans: tuple[TextSpan, ...]) -> TextLine | None:
    """A short text as one line; labels and words repeat on every page."""
    if not 0 < sum([len(span.text) for span in spans]) <= 40:
        return None
    paragraphs = _paragraphs(spans)
    if len(paragraphs) != 1:
        return None
    return _broken(paragraphs[0], float("inf"), spans[0].style)[0]


def measure(text: RichText, style: Style = BODY) -> float:
    """The width of the longest line, unbroken."""
    return max((line.width for line in break_lines(text, float("inf"), style)), default=0.0)


def widest_word(text: RichText, style: Style = BODY) -> float:
    """The width of the widest part no line may end in: a narrower column has to cut it."""
    widest = 0.0
    for paragraph in _paragraphs(spans_of(text, style)):
        items, start = _items(paragraph), 0
        for end in range(1, len(items) + 1):
            if end == len(items) or _may_end(items, start, end):
                widest = max(widest, _line(items, start, end).width)
                start = end
    return widest


def _paragraphs(spans: Iterable[TextSpan]) -> list[list[tuple[Style, Shaped]]]:
    found: list[list[tuple[Style, Shaped]]] = []
    for span in spans:
        pieces = clean(span.text).split("\n")
        for i, piece in enumerate(pieces):
            if i or not found:
                found.append([])
            if piece:
                shaped = _shaped(piece, span.style.bold)
                found[-1].append((span.style, _joined(shaped) if span.whole else shaped))
    return found if any(found) else []


def _joined(run: Shaped) -> Shaped:
    """The run as one word."""
    joined = (CharacterKind.JOINED,) * (len(run.kinds) - 1)
    return Shaped(run.chars, run.glyphs, run.gaps, (run.kinds[0], *joined))


class _Item(NamedTuple):
    char: str
    glyph: Glyph
    gap: int
    kind: int
    style: Style
    advance: float


def _items(paragraph: list[tuple[Style, Shaped]]) -> list[_Item]:
    items: list[_Item] = []
    for style, run in paragraph:
        scale = style.size / 1000
        items.extend(
            _Item(char, glyph, gap, kind, style, (glyph.width + gap) * scale)
            for char, glyph, gap, kind in zip(
                run.chars, run.glyphs, run.gaps, run.kinds, strict=True
            )
        )
    return items


def _broken(paragraph: list[tuple[Style, Shaped]], width: float, style: Style) -> list[TextLine]:
    items = _items(paragraph)
    if not items:
        return [TextLine((), 0, style.leading, style.size)]
    lines: list[TextLine] = []
    start = 0
    while start < len(items):
        end = _line_end(items, start, width)
        lines.append(_line(items, start, end))
        start = end
        while start < len(items) and items[start].kind == CharacterKind.SPACE:
            start += 1
    return lines


def _line_end(items: list[_Item], start: int, width: float) -> int:
    """Where the line from `start` ends: at the last place allowed, else where it is full."""
    if start == 0 and sum(item.advance for item in items) <= width:
        return len(items)
    used = 0.0
    best = 0
    for i in range(start, len(items)):
        item = items[i]
        if i > start and _may_end(items, start, i):
            best = i
        used += item.advance
        bare = used - item.gap * item.style.size / 1000
        if bare > width + 0.01 and item.kind != CharacterKind.SPACE and i > start:
            return best or _forced(items, start, i)
    return len(items)


def _may_end(items: list[_Item], start: int, end: int) -> bool:
    """Whether a line that begins at `start` may end before the item `end`."""
    earlier = items[end - 2].kind if end - 2 >= start else CharacterKind.SPACE
    return may_break(items[end - 1].kind, items[end].kind, earlier)


def _forced(items: list[_Item], start: int, full: int) -> int:
    """Inside a word longer than the line, without parting a mark from its letter."""
    at = full
    while at > start + 1 and items[at].kind in {CharacterKind.MARK, CharacterKind.CLOSE}:
        at -= 1
    return at


def _line(items: list[_Item], start: int, end: int) -> TextLine:
    while end > start and items[end - 1].kind == CharacterKind.SPACE:
        end -= 1
    style = items[start].style
    if end == start:
        return TextLine((), 0.0, style.leading, style.size)
    parts: list[tuple[Style, tuple[tuple[str, Glyph, int], ...]]] = []
    run: list[tuple[str, Glyph, int]] = []
    leading, size = style.leading, style.size
    for item in items[start : end - 1]:
        if item.style is not style:
            parts.append((style, tuple(run)))
            run, style = [], item.style
            leading, size = max(leading, style.leading), max(size, style.size)
        run.append((item.char, item.glyph, item.gap))
    last = items[end - 1]
    if last.style is not style:
        parts.append((style, tuple(run)))
        run, style = [], last.style
        leading, size = max(leading, style.leading), max(size, style.size)
    # No room is kept after the last character.
    run.append((last.char, last.glyph, 0))
    parts.append((style, tuple(run)))
    width = sum(item.advance for item in items[start : end - 1])
    return TextLine(
        tuple(part for part in parts if part[1]),
        width + last.glyph.width * style.size / 1000,
        leading,
        size,
    )
