"""QR codes and Code 128 bar codes, each drawn as one path."""

from __future__ import annotations

import functools
import re
from typing import Any

from app.reports.typeset.canvas import PageCanvas, Point
from app.reports.typeset.line_breaking import clean

MASK = 2
"""The mask of all QR codes: columns, which break up the runs of padding."""


@functools.lru_cache(maxsize=256)
def qr_rows(content: str, error: str = "m", packed: str = "") -> tuple[bytes, ...]:
    """The modules of a QR code, without its quiet zone, a dark one 1; none when no code holds so
    much.  `packed` follows the content in the closer writing of capitals and digits (ISO/IEC 18004,
    alphanumeric mode)."""
    import segno

    whole: Any = [content, packed] if packed else content
    # Every mask can be read; looking for the prettiest of eight took longer than the page.
    try:
        code = segno.make(whole, error=error, micro=False, boost_error=False, mask=MASK)
    except segno.DataOverflowError:
        return ()
    return tuple(bytes(row) for row in code.matrix)


def draw_qr(canvas: PageCanvas, corner: Point, size: float, content: str, packed: str = "") -> None:
    """A QR code whose modules fill a square of `size` points; nothing when it is too much."""
    rows = qr_rows(clean(content), packed=packed)
    module = size / max(len(rows), 1)
    with canvas.figure(f"QR {content}{packed}"):
        canvas.grid(corner, module, [[run.span() for run in _DARK(row)] for row in rows])


_DARK = re.compile(rb"\x01+").finditer
"""The dark stretches of a row."""


_WIDTHS = (
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232"
    " 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122"
    " 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311"
    " 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113"
    " 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422"
    " 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111"
    " 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121"
    " 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412"
    " 211214 211232 2331112"
)
"""Widths of bars and spaces of Code 128 by symbol value (ISO/IEC 15417)."""

_PATTERNS = tuple(re.findall(r"\d+", _WIDTHS))

_CODE_C, _START_B, _START_C, _CODE_B, _STOP = 99, 104, 105, 100, 106


def code128_values(content: str) -> list[int]:
    """Symbol values of a printable ASCII text: set B, and set C for runs of digits, with check
    symbol and stop.  Raises `ValueError` for other characters."""
    if not content or not all(" " <= char <= "~" for char in content):
        raise ValueError(f"Code 128 holds printable ASCII only: {content!r}")
    values: list[int] = []
    in_c = False
    at = 0
    while at < len(content):
        digits = _digits(content, at)
        worth = digits >= 4 and (at == 0 or digits >= 6 or at + digits == len(content))
        if (in_c and digits >= 2) or worth:
            if not in_c:
                at_odd = digits % 2 and at > 0
                if at_odd:
                    values.append(ord(content[at]) - 32)
                    at += 1
                values.append(_CODE_C if values else _START_C)
                in_c = True
            values.append(int(content[at : at + 2]))
            at += 2
            continue
        if in_c or not values:
            values.append(_CODE_B if values else _START_B)
            in_c = False
        values.append(ord(content[at]) - 32)
        at += 1
    check = (values[0] + sum(i * value for i, value in enumerate(values))) % 103
    return [*values, check, _STOP]


def _digits(content: str, at: int) -> int:
    end = at
    while end < len(content) and content[end].isdigit():
        end += 1
    return end - at


def draw_code128(
    canvas: PageCanvas, right: Point, height: float, content: str, width: float
) -> float:
    """A bar code that ends at `right` (its top right corner) and is at most `width` wide; returns
    the width it took."""
    steps = [int(step) for value in code128_values(content) for step in _PATTERNS[value]]
    module = min(width / sum(steps), 0.9)
    x = right[0] - module * sum(steps)
    bars = []
    for i, step in enumerate(steps):
        if i % 2 == 0:
            bars.append((x, right[1], step * module, height))
        x += step * module
    with canvas.figure(f"Code 128 {content}"):
        canvas.bars(bars)
    return module * sum(steps)
