"""Reads TrueType files through a memory map, and makes subsets of the glyphs one document uses.

Why not ReportLab's own class: it parses every character of a font before the first page (0.2 s for
each Chinese font), splits text at every 256th new character, and writes a wrong text mapping for
characters beyond U+FFFF, which are then lost when the text is searched or copied.
"""

from __future__ import annotations

import mmap
import struct
import sys
from array import array
from bisect import bisect_right
from pathlib import Path

BOX_WIDTH = 1000
"""Advance, in thousandths of an em, of the box that stands for a character no font has."""

_MORE, _WORDS, _XY, _SCALE, _XY_SCALE, _MATRIX, _UNSCALED = 0x20, 1, 2, 8, 0x40, 0x80, 0x1000


class TrueType:
    """One font file."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        count = struct.unpack_from(">H", self._data, 4)[0]
        self._tables = {
            tag: (offset, length)
            for tag, _, offset, length in struct.iter_unpack(
                ">4sLLL", self._data[12 : 12 + 16 * count]
            )
        }
        self._read_measures()
        self._read_advances()
        self._read_places()
        self._read_characters()

    def table(self, tag: bytes) -> bytes:
        """The bytes of a table; empty when there is none."""
        offset, length = self._tables.get(tag, (0, 0))
        return self._data[offset : offset + length]

    def _array(self, kind: str, offset: int, count: int) -> array[int]:
        values = array(kind)
        values.frombytes(self._data[offset : offset + count * values.itemsize])
        if sys.byteorder == "little":
            values.byteswap()
        return values

    def _read_measures(self) -> None:
        head = self.table(b"head")
        self.em: int = struct.unpack_from(">H", head, 18)[0]
        self.bbox: tuple[int, ...] = struct.unpack_from(">4h", head, 36)
        self._long_places: bool = struct.unpack_from(">h", head, 50)[0] == 1
        self.ascent, self.descent = struct.unpack_from(">2h", self.table(b"hhea"), 4)
        os2 = self.table(b"OS/2")
        version = struct.unpack_from(">H", os2, 0)[0]
        self.weight: int = struct.unpack_from(">H", os2, 4)[0]
        self.cap_height: int = struct.unpack_from(">h", os2, 88)[0] if version >= 2 else self.ascent
        self.glyph_count: int = struct.unpack_from(">H", self.table(b"maxp"), 4)[0]

    def _read_advances(self) -> None:
        offset, _ = self._tables[b"hmtx"]
        self._full: int = struct.unpack_from(">H", self.table(b"hhea"), 34)[0]
        self._metrics = self._array("H", offset, self._full * 2 + self.glyph_count - self._full)

    def _read_places(self) -> None:
        offset, _ = self._tables[b"loca"]
        self._places = self._array("I" if self._long_places else "H", offset, self.glyph_count + 1)
        self._outlines = self._tables[b"glyf"][0]

    def _read_characters(self) -> None:
        """The best character map: format 12 before format 4, as `(first, last, first glyph)` runs
        of format 12 or the segments of format 4."""
        start, _ = self._tables[b"cmap"]
        count = struct.unpack_from(">H", self._data, start + 2)[0]
        formats = {}
        for i in range(count):
            offset = start + struct.unpack_from(">L", self._data, start + 8 + 8 * i)[0]
            formats[struct.unpack_from(">H", self._data, offset)[0]] = offset
        if 12 in formats:
            offset = formats[12]
            groups = struct.unpack_from(">L", self._data, offset + 12)[0]
            runs = self._array("I", offset + 16, groups * 3)
            self._firsts, self._lasts, self._glyphs = runs[0::3], runs[1::3], runs[2::3]
            return
        offset = formats[4]
        segments = struct.unpack_from(">H", self._data, offset + 6)[0] // 2
        self._lasts = self._array("H", offset + 14, segments)
        self._firsts = self._array("H", offset + 16 + 2 * segments, segments)
        deltas = self._array("H", offset + 16 + 4 * segments, segments)
        ranges_at = offset + 16 + 6 * segments
        ranges = self._array("H", ranges_at, segments)
        self._expand(deltas, ranges, ranges_at)

    def _expand(self, deltas: array[int], ranges: array[int], ranges_at: int) -> None:
        """Format 4 as runs of format 12."""
        firsts, lasts, glyphs = array("I"), array("I"), array("I")
        for i, (first, last) in enumerate(zip(self._firsts, self._lasts, strict=True)):
            for code in range(first, min(last, 0xFFFE) + 1):
                if ranges[i]:
                    at = ranges_at + 2 * i + ranges[i] + 2 * (code - first)
                    glyph = struct.unpack_from(">H", self._data, at)[0]
                    glyph = (glyph + deltas[i]) & 0xFFFF if glyph else 0
                else:
                    glyph = (code + deltas[i]) & 0xFFFF
                if firsts and lasts[-1] == code - 1 and glyphs[-1] + code - firsts[-1] == glyph:
                    lasts[-1] = code
                elif glyph:
                    firsts.append(code)
                    lasts.append(code)
                    glyphs.append(glyph)
        self._firsts, self._lasts, self._glyphs = firsts, lasts, glyphs

    def glyph(self, code: int) -> int:
        """The glyph of a character, 0 when there is none."""
        i = bisect_right(self._firsts, code) - 1
        if i < 0 or code > self._lasts[i]:
            return 0
        return self._glyphs[i] + code - self._firsts[i]

    def metrics(self, glyph: int) -> tuple[int, int]:
        """Advance and left side bearing in the font's units."""
        if glyph < self._full:
            return self._metrics[2 * glyph], self._metrics[2 * glyph + 1]
        return self._metrics[2 * self._full - 2], self._metrics[self._full + glyph]

    def advance(self, glyph: int) -> int:
        """Advance in thousandths of an em."""
        return round(self.metrics(glyph)[0] * 1000 / self.em)

    def scaled(self, value: int) -> int:
        """A measure of the font in thousandths of an em."""
        return round(value * 1000 / self.em)

    def outline(self, glyph: int) -> bytes:
        """The glyph as the file describes it; empty for white space."""
        factor = 1 if self._long_places else 2
        begin, end = self._places[glyph] * factor, self._places[glyph + 1] * factor
        return self._data[self._outlines + begin : self._outlines + end]


class Subset:
    """The glyphs one document uses of one font.

    A glyph may be there twice with different advances: text between Chinese and Latin is set apart
    by a wider advance, not by a space nobody typed, so that text read back is the text put in.
    """

    def __init__(self, font: TrueType) -> None:
        self.font = font
        self.codes: list[int] = [0]
        self._ids: dict[tuple[int, int, int], int] = {}
        self._outlines: list[bytes] = [font.outline(0)]
        self._advances: list[int] = [font.metrics(0)[0]]
        self._bearings: list[int] = [font.metrics(0)[1]]
        self._parts: dict[int, int] = {}
        self._frame = 0

    @property
    def used(self) -> bool:
        """Whether any character was asked for."""
        return len(self.codes) > 1

    def id_of(self, code: int, glyph: int, extra: int = 0) -> int:
        """The number that stands for `code`, drawn as `glyph`, `extra` thousandths wider."""
        key = (code, glyph, extra)
        found = self._ids.get(key)
        if found is None:
            advance, bearing = self.font.metrics(glyph)
            wider = advance + round(extra * self.font.em / 1000)
            found = self._ids[key] = self._add(code, self.font.outline(glyph), wider, bearing)
        return found

    def box_of(self, code: int, extra: int = 0) -> int:
        """The number of a box with the code point's digits in it, for a character no font has."""
        key = (code, -1, extra)
        found = self._ids.get(key)
        if found is None:
            advance = round((BOX_WIDTH + extra) * self.font.em / 1000)
            found = self._ids[key] = self._add(code, self._box(code), advance, 60)
        return found

    def _add(self, code: int, outline: bytes, advance: int, bearing: int) -> int:
        self.codes.append(code)
        self._outlines.append(outline)
        self._advances.append(advance)
        self._bearings.append(bearing & 0xFFFF)
        return len(self._outlines) - 1

    @property
    def glyph_count(self) -> int:
        """All glyphs, parts of others included; final once `font_file` was called."""
        return len(self._outlines)

    def widths(self) -> list[int]:
        """Advances in thousandths of an em."""
        return [self.font.scaled(advance) for advance in self._advances]

    def _box(self, code: int) -> bytes:
        """A composite of the frame and small digits, two rows of them."""
        em = self.font.em
        digits = f"{code:04X}"
        per_row = 2 if len(digits) == 4 else 3
        scale = 0.40 if per_row == 2 else 0.34
        parts = [(-1, 0, 0, 1.0)]
        for i, digit in enumerate(digits):
            row, column = divmod(i, per_row)
            glyph = self.font.glyph(ord(digit))
            width = self.font.metrics(glyph)[0] * scale
            room = 0.84 * em / per_row
            x = 0.08 * em + room * column + (room - width) / 2
            parts.append((glyph, round(x), round((0.43 - 0.42 * row) * em), scale))
        body = struct.pack(">5h", -1, *(round(em * v / 1000) for v in (60, -80, 940, 820)))
        for i, (glyph, x, y, scale) in enumerate(parts):
            flags = _WORDS | _XY | _SCALE | _UNSCALED | (_MORE if i < len(parts) - 1 else 0)
            # A part is named by its glyph in the source until `font_file` numbers it; the frame,
            # which no font has, by the one number no glyph can have.
            name = 0xFFFF if glyph < 0 else glyph
            body += struct.pack(">2H3h", flags, name, x, y, round(scale * 16384) if i else 16384)
        return body

    def _frame_outline(self) -> bytes:
        em = self.font.em
        outer = [(60, -80), (60, 820), (940, 820), (940, -80)]
        inner = [(100, -40), (900, -40), (900, 780), (100, 780)]
        points = [(round(x * em / 1000), round(y * em / 1000)) for x, y in outer + inner]
        steps = [
            (x - px, y - py)
            for (x, y), (px, py) in zip(points, [(0, 0), *points[:-1]], strict=True)
        ]
        box = struct.pack(">5h2Hh", 2, *points[0], *points[2], 3, 7, 0)
        return (
            box
            + b"\x01" * 8
            + b"".join(struct.pack(">h", x) for x, _ in steps)
            + b"".join(struct.pack(">h", y) for _, y in steps)
        )

    def _part(self, glyph: int) -> int:
        """The number of a glyph that only others refer to."""
        if glyph not in self._parts:
            if glyph == 0xFFFF:
                self._outlines.append(self._frame_outline())
                self._advances.append(0)
                self._bearings.append(0)
            else:
                advance, bearing = self.font.metrics(glyph)
                self._outlines.append(self.font.outline(glyph))
                self._advances.append(advance)
                self._bearings.append(bearing)
            self._parts[glyph] = len(self._outlines) - 1
        return self._parts[glyph]

    def _renumbered(self, outline: bytes) -> bytes:
        """A composite glyph with its parts named by their numbers here."""
        changed = bytearray(outline)
        at, flags = 10, _MORE
        while flags & _MORE:
            flags, glyph = struct.unpack_from(">2H", changed, at)
            struct.pack_into(">H", changed, at + 2, self._part(glyph))
            at += 4 + (4 if flags & _WORDS else 2)
            at += 2 if flags & _SCALE else 4 if flags & _XY_SCALE else 8 if flags & _MATRIX else 0
        return bytes(changed)

    def font_file(self) -> bytes:
        """A TrueType file of these glyphs, numbered as `id_of` did."""
        outlines, places, at, i = [], [0], 0, 0
        while i < len(self._outlines):
            outline = self._outlines[i]
            if len(outline) > 2 and outline[0] & 0x80:
                outline = self._renumbered(outline)
            outline += b"\0" * (-len(outline) % 4)
            outlines.append(outline)
            at += len(outline)
            places.append(at)
            i += 1
        count = len(outlines)
        head = bytearray(self.font.table(b"head"))
        struct.pack_into(">L", head, 8, 0)
        struct.pack_into(">h", head, 50, 1)
        hhea = bytearray(self.font.table(b"hhea"))
        struct.pack_into(">H", hhea, 10, max(self._advances))
        struct.pack_into(">H", hhea, 34, count)
        maxp = bytearray(self.font.table(b"maxp"))
        struct.pack_into(">H", maxp, 4, count)
        if len(maxp) >= 32:
            struct.pack_into(">2H", maxp, 28, max(8, *struct.unpack_from(">H", maxp, 28)), 3)
        metrics = struct.pack(
            f">{2 * count}H",
            *(v for pair in zip(self._advances, self._bearings, strict=True) for v in pair),
        )
        tables = {
            b"glyf": b"".join(outlines),
            b"head": bytes(head),
            b"hhea": bytes(hhea),
            b"hmtx": metrics,
            b"loca": struct.pack(f">{count + 1}L", *places),
            b"maxp": bytes(maxp),
        }
        return _assembled(tables)


def _assembled(tables: dict[bytes, bytes]) -> bytes:
    """A font file of the given tables, in the order of their tags, with checksums."""
    count = len(tables)
    power = count.bit_length() - 1
    header = struct.pack(">L4H", 0x00010000, count, 16 << power, power, 16 * count - (16 << power))
    at = 12 + 16 * count
    directory, bodies = b"", b""
    head_at = 0
    for tag, body in sorted(tables.items()):
        directory += struct.pack(">4s3L", tag, _checksum(body), at, len(body))
        if tag == b"head":
            head_at = at
        padded = body + b"\0" * (-len(body) % 4)
        bodies += padded
        at += len(padded)
    whole = bytearray(header + directory + bodies)
    struct.pack_into(">L", whole, head_at + 8, (0xB1B0AFBA - _checksum(whole)) & 0xFFFFFFFF)
    return bytes(whole)


def _checksum(body: bytes | bytearray) -> int:
    words = array("I")
    words.frombytes(bytes(body) + b"\0" * (-len(body) % 4))
    if sys.byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF
