"""Text and graphics of both looks can be told from what they stand on (WCAG 2.2, 1.4.3, 1.4.11)."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtGui import QColor

from app.gui.toolkit.theme import DARK, LIGHT, Tokens

LOOKS = pytest.mark.parametrize("colors", [LIGHT, DARK], ids=lambda colors: colors.name)
GROUNDS = ("background", "surface", "raised", "accent_soft", "neutral_soft")
TEXT = (
    *product(("text", "muted"), GROUNDS),
    *product(("accent",), ("background", "surface", "raised", "accent_soft")),
    *((tone, ground) for tone in ("ok", "warning", "danger") for ground in GROUNDS[:3]),
    *((tone, f"{tone}_soft") for tone in ("ok", "warning", "danger")),
    *(("text", f"{tone}_soft") for tone in ("ok", "warning", "danger")),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("rail_text", "rail"),
    ("rail_text", "rail_active"),
)
"""What is written, and what on."""
GRAPHICS = (*product(("accent", "danger", "ok", "warning", "muted"), GROUNDS[:3]),)
"""Rings, symbols and marks, and what they stand on."""


def luminance(color: str) -> float:
    """Relative luminance as WCAG defines it, 0 to 1."""
    parts = QColor(color).getRgbF()[:3]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colors: Tokens, one: str, other: str) -> float:
    """The ratio of two colours of a look, 1 to 21."""
    high, low = sorted((luminance(getattr(colors, name)) for name in (one, other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def below(colors: Tokens, pairs: tuple[tuple[str, str], ...], least: float) -> dict[str, float]:
    ratios = {f"{one} on {other}": contrast(colors, one, other) for one, other in pairs}
    return {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < least}


def test_black_on_white_is_twenty_one() -> None:
    assert (luminance("#ffffff") + 0.05) / (luminance("#000000") + 0.05) == pytest.approx(21)


@LOOKS
def test_text_can_be_read(colors: Tokens) -> None:
    assert below(colors, TEXT, 4.5) == {}


@LOOKS
def test_rings_and_symbols_can_be_seen(colors: Tokens) -> None:
    assert below(colors, GRAPHICS, 3) == {}


@LOOKS
def test_series_of_charts_can_be_seen(colors: Tokens) -> None:
    """But for the last, which stands for what has no class; each has its name and number beside."""
    pairs = {
        n: (luminance(tone), luminance(colors.surface)) for n, tone in enumerate(colors.series)
    }
    ratios = {n: (max(pair) + 0.05) / (min(pair) + 0.05) for n, pair in pairs.items()}
    assert {n: round(r, 2) for n, r in list(ratios.items())[:-1] if r < 3} == {}
