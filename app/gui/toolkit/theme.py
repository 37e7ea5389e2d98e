"""The theme: colours, fonts and icons, light and dark, and the style sheet made of them.

Widgets ask for a token or set an object property the style sheet knows; none carries a colour of
its own.  Status is always symbol + word + tint.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, fields
from string import Template

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from app.paths import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Every colour there is."""

    name: str
    background: str
    surface: str
    raised: str
    line: str
    line_strong: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    ok: str
    ok_soft: str
    warning: str
    warning_soft: str
    danger: str
    danger_soft: str
    neutral_soft: str
    rail: str
    rail_text: str
    rail_active: str
    series: tuple[str, ...]
    """Colours of charts in the order of the fault classes, the last for what has none."""


LIGHT = Tokens(
    name="light",
    background="#f5f6f8",
    surface="#ffffff",
    raised="#f8f9fb",
    line="#dfe3e8",
    line_strong="#b9c1ca",
    text="#1c232b",
    muted="#5d6873",
    accent="#1a65d6",
    accent_hover="#1757b9",
    accent_soft="#e7f0fe",
    on_accent="#ffffff",
    ok="#187a47",
    ok_soft="#e3f4ea",
    warning="#8a5800",
    warning_soft="#fdf1d9",
    danger="#b42318",
    danger_soft="#fde8e6",
    neutral_soft="#eceff3",
    rail="#1b2430",
    rail_text="#c6ced8",
    rail_active="#323c48",
    series=(
        "#b42318",
        "#1f6feb",
        "#b87400",
        "#6d4fc4",
        "#a8327d",
        "#1a7f4b",
        "#1b8a9e",
        "#5d6873",
        "#8895a2",
        "#c3ccd6",
    ),
)
DARK = Tokens(
    name="dark",
    background="#14181d",
    surface="#1c2128",
    raised="#222831",
    line="#313843",
    line_strong="#4a5361",
    text="#e4e8ed",
    muted="#98a4b0",
    accent="#5b9bff",
    accent_hover="#7aafff",
    accent_soft="#1d2c44",
    on_accent="#0d1420",
    ok="#57c98a",
    ok_soft="#15301f",
    warning="#e8b34a",
    warning_soft="#392c10",
    danger="#ff8177",
    danger_soft="#43201d",
    neutral_soft="#2a313b",
    rail="#0f1317",
    rail_text="#b8c1cc",
    rail_active="#262b31",
    series=(
        "#ff8177",
        "#5b9bff",
        "#e8b34a",
        "#a78bfa",
        "#f07cc0",
        "#57c98a",
        "#4fc3d9",
        "#98a4b0",
        "#6f7b88",
        "#4a5361",
    ),
)

BODY, SMALL, SECTION, TITLE, QUESTION = 10.5, 10.0, 11.5, 14.0, 16.5
"""Type sizes in points."""

_CHINESE_FAMILIES = (
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
)


@dataclass(frozen=True, slots=True)
class Badge:
    """A state as symbol, word and tint."""

    text: str
    tone: str = "neutral"
    icon: str = ""


_tokens = LIGHT
_sheet = ""


def tokens() -> Tokens:
    """The colours in use."""
    return _tokens


def tone_colors(tone: str) -> tuple[QColor, QColor]:
    """Foreground and tint of a tone."""
    if tone == "neutral":
        return QColor(_tokens.muted), QColor(_tokens.neutral_soft)
    return QColor(getattr(_tokens, tone)), QColor(getattr(_tokens, f"{tone}_soft"))


def apply(app: QApplication, choice: str) -> None:
    """Apply a theme to the program: ``light``, ``dark``, or that of the ``system``."""
    global _tokens, _sheet
    dark = choice == "dark" or (
        choice == "system" and QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    )
    wanted = DARK if dark else LIGHT
    if _sheet and wanted is _tokens:
        return
    _tokens = wanted
    icon.cache_clear()
    pixmap.cache_clear()
    if not _sheet:
        # Once: every widget there is would be taken out of the old style and put into the new one.
        app.setStyle(QStyleFactory.create("Fusion"))
        app.setFont(ui_font())
    app.setPalette(_palette(_tokens))
    _sheet = _style_sheet(_tokens)
    for window in app.topLevelWidgets():
        if window.styleSheet():
            window.setStyleSheet(_sheet)


def style_window(window: QWidget) -> None:
    """Give the style sheet to a window that belongs to no other; what is in it inherits it.

    The program as a whole has none: with one, Qt styles all that a widget holds anew each time the
    widget is put into another, and a page built from the inside outwards takes several times as
    long.
    """
    if window.parentWidget() is None:
        window.setStyleSheet(_sheet)


@functools.cache
def ui_family() -> str:
    """The system's Chinese interface font, or the one shipped for documents when it has none."""
    available = set(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))
    for family in _CHINESE_FAMILIES:
        if family in available:
            return family
    if available:
        return sorted(available)[0]
    shipped = QFontDatabase.addApplicationFont(
        str(resources() / "fonts" / "NotoSansSC-Regular.ttf")
    )
    families = QFontDatabase.applicationFontFamilies(shipped)
    return families[0] if families else QGuiApplication.font().family()


def ui_font(size: float = BODY, *, bold: bool = False) -> QFont:
    """The interface font at a size in points."""
    font = QFont(ui_family())
    font.setPointSizeF(size)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font


def _palette(colors: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for roles, color in (
        ((role.Window, role.AlternateBase), colors.background),
        ((role.Base, role.Button, role.ToolTipBase), colors.surface),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText), colors.text),
        ((role.Highlight,), colors.accent),
        ((role.HighlightedText,), colors.on_accent),
        ((role.PlaceholderText,), colors.muted),
        ((role.Link,), colors.accent),
        ((role.Mid, role.Dark), colors.line),
        ((role.Light, role.Midlight), colors.raised),
    ):
        for one in roles:
            palette.setColor(one, QColor(color))
    disabled = QPalette.ColorGroup.Disabled
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(disabled, one, QColor(colors.line_strong))
    return palette


def _style_sheet(colors: Tokens) -> str:
    template = Template((resources() / "styles" / "app.qss").read_text(encoding="utf-8"))
    values = {item.name: getattr(colors, item.name) for item in fields(colors)}
    values |= {
        "body": BODY,
        "small": SMALL,
        "section": SECTION,
        "title": TITLE,
        "question": QUESTION,
    }
    values["icons"] = (resources() / "styles" / colors.name).as_posix()
    return template.substitute(values)


def _painted(name: str, color: str, size: int, ratio: float) -> QPixmap:
    source = (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    source = source.replace("currentColor", color).replace(
        'stroke-width="2"', 'stroke-width="1.75"'
    )
    renderer = QSvgRenderer(QByteArray(source.encode()))
    picture = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


@functools.lru_cache(maxsize=512)
def pixmap(name: str, token: str = "text", size: int = 18) -> QPixmap:
    """An outline icon in the colour of a token, sharp on this screen."""
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    return _painted(name, getattr(_tokens, token), size, ratio)


@functools.lru_cache(maxsize=512)
def icon(name: str, token: str = "text", size: int = 18) -> QIcon:
    """An outline icon with its disabled look."""
    found = QIcon(pixmap(name, token, size))
    found.addPixmap(pixmap(name, "line_strong", size), QIcon.Mode.Disabled)
    return found
