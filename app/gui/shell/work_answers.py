"""How a technician answers work that was handed out: taken on, or refused with a reason."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFrame

from app.domain.dispatch.board import BoardItem
from app.gui.actions import UserAction
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.draft_dialog import DraftDialog, Typed
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import label, row
from app.gui.toolkit.permission import permit
from app.gui.toolkit.reason_dialog import reason_dialog


class WorkAnswers(QObject):
    """Sends the answers of whoever works here, asked for on a page."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page, self._context = page, page.context

    def accept(self, item: BoardItem) -> None:
        """Take work on."""
        dispatching = self._context.services.dispatching
        self._page.run(
            lambda: dispatching.accept(item),
            lambda _none: self._context.note(_("{number} was accepted", number=item.number)),
        )

    def refuse(self, item: BoardItem, typed: Typed | None = None) -> None:
        """Ask why work is refused, then refuse it; `typed` is what somebody had entered before."""
        dispatching = self._context.services.dispatching
        dialog = _refuse_dialog(self._page, item.number)
        dialog.is_about(
            item.id,
            lambda entered: self._page.run(
                lambda: dispatching.numbered(item.number), lambda now: self.refuse(now, entered)
            ),
        )
        self._page.submit(
            dialog,
            lambda why: dispatching.refuse(item, why),
            lambda _none: self._context.note(_("{number} was refused", number=item.number)),
        )
        dialog.restore(typed or {})


class AnswerBar(QFrame):
    """Above the detail of work that was newly handed to whoever works here: by whom, for when, and
    the two answers."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.setProperty("role", "note")
        self._page, self._answers = page, WorkAnswers(page)
        self._key = ""
        self._item: BoardItem | None = None
        self._text = label("", wrap=True)
        self.accept = action_button(UserAction.ACCEPT_WORK, self._accept, role="primary")
        self.refuse = action_button(UserAction.REFUSE_WORK, self._refuse)
        bar = row(self._text, self.refuse, self.accept, margins=(12, 6, 8, 6))
        bar.setStretch(0, 1)
        self.setLayout(bar)
        self.hide()

    def show_for(self, key: str, *, unanswered: bool) -> None:
        """Ask whether the incident or visit with this key waits for an answer of whoever works
        here; not at all when it cannot be `unanswered`."""
        if key != self._key or not unanswered:
            self._item = None
            self.hide()
        self._key = key
        services = self._page.context.services
        if actor := services.context.actor if unanswered else "":
            self._page.run(
                lambda: services.dispatching.new_work(actor),
                lambda found: self._found(key, found),
                owner=self,
            )

    def _found(self, key: str, found: tuple[BoardItem, ...]) -> None:
        if key != self._key:
            return
        self._item = next((item for item in found if item.id == key), None)
        self.setVisible(self._item is not None)
        if (item := self._item) is None or item.dispatch is None:
            return
        services, t = self._page.context.services, words()
        told = _("Newly assigned to you by {who}", who=item.dispatch.giver)
        day = f"{t.day(item.day)} {t.weekday(item.day)}" if item.day else ""
        self._text.setText(" · ".join(filter(None, (told, day, item.dispatch.overruling))))
        standing = services.context.standing
        for made, verb in ((self.accept, "accept"), (self.refuse, "refuse")):
            permit(made, standing.refusal(f"{item.type}.{verb}", own=True))
        if standing.refusal("dispatch.see") is None:
            self._page.run(lambda: services.dispatching.see((item,)), lambda _none: None)

    def _accept(self) -> None:
        if self._item is not None:
            self._answers.accept(self._item)

    def _refuse(self) -> None:
        if self._item is not None:
            self._answers.refuse(self._item)


def _refuse_dialog(page: Page, number: str) -> DraftDialog:
    """Why work is refused; the draft is the reason."""
    hint = _("The work goes back to who hands it out, with the reason.")
    return reason_dialog(page, _("Refuse {number}", number=number), _("Refuse"), hint)
