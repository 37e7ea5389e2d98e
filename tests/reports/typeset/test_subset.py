"""Fonts cut down by us and by fontTools agree: outlines, advances, and text read back."""

from __future__ import annotations

import io
import itertools
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.paths import resources
from app.reports.typeset.fonts import CHAIN, fonts
from app.reports.typeset.truetype import Subset

ttlib = pytest.importorskip("fontTools.ttLib", reason="fontTools is not installed")
subset = pytest.importorskip("fontTools.subset")
pens = pytest.importorskip("fontTools.pens.recordingPen")

_CHARACTERS: dict[int, list[int]] = {}


def characters(face: int) -> list[int]:
    """The characters of a font of the chain, as fontTools reads them."""
    if face not in _CHARACTERS:
        with ttlib.TTFont(resources() / "fonts" / CHAIN[face], lazy=True) as font:
            _CHARACTERS[face] = sorted(font.getBestCmap())
    return _CHARACTERS[face]


def outline(font: Any, name: str) -> list[Any]:
    """The contours of a glyph, its parts put in place."""
    pen = pens.DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    return list(pen.value)


def ours(face: int, codes: list[int]) -> tuple[Any, list[int]]:
    """The font of these characters cut by us, opened by fontTools, and each one's number."""
    font = fonts().face(face)
    cut = Subset(font)
    numbers = [cut.id_of(code, font.glyph(code)) for code in codes]
    return ttlib.TTFont(io.BytesIO(cut.font_file()), checkChecksums=2), numbers


def theirs(face: int, codes: list[int]) -> Any:
    """The font of these characters cut by fontTools."""
    options = subset.Options(notdef_outline=True, layout_features=[], hinting=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    font = ttlib.TTFont(resources() / "fonts" / CHAIN[face])
    cutter.subset(font)
    file = io.BytesIO()
    font.save(file)
    return ttlib.TTFont(io.BytesIO(file.getvalue()))


def agree(face: int, codes: list[int]) -> None:
    """Outlines and advances of every character are the same in both."""
    mine, numbers = ours(face, codes)
    other = theirs(face, codes)
    names, cmap = mine.getGlyphOrder(), other.getBestCmap()
    for code, number in zip(codes, numbers, strict=True):
        name = names[number]
        assert outline(mine, name) == outline(other, cmap[code]), f"U+{code:04X}"
        assert mine["hmtx"][name][0] == other["hmtx"][cmap[code]][0], f"U+{code:04X}"


@pytest.mark.parametrize("face", range(len(CHAIN)))
def test_a_subset_has_the_glyphs_fonttools_cuts(face: int) -> None:
    chosen = random.Random(face).sample(characters(face), min(80, len(characters(face))))
    agree(face, chosen)


@pytest.mark.parametrize("face", range(len(CHAIN)))
def test_every_character_of_a_font_is_found_where_fonttools_finds_it(face: int) -> None:
    with ttlib.TTFont(resources() / "fonts" / CHAIN[face], lazy=True) as font:
        cmap, order = font.getBestCmap(), font.getReverseGlyphMap()
        mine = fonts().face(face)
        assert [code for code, name in cmap.items() if mine.glyph(code) != order[name]] == []
        assert mine.glyph(max(cmap) + 1) == 0
        names = font.getGlyphOrder()
        chosen = random.Random(face).sample(range(len(names)), 50)
        assert [mine.metrics(i)[0] for i in chosen] == [font["hmtx"][names[i]][0] for i in chosen]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_texts_come_back_from_the_numbers(data: st.DataObject) -> None:
    face = data.draw(st.integers(0, len(CHAIN) - 1))
    codes = data.draw(st.lists(st.sampled_from(characters(face)), min_size=1, max_size=40))
    font = fonts().face(face)
    cut = Subset(font)
    numbers = [cut.id_of(code, font.glyph(code)) for code in codes]
    assert [cut.codes[number] for number in numbers] == codes


def test_the_file_is_what_a_sanitiser_demands() -> None:
    """Checksums, table bounds, glyph order and sizes, as OTS looks at them."""
    codes = random.Random(1).sample(characters(0), 200)
    font = fonts().face(0)
    cut = Subset(font)
    for code in codes:
        cut.id_of(code, font.glyph(code))
    cut.box_of(0xE000)
    cut.box_of(0x30000)
    content = cut.font_file()
    read = ttlib.TTFont(io.BytesIO(content), checkChecksums=2)
    count = read["maxp"].numGlyphs
    assert count == cut.glyph_count == len(read.getGlyphOrder())
    assert read["hhea"].numberOfHMetrics == count
    assert len(read["loca"].locations) == count + 1
    assert list(read["loca"].locations) == sorted(read["loca"].locations)
    assert read["loca"].locations[-1] <= len(content)
    places = sorted((e.offset, e.length) for e in read.reader.tables.values())
    for (offset, length), (after, _length) in itertools.pairwise(places):
        assert offset % 4 == 0
        assert offset + length <= after
    assert places[-1][0] + places[-1][1] <= len(content)
    for name in read.getGlyphOrder():
        glyph = read["glyf"][name]
        if glyph.isComposite():
            assert all(part.glyphName in read["glyf"].keys() for part in glyph.components)  # noqa: SIM118
        outline(read, name)
