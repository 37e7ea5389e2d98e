"""Makes the fallback fonts of this folder; run by hand when a source font has a new version.

    python resources/fonts/fallbacks.py FOLDER_WITH_SOURCE_FONTS [NAME …]

A document's text is set in Noto Sans SC.  What it has no glyph for comes from the files made here,
each cut down to the characters that none before it in the chain has:

    Latin.ttf    Noto Sans: Latin, Greek and Cyrillic in full, and narrow forms of the marks that
                 Chinese and Western text share
    Symbols.ttf  Noto Sans Symbols 2, Symbols and Math: boxes, ticks, arrows, signs
    Scripts.ttf  Noto Sans Yi, Lisu, Tai Le, New Tai Lue
    Hangul.ttf   Nanum Gothic, its Korean syllables
    Emoji.ttf    Noto Emoji, in outline
    RareHan.ttf  Hanazono Mincho B and A: rare and compatibility ideographs

All are under the SIL Open Font License (Hanazono also under its own, wider one); the cut-down
files carry other names because some licences reserve theirs.  Not covered: Unicode 13 and later
ideographs (extension G on), and scripts that need shaping (Tibetan, Mongolian, Arabic, Indic).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FIRST = "NotoSansSC-Regular.ttf"
CHAIN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Latin", ("NotoSans-Regular.ttf",)),
    (
        "Symbols",
        ("NotoSansSymbols2-Regular.ttf", "NotoSansSymbols-Regular.ttf", "NotoSansMath-Regular.ttf"),
    ),
    (
        "Scripts",
        (
            "NotoSansYi-Regular.ttf",
            "NotoSansLisu-Regular.ttf",
            "NotoSansTaiLe-Regular.ttf",
            "NotoSansNewTaiLue-Regular.ttf",
        ),
    ),
    ("Hangul", ("NanumGothic.ttf",)),
    ("Emoji", ("noto-emoji-emoji-400-normal.woff",)),
    ("RareHan", ("HanaMinB.ttf", "HanaMinA.ttf")),
)
_HANGUL = {*range(0x1100, 0x1200), *range(0x3131, 0x318F), *range(0xAC00, 0xD7A4)}
_HAN = {
    *range(0x2E80, 0x2FE0),
    *range(0x3400, 0xA000),
    *range(0xF900, 0xFB00),
    *range(0x20000, 0x2FA20),
}
SHARED = set(map(ord, "“”‘’…—·•×"))
"""Marks Noto Sans SC draws as wide as an ideograph; between Latin letters that is wrong."""
_ONLY: dict[str, set[int]] = {"Hangul": _HANGUL, "RareHan": _HAN}
"""Source fonts hold more than is wanted of them."""


def _cut(path: Path, wanted: set[int]) -> Any:
    """A source font with only the wanted characters, without hints and layout."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(path)
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += [
        "GSUB",
        "GPOS",
        "GDEF",
        "BASE",
        "MATH",
        "STAT",
        "gasp",
        "vhea",
        "vmtx",
        "VORG",
        "meta",
        "DSIG",
        "FFTM",
    ]
    options.notdef_outline = True
    options.glyph_names = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    return font


def _named(font: Any, name: str) -> Any:
    """The font under a name of its own."""
    font.flavor = None
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in {0, 13, 14}]
    for number, text in (
        (1, f"POSCare {name}"),
        (2, "Regular"),
        (4, f"POSCare {name}"),
        (6, f"POSCare-{name}"),
    ):
        names.setName(text, number, 3, 1, 0x409)
    font["post"].formatType = 3.0
    return font


def _joined(fonts: list[Any], folder: Path) -> Any:
    """Several cut fonts of one scale as one."""
    from fontTools.merge import Merger

    parts = []
    for i, font in enumerate(fonts):
        parts.append(folder / f".part{i}.ttf")
        font.save(parts[-1])
    joined = Merger().merge([str(part) for part in parts])
    for part in parts:
        part.unlink()
    return joined


def make(sources: Path, wanted_files: frozenset[str]) -> None:
    """Write the files of the chain, or those named."""
    from fontTools.ttLib import TTFont

    have = set(TTFont(HERE / FIRST).getBestCmap())
    for name, files in CHAIN:
        fonts = []
        for file in files:
            path = next(sources.rglob(file))
            only = _ONLY.get(name)
            wanted = {
                code
                for code in TTFont(path).getBestCmap()
                if code >= 0x20
                and (code not in have or (name == "Latin" and code in SHARED))
                and (only is None or code in only)
            }
            have |= wanted
            if wanted and (not wanted_files or name in wanted_files):
                fonts.append(_cut(path, wanted))
        if not fonts:
            continue
        font = fonts[0] if len(fonts) == 1 else _joined(fonts, HERE)
        target = HERE / f"{name}.ttf"
        _named(font, name).save(target)
        print(f"{target.name}: {len(font.getBestCmap())} characters, {target.stat().st_size} bytes")


if __name__ == "__main__":
    make(Path(sys.argv[1]), frozenset(sys.argv[2:]))
