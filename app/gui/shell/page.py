"""The base class of pages, and the context with services, tasks and change feed they share.

A page has a bar above and its content below.  It is refreshed when data it shows change while it is
visible, and marked stale otherwise.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.domain.errors import AppError
from app.gui.actions import UserAction
from app.gui.shell.feed import Feed
from app.gui.shell.hub_worker import HubWorker
from app.gui.shell.navigate import Navigate
from app.gui.shell.record_watch import RecordWatch
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.landing import can_land, is_filled_list, land
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import scrolled
from app.gui.toolkit.page_states import StateStack
from app.gui.toolkit.tasks import Job, Tasks
from app.gui.toolkit.topbar import TopBar
from app.gui.toolkit.working_dialog import SAVING, WorkingDialog, WorkManner
from app.settings import Settings

if TYPE_CHECKING:
    from app.domain.people.rights import Standing
    from app.services import Services
    from app.services.core.changes import Change


@dataclass(frozen=True, slots=True)
class Note:
    """What a person is told was done; with a button that takes it further where `action` is its
    text."""

    text: str
    action: str = ""
    clicked: Callable[[], object] | None = None
    due: bool = False
    """Nothing was done: something is to be done."""


@dataclass(frozen=True, slots=True)
class ServerAway:
    """Since when the server of an office seat does not answer; `data_of` is the moment of the copy
    that is shown, None while there is none and what was read before stays in sight; `problem` why
    a server that answers again cannot be used."""

    since: datetime
    data_of: datetime | None = None
    problem: str = ""


class AppContext(QObject):
    """Handed to every page.  Lives as long as the program; the window may be rebuilt."""

    going = Signal(Navigate)
    """A page wants something shown: see `go`."""
    noted = Signal(Note)
    """Something was done: see `note`."""
    failed = Signal(AppError)
    """Something failed that belongs to no field."""
    settings_changed = Signal(Settings)
    """The settings were saved; language or look may have changed."""
    ready = Signal()
    """The services are there."""
    lock_wanted = Signal()
    """The window is to be locked."""
    server_changed = Signal()
    """`away` is another."""
    server_wanted = Signal()
    """Whether the server answers is to be tried now."""
    copy_wanted = Signal()
    """The last copy of the server is to be shown, whatever is half typed."""
    database_chosen = Signal()
    """The settings name another database, which is to be worked on from now on."""
    person_changed = Signal()
    """Somebody else works here now, or the first one signed in."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        self.tasks = Tasks(self)
        self.feed = Feed(self)
        self.hub = HubWorker(self)
        self.feed.changed.connect(self.hub.saved)
        self.covered = False
        """Whether the window is locked: nothing is to be read on the screen then."""
        self.away: ServerAway | None = None
        """Set while the server does not answer."""
        self._services: Services | None = None
        self.tasks.failed.connect(self.failed)

    @property
    def is_ready(self) -> bool:
        """Whether the services are there."""
        return self._services is not None

    @property
    def services(self) -> Services:
        """All services; only once `ready` was signalled."""
        assert self._services is not None, "a page asked before the services were there"
        return self._services

    def set_services(self, services: Services) -> None:
        """The services were built; those until now are closed once what they are asked is done."""
        before, self._services = self._services, services
        self.feed.follow(services.context)
        self.hub.start(services, self.settings)
        if before is not None:
            self.tasks.run(before.close, lambda _none: None, owner=self)
        self.ready.emit()

    def set_away(self, away: ServerAway | None) -> None:
        """The server does not answer, or does again."""
        self.away = away
        self.server_changed.emit()

    def now(self) -> datetime:
        """The services' clock."""
        return self._services.context.now() if self._services else datetime.now(UTC)

    def note(
        self, text: str, action: str = "", clicked: Callable[[], object] | None = None
    ) -> None:
        """Say that something was done."""
        self.noted.emit(Note(text, action, clicked))

    def remind(self, text: str, action: str, clicked: Callable[[], object]) -> None:
        """Say that something is to be done."""
        self.noted.emit(Note(text, action, clicked, due=True))

    def go(self, target: Navigate) -> None:
        """Show `target`, on whatever page it is."""
        self.going.emit(target)

    def close(self) -> None:
        """Stop following changes, finish work, close the database."""
        self.hub.stop()
        self.feed.stop()
        self.tasks.close()
        if self._services is not None:
            self._services.close()
            self._services = None


class _PageBody(QWidget):
    """The bar and the content, which has all the room that is left.  In the lowest windows both
    are scrolled."""

    def __init__(self, bar: TopBar, content: QWidget) -> None:
        super().__init__()
        self._bar, self._content = bar, content
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(bar)
        layout.addWidget(content, 1)

    def heightForWidth(self, width: int) -> int:
        """The least: Qt's own would be what the lists would like to have."""
        bar = max(self._bar.heightForWidth(width), self._bar.minimumHeight())
        return bar + self._content.minimumSizeHint().height()


class Page(QWidget):
    """One page of the window.

    A subclass builds its content, passes it to `set_content`, and implements `refresh`.
    """

    kinds: tuple[str, ...] = ()
    """Kinds of records whose change makes this page ask again."""

    def __init__(self, context: AppContext, title: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAccessibleName(title)
        self.context = context
        self.title = title
        self.topbar = TopBar(title)
        self.states: StateStack | None = None
        self._stale = True
        self._landing = False
        self._landed: QWidget = self
        # For keys that mean something on the page when there is nothing else to have them; Tab
        # goes through what can be used.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._soon = QTimer(self, singleShot=True, interval=60)
        self._soon.timeout.connect(self._refresh_now)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        context.feed.changed.connect(self._on_changed)

    def set_content(self, content: QWidget) -> None:
        """Put the content below the bar."""
        self.states = StateStack(content)
        self._column.addWidget(scrolled(_PageBody(self.topbar, self.states)))

    def refresh(self) -> None:
        """Ask the services again and show what they say."""
        raise NotImplementedError

    def standing(self) -> Standing | None:
        """Whose rights its buttons go by; None while no database is open."""
        return self.context.services.context.standing if self.context.is_ready else None

    def activate(self, target: Navigate) -> None:
        """Show what another page sent the person here for.

        Raises `LookupError` for a target that no page takes: a mistake in the program.
        """
        raise LookupError(f"{type(self).__name__} does not show {target}")

    def reach(self, action: UserAction) -> None:
        """Bring the part of the page that has an action into being, where parts are made only when
        they are looked at."""

    def run(
        self,
        work: Callable[..., Any],
        done: Callable[[Any], None],
        *,
        failed: Callable[[AppError], None] | None = None,
        progress: Callable[[int, int], None] | None = None,
        lane: str = "db",
        owner: QObject | None = None,
    ) -> Job:
        """`Tasks.run` with this page as the owner, or the dialog the answer is for: it is dropped
        when that is gone."""

        def finished(result: Any) -> None:
            done(result)
            self._land_late()

        return self.context.tasks.run(
            work, finished, owner=owner or self, failed=failed, progress=progress, lane=lane
        )

    def load(self, work: Callable[..., Any], done: Callable[[Any], None]) -> Job:
        """Work that fills the page: loading while it runs, failed with retry when it fails."""
        assert self.states is not None
        states = self.states
        states.show_loading()

        def shown(result: Any) -> None:
            states.show_content()
            done(result)

        return self.run(work, shown, failed=lambda e: states.show_failed(e, self.refresh))

    def tell_saved(self, what: str) -> None:
        """Say what was saved: often the title of a dialog."""
        self.context.note(_("Saved: {name}", name=what))

    def saved(self, what: str) -> Callable[[object], None]:
        """`tell_saved` for later, to be called with any result."""
        return lambda _result: self.tell_saved(what)

    def submit(
        self,
        dialog: WorkingDialog,
        save: Callable[..., Any],
        done: Callable[[Any], None] | None = None,
        manner: WorkManner = SAVING,
    ) -> None:
        """Open a dialog and save what it submits: closed when accepted, told when refused.

        `save` is given ``progress`` and ``cancelled`` where it takes them; `WorkingDialog` says
        what leaving meanwhile does.
        """

        def accepted(result: Any) -> None:
            dialog.accept()
            if shiboken6.isValid(self):
                if done is not None:
                    done(result)
                # Once Qt has given the focus back to where it was before the dialog.
                QTimer.singleShot(0, self, self._land_after)

        def on_submitted(draft: Any) -> None:
            if not dialog.working:
                work = functools.partial(save, draft)
                dialog.carry_out(self.context, work, accepted, manner=manner)

        dialog.submitted.connect(on_submitted)
        if isinstance(dialog, DraftDialog) and dialog.record_key:
            context = self.context
            RecordWatch(dialog, context.services.meanwhile, context.tasks, context.feed)
        dialog.open()

    def landing(self) -> QWidget | None:
        """Where keys go when the page comes into sight; None for its first list or field."""
        return None

    def next_act(self) -> QWidget | None:
        """Where keys go after a dialog was accepted; None for where they went before it."""
        return None

    def land(self) -> None:
        """Give the keyboard to where the next act is; again once there is something, if the lists
        are still empty."""
        # Below the bar: while the content is read its search field must not catch the keys.
        scope = self.states if self.states is not None else self
        wanted = self.landing()
        target = land(scope, wanted) if self.isVisible() else None
        self._landed = target or self
        self._landing = target is None or not (target is wanted or is_filled_list(target))
        if target is None:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _land_late(self) -> None:
        """What the keyboard is for has arrived, and nobody went elsewhere meanwhile."""
        if self._landing and QApplication.focusWidget() in (None, self, self._landed):
            self.land()
            if self._landed is self:
                # Nothing to be done in what was read: an empty place says so, the bar goes on.
                self._landed = land(self.topbar) or self

    def _land_after(self) -> None:
        """A dialog was accepted."""
        target = self.next_act()
        if target is not None and can_land(target):
            target.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.land_unless_here()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            QTimer.singleShot(0, self, self.land_unless_here)

    def land_unless_here(self) -> None:
        """`land`, unless the keyboard is at work on this page."""
        focus = QApplication.focusWidget() or self.window().focusWidget()
        if focus in (None, self) or not self.isAncestorOf(focus):
            self.land()

    def shown(self) -> None:
        """The page came into sight."""
        if self._stale and self.context.is_ready:
            self._refresh_now()

    def refresh_soon(self) -> None:
        """Refresh once after a burst of changes; when out of sight, at the next visit."""
        if self.isVisible():
            self._soon.start()
        else:
            self._stale = True

    def _on_changed(self, change: Change) -> None:
        if change.concerns(*self.kinds):
            self.refresh_soon()

    def _refresh_now(self) -> None:
        self._stale = False
        self.refresh()
