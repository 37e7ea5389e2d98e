"""How a page of the manual looks: Qt reads Markdown without a style sheet."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QPixmap,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFragment,
    QTextFrameFormat,
    QTextTable,
)

from app.gui.toolkit.theme import BODY, SECTION, TITLE, tokens, ui_font

_SIZES = {1: TITLE + 3, 2: TITLE - 1, 3: SECTION}
"""Points of a heading, by its level."""
_LINE = 140
"""Per cent of the line height."""
_MARGIN = 22
_WITHIN = 6
"""Pixels around the page, and around the text of a cell."""


def fit_pictures(document: QTextDocument, width: int) -> None:
    """Make the pictures as wide as there is room, and no wider than they are."""
    room = max(1, width - 2 * _MARGIN)
    block = document.begin()
    while block.isValid():
        walk = block.begin()
        while not walk.atEnd():
            piece = walk.fragment()
            if piece.charFormat().isImageFormat():
                _fit_picture(document, piece, room)
            walk += 1  # type: ignore[misc]
        block = block.next()


def _fit_picture(document: QTextDocument, piece: QTextFragment, room: int) -> None:
    shape = piece.charFormat().toImageFormat()
    kind = QTextDocument.ResourceType.ImageResource.value
    picture = document.resource(kind, QUrl(shape.name()))
    wide = picture.width() if isinstance(picture, QImage | QPixmap) else 0
    wanted = min(room, wide)
    if wanted <= 0 or shape.width() == wanted:
        return
    shape.setWidth(wanted)
    cursor = QTextCursor(document)
    cursor.setPosition(piece.position())
    cursor.setPosition(piece.position() + piece.length(), QTextCursor.MoveMode.KeepAnchor)
    cursor.setCharFormat(shape)


def dress_page(document: QTextDocument) -> None:
    """Give headings, paragraphs, keys and tables the look of the program."""
    document.setDocumentMargin(_MARGIN)
    block = document.begin()
    while block.isValid():
        _dress_block(block)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame)


def _dress_block(block: QTextBlock) -> None:
    cursor = QTextCursor(block)
    level = block.blockFormat().headingLevel()
    in_table = cursor.currentTable() is not None
    shape = QTextBlockFormat()
    # Of a picture the line height would leave a part of its height empty below it.
    if not _holds_picture(block):
        shape.setLineHeight(_LINE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    if level:
        shape.setTopMargin(0 if level == 1 else 16)
        shape.setBottomMargin(6)
    elif not in_table:
        shape.setBottomMargin(4 if block.textList() else 8)
    cursor.mergeBlockFormat(shape)
    if level:
        look = QTextCharFormat()
        look.setFontPointSize(_SIZES.get(level, BODY))
        look.setFontWeight(QFont.Weight.DemiBold)
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        cursor.mergeCharFormat(look)
        return
    _dress_keys(block)


def _holds_picture(block: QTextBlock) -> bool:
    walk = block.begin()
    return not walk.atEnd() and walk.fragment().charFormat().isImageFormat()


def _dress_keys(block: QTextBlock) -> None:
    """Keys and commands on a ground of their own, in the letters of the rest: the fixed ones of
    many systems have no Chinese."""
    spans = []
    walk = block.begin()
    while not walk.atEnd():
        piece = walk.fragment()
        if piece.charFormat().fontFixedPitch():
            spans.append((piece.position(), piece.length()))
        walk += 1  # type: ignore[misc]
    look = QTextCharFormat()
    look.setFontFamilies(ui_font().families())
    look.setFontFixedPitch(False)
    look.setBackground(QColor(tokens().neutral_soft))
    for begin, length in spans:
        cursor = QTextCursor(block)
        cursor.setPosition(begin)
        cursor.setPosition(begin + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(look)


def _dress_table(table: QTextTable) -> None:
    shape = table.format()
    shape.setBorder(1)
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setBorderBrush(QColor(tokens().line))
    shape.setBorderCollapse(True)
    shape.setCellSpacing(0)
    shape.setCellPadding(_WITHIN)
    shape.setTopMargin(6)
    shape.setBottomMargin(12)
    table.setFormat(shape)
    for place in range(table.columns()):
        cell = table.cellAt(0, place)
        look = cell.format()
        look.setBackground(QColor(tokens().neutral_soft))
        cell.setFormat(look)
