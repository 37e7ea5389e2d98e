"""Photos of a case: shown small, added by file, paste, drag or camera folder, named and sorted.

The strip stores nothing: it signals what the user wants and shows what it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QIcon,
    QImage,
    QPainter,
    QPixmap,
)
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from app.domain.documents import Attachment, Stage
from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import action_button, bind_keys
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import column, label, plain_tip
from app.gui.toolkit.progress import ProgressLine
from app.gui.toolkit.theme import pixmap, tokens
from app.gui.toolkit.wheel_safe import ComboBox
from app.gui.toolkit.wrapping import wrapping
from app.texts import word

THUMB = QSize(148, 111)
_KEY = Qt.ItemDataRole.UserRole


class PhotoStrip(QWidget):
    """`stage` is what photos added next are taken to show."""

    files_offered = Signal(list)
    """Files to take in, each a `Path`."""
    picture_offered = Signal(QImage)
    """A picture that was pasted or dragged here."""
    files_wanted = Signal()
    """Photos are to be chosen from the disk."""
    camera_wanted = Signal()
    """Photos are to be chosen from the folder of the camera."""
    renamed = Signal(str, Stage, str)
    """Id, stage and caption a photo is given."""
    removed = Signal(Attachment)
    opened = Signal(Attachment)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Attachment, ...] = ()
        self._filling = False
        self._edited = ""
        self.progress = ProgressLine()
        self._trouble = label("", "error", wrap=True, copy=True)
        self._make_list()
        self._make_editor()
        hint = label(_("Drag or paste photos here"), "muted")
        self.layout_ = column(
            wrapping(hint, None, self.stage_box, self._paste, self._camera, self._files),
            self.progress,
            self._trouble,
            self.list,
            self._editor,
        )
        self.layout_.setStretch(3, 1)
        self.setLayout(self.layout_)
        self.setAcceptDrops(True)
        bind_keys(
            self,
            UserAction.PASTE_PHOTO,
            self.paste,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        self.show_trouble("")
        self._on_current()

    def _make_list(self) -> None:
        self.stage_box = ComboBox()
        self.stage_box.setAccessibleName(_("Taken to show"))
        self.stage_box.setToolTip(_("What photos added next show"))
        for stage in Stage:
            self.stage_box.addItem(word(words(), "photo_stage", stage), str(stage))
        self._paste = action_button(UserAction.PASTE_PHOTO, self.paste, bind=False)
        self._camera = action_button(UserAction.CAMERA_FOLDER, self.camera_wanted.emit)
        self._files = action_button(
            UserAction.ADD_PHOTOS, self.files_wanted.emit, role="primary", bind=False
        )
        self.list = QListWidget()
        self.list.setAccessibleName(_("Photos and files"))
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setUniformItemSizes(True)
        self.list.setWordWrap(False)
        self.list.setIconSize(THUMB)
        self.list.setSpacing(6)
        self.list.setMinimumHeight(172)
        self.list.currentItemChanged.connect(lambda *_args: self._on_current())
        self.list.itemDoubleClicked.connect(lambda _item: self._open())

    def _make_editor(self) -> None:
        self.stage_edit = ComboBox()
        self.stage_edit.setAccessibleName(_("Shows"))
        for stage in Stage:
            self.stage_edit.addItem(word(words(), "photo_stage", stage), str(stage))
        self.stage_edit.activated.connect(self._rename)
        self.caption = QLineEdit()
        self.caption.setPlaceholderText(_("What it shows, printed below the photo"))
        self.caption.setAccessibleName(_("Caption"))
        self.caption.setMaxLength(500)
        self.caption.editingFinished.connect(self._rename)
        self._about = label("", "muted")
        line = wrapping(
            self.stage_edit,
            self.caption,
            self._about,
            action_button(UserAction.VIEW_PHOTO, self._open),
            action_button(UserAction.REMOVE_PHOTO, self._remove),
        )
        self._editor = line

    # --- showing -------------------------------------------------------------------------------

    def show_photos(self, found: Sequence[Attachment], *, editable: bool) -> None:
        """Show these; pictures follow by `show_picture`."""
        current = self.current()
        self._filling = True
        self.list.clear()
        self._shown = tuple(found)
        for item in found:
            symbol = "triangle-alert" if item.damaged else "file-text"
            made = QListWidgetItem(_framed(None, symbol), _caption(item))
            made.setData(_KEY, item.id)
            made.setToolTip(plain_tip(_tip(item)))
            made.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            made.setSizeHint(QSize(THUMB.width() + 14, THUMB.height() + 34))
            self.list.addItem(made)
            if current is not None and item.id == current.id:
                self.list.setCurrentItem(made)
        self._filling = False
        for one in (self._paste, self._camera, self._files, self.stage_box, self._editor):
            one.setEnabled(editable)
        self.setAcceptDrops(editable)
        self._on_current()

    def show_picture(self, key: str, picture: QImage) -> None:
        """The small picture of a photo."""
        for place in range(self.list.count()):
            item = self.list.item(place)
            if item.data(_KEY) == key:
                item.setIcon(_framed(picture, ""))

    def show_trouble(self, text: str) -> None:
        """Say which files were refused and why; empty takes it away."""
        self._trouble.setText(text)
        self._trouble.setVisible(bool(text))

    def current(self) -> Attachment | None:
        """The selected photo."""
        item = self.list.currentItem()
        key = item.data(_KEY) if item is not None else None
        return next((one for one in self._shown if one.id == key), None)

    def stage(self) -> Stage:
        """What photos added next are taken to show."""
        return Stage(self.stage_box.currentData())

    def _on_current(self) -> None:
        if self._filling:
            return
        found = self.current()
        self._editor.setVisible(found is not None)
        if found is not None:
            self.stage_edit.setCurrentIndex(self.stage_edit.findData(str(found.stage)))
            typing = self.caption.hasFocus() and self.caption.isModified()
            if found.id != self._edited or not typing:
                # What is read anew while somebody types takes nothing from them.
                self.caption.setText(found.caption)
            self._edited = found.id
            size = f"{found.size / 1024 / 1024:.1f} MiB"
            pixels = f"{found.width} × {found.height} · " if found.width else ""
            self._about.setText(f"{pixels}{size}")

    # --- wishes --------------------------------------------------------------------------------

    def _rename(self) -> None:
        found = self.current()
        stage = Stage(self.stage_edit.currentData())
        caption = self.caption.text().strip()
        if found is not None and (found.stage, found.caption) != (stage, caption):
            self.renamed.emit(found.id, stage, caption)

    def _remove(self) -> None:
        if (found := self.current()) is not None:
            self.removed.emit(found)

    def _open(self) -> None:
        if (found := self.current()) is not None:
            self.opened.emit(found)

    def paste(self) -> None:
        """Take in the picture or the files of the clipboard."""
        if not self._take(QGuiApplication.clipboard().mimeData()):
            self.show_trouble(_("There is no picture in the clipboard."))

    def _take(self, content: QMimeData) -> bool:
        files = [Path(url.toLocalFile()) for url in content.urls() if url.isLocalFile()]
        if files:
            self.files_offered.emit(files)
        elif content.hasImage():
            self.picture_offered.emit(QImage(content.imageData()))
        else:
            return False
        return True

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._take(event.mimeData()):
            event.acceptProposedAction()


def _caption(item: Attachment) -> str:
    said = word(words(), "photo_stage", item.stage)
    if item.damaged:
        said = _("Damaged")
    if item.waiting:
        said = _("Not readable now")
    return f"{said} · {item.caption or item.name}"[:26]


def _tip(item: Attachment) -> str:
    tip = f"{item.name} · {item.caption}" if item.caption else item.name
    if item.damaged:
        tip += "\n" + _("The file is damaged; it is kept as it came.")
    if item.waiting:
        tip += "\n" + _("The picture cannot be read at the moment; it is kept as it came.")
    return tip


def _framed(picture: QImage | None, symbol: str) -> QIcon:
    """A picture, or a symbol, on a card of the same size as all others."""
    ratio = 2.0
    made = QPixmap(THUMB * ratio)
    made.fill(QColor(tokens().neutral_soft))
    painter = QPainter(made)
    if picture is not None and not picture.isNull():
        small = picture.scaled(
            made.size(),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        painter.drawImage(
            (made.width() - small.width()) // 2, (made.height() - small.height()) // 2, small
        )
    elif symbol:
        mark = pixmap(symbol, "warning" if symbol == "triangle-alert" else "muted", 64)
        painter.drawPixmap(
            (made.width() - mark.width()) // 2, (made.height() - mark.height()) // 2, mark
        )
    painter.end()
    made.setDevicePixelRatio(ratio)
    found = QIcon(made)
    # Chosen pictures keep their colours: they are evidence.
    found.addPixmap(made, QIcon.Mode.Selected)
    return found
