"""The base class of form dialogs: collects a draft, shows problems beside their fields.

The dialog closes only when the page says the draft was accepted, so a refused draft loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QTabBar, QWidget

from app.domain.errors import AppError, InvalidInput, Overtaken, Problem
from app.gui.actions import UserAction
from app.gui.toolkit.action_buttons import bind_keys, key_hint
from app.gui.toolkit.announce import announce
from app.gui.toolkit.forms import Field, Form
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import button, column, label, panel, row
from app.gui.toolkit.problems import message
from app.gui.toolkit.working_dialog import WorkingDialog
from app.texts import field_label, problem_text

Typed = dict[str, Any]
"""What somebody had typed into a dialog that is opened anew, by field."""


class DraftDialog(WorkingDialog):
    """Collects one draft.  `submitted` carries what `make` built from the form's values."""

    edited = Signal()
    """Something was typed or chosen; a moment has passed since."""

    def __init__(
        self,
        title: str,
        fields: Iterable[Field],
        make: Callable[[dict[str, Any]], Any],
        *,
        action: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.prefer(480)
        self.form = Form(fields)
        self.form.edited.connect(self.edited)
        self._make = make
        self.confirm: Callable[[dict[str, Any]], bool] | None = None
        """Asked before what cannot be undone is handed out; No keeps the dialog as it is."""
        self._trouble = label("", "error", wrap=True)
        self._trouble.hide()
        self.record_key = ""
        """The record it is about; empty for one that is still to be made."""
        self._again: Callable[[Typed], object] | None = None
        self._overtaken_head, self._overtaken = label(""), label("", wrap=True, copy=True)
        self._reload = button(
            _("Reload and keep what I typed"), self._on_reload, role="link", icon="refresh-cw"
        )
        self._meanwhile = panel(
            column(
                row(self._overtaken_head, None, self._reload),
                self._overtaken,
                spacing=2,
                margins=(12, 4, 12, 8),
            ),
            "warning",
        )
        self._meanwhile.hide()
        self._began: dict[str, Any] = {}
        self._go = button(
            action or _("Save"), self.submit, role="primary", tip=key_hint(UserAction.CONFIRM)
        )
        self._go.setDefault(True)
        self._cancel = button(_("Cancel"), self.reject)
        self.layout_ = column(self.form, None, spacing=12)
        self.foot = row(None, self._cancel, self._go)
        """The buttons, which stay in sight."""
        self.arrange(self.layout_, self._meanwhile, self._trouble, self.progress, self.foot)
        bind_keys(self, UserAction.CONFIRM, self.submit)

    def insert(self, widget: QWidget, place: int = 0, *, grows: bool = False) -> None:
        """Put something above (0) or below the form; what `grows` takes all the room that is
        left."""
        self.layout_.insertWidget(place, widget, int(grows))
        if grows:
            self.layout_.setStretch(self.layout_.count() - 1, 0)

    def is_about(self, key: str, again: Callable[[Typed], object]) -> None:
        """The dialog changes the record `key`: what others do to it meanwhile is told, and `again`
        offered: it opens this dialog anew with the record as it is now, and puts back what it is
        given, what differs from the beginning of this one."""
        self.record_key, self._again = key, again

    def tell_overtaken(self, text: str) -> None:
        """Say who changed the record meanwhile, below a first line that says so; everything typed
        stays."""
        head, _line, deeds = text.partition("\n")
        self._overtaken_head.setText(head)
        self._overtaken.setText(deeds)
        self._overtaken.setVisible(bool(deeds))
        self._meanwhile.show()
        self.fit()

    def _on_reload(self) -> None:
        self.form.flush()
        now, again = self.content(), self._again
        typed = {name: value for name, value in now.items() if value != self._began.get(name)}
        self.reject()
        assert again is not None
        again(typed)

    def name_cancel(self, text: str) -> None:
        """What leaving the dialog does."""
        self._cancel.setText(text)

    def hide_cancel(self) -> None:
        """There is one way on only."""
        self._cancel.hide()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._began = self._began or self.content()
            self._begin_in_a_field()

    def _begin_in_a_field(self) -> None:
        """The first field has the focus unless another part was given it."""
        if self.focusWidget() is not None:
            return
        fields = (
            o for o in self._chain if not isinstance(o, QAbstractButton | QScrollArea | QTabBar)
        )
        first = next((one for one in fields if not one.isHidden()), None)
        if first is not None:
            first.setFocus()

    def fill(self, values: dict[str, Any]) -> None:
        """Start from these values."""
        self.form.fill(values)

    def content(self) -> dict[str, Any]:
        """What stands in the dialog, as values of JSON: for keeping what is half filled."""
        return self.form.content()

    def restore(self, content: Mapping[str, Any]) -> None:
        """Put back what `content` gave, or a part of it."""
        self.form.restore(content)

    def flush(self) -> None:
        """Say `edited` now, if something was typed a moment ago."""
        self.form.flush()

    def say_restored(self, since: str, discard: Callable[[], None]) -> None:
        """Say that the form holds what was typed before, and offer to begin afresh."""
        afresh = button(_("Start afresh"), discard, role="link")
        note = panel(
            row(
                label(_("Restored: what you had typed by {since}", since=since)),
                None,
                afresh,
                margins=(12, 6, 12, 6),
            ),
            "note",
        )
        afresh.clicked.connect(note.hide)
        self.insert(note)

    def submit(self) -> None:
        """Submit the draft; until the answer further presses do nothing, so it is saved once."""
        if self.working or not self._go.isEnabled():
            return
        self.form.flush()
        try:
            values = self.form.values()
            if self.confirm is not None and not self.confirm(values):
                return
            draft = self._make(values)  # after the confirmation, which may add to it
        except InvalidInput as refusal:
            self.show_problem(refusal)
            return
        self.form.clear_problems()
        self._trouble.hide()
        self.submitted.emit(draft)

    def show_problem(self, error: AppError) -> None:
        """The draft was refused: say why, keep everything."""
        text = message(error)
        if isinstance(error, InvalidInput):
            elsewhere = self.place(self.form.show_problems(error))
            text = "\n".join(
                f"{field_label(words(), p.field)}: {problem_text(words(), p)}" for p in elsewhere
            )
        elif isinstance(error, Overtaken) and self._again is not None:
            self._trouble.hide()
            self.tell_overtaken(text)
            announce(self, message(error), urgent=True)
            return
        self._tell(text)
        announce(self, message(error), urgent=True)

    def show_stopped(self, text: str) -> None:
        self._tell(text)

    def _tell(self, text: str) -> None:
        self._trouble.setText(text)
        self._trouble.setVisible(bool(text))
        self.fit()

    def place(self, problems: Sequence[Problem]) -> Sequence[Problem]:
        """Show problems of what is not in the form beside it; returns those that have no place
        and are told above the buttons."""
        return problems
