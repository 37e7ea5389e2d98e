"""The guided session on one panel: evidence, next question, checks, shares of the classes.

It is given snapshots and signals what the user does; it calls neither rules nor services.  Its keys
stand in the table of actions under `app.gui.actions.DIAGNOSIS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QStringListModel, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.diagnosis.interview import Interview
from app.domain.faults import ContactRole
from app.domain.register.terminal_actions import TerminalAction
from app.gui.actions import UserAction
from app.gui.pages.incidents.contact_card import ContactCard, Contacts
from app.gui.pages.incidents.diagnosis_cards import (
    OUTCOME_ACTIONS,
    ChecksCard,
    KnownCard,
    RankingCard,
    said,
)
from app.gui.pages.incidents.question_card import QuestionCard
from app.gui.pages.incidents.request_card import RequestCard
from app.gui.toolkit.action_buttons import (
    action_button,
    bind_each_key,
    bind_keys,
    key_hint,
    pressed,
)
from app.gui.toolkit.landing import can_land, land
from app.gui.toolkit.language import _
from app.gui.toolkit.layout import boxed, column, label, panel, row, scrolled
from app.gui.toolkit.scroll_body import bring_into_sight, lay_out_now
from app.gui.toolkit.stop_box import StopBox
from app.gui.toolkit.suggesting import suggest

NARROW = 700
"""Below this width the three columns stand one below another."""


class ToldEntry(QLineEdit):
    """What the merchant said, typed; a key gives the keys back to the answers."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if pressed(event, UserAction.LEAVE_ENTRY):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class DiagnosisPanel(QWidget):
    """`show_session` takes a snapshot; everything a person does comes out as a signal."""

    answered = Signal(str, str)
    """Id of the question, and the answer: `UNKNOWN` for "don't know"."""
    told = Signal(str)
    """A code, message or symptom that was typed."""
    withdrawn = Signal(str)
    """Id of evidence that does not hold."""
    ticked = Signal(str, CheckOutcome)
    """Id of a check, and what became of it."""
    accepted = Signal(object)
    """The `FaultClass` chosen against the likeliest, or None for the likeliest."""
    copied = Signal(ContactRole)
    """The role whose handover text is wanted."""
    merchant_told = Signal(bool)
    """Whether the merchant was told what stands there, which then goes into the report."""
    register_wanted = Signal(TerminalAction)
    """What a business request ends with in the register is to be entered."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Interview | None = None
        self._just_ticked = False
        self._asks_further = False
        self.entry = ToldEntry()
        self.entry.left.connect(lambda: land(self, self.landing()))
        self.entry.setPlaceholderText(_("Code, message or symptom …"))
        self.entry.setAccessibleName(_("Code, message or symptom …").rstrip("… "))
        self.entry.setClearButtonEnabled(True)
        self.known, self.question = KnownCard(), QuestionCard()
        self.checks, self.ranking, self.contact = ChecksCard(), RankingCard(), ContactCard()
        self.stop = StopBox()
        self._warn = label("", "strong", wrap=True)
        self._warn_box = panel(column(self._warn), "warning")
        self.request = RequestCard()
        self._sure, self._say = label("", "strong", wrap=True), label("", "section", wrap=True)
        self.further = action_button(UserAction.ASK_FURTHER, self._on_further, bind=False)
        self._sure_box = panel(row(self._sure, self.further, spacing=8), "ok")
        self.told_box = QCheckBox(_("Told, put it into the report"))
        self.told_box.setToolTip(key_hint(UserAction.SAY_IN_REPORT))
        self._columns = self._arranged()
        self._completions = QStringListModel(self)
        self._connect()
        self._bind_keys()

    def _arranged(self) -> QBoxLayout:
        left = self._left = panel(
            column(label(_("Known"), "section"), self.entry, self.known, None)
        )
        say = panel(
            column(label(_("Tell the merchant"), "muted"), self._say, self.told_box, spacing=4),
            "note",
        )
        middle = self._middle = panel(
            column(
                self._warn_box,
                self.request,
                self._sure_box,
                self.question,
                say,
                self.checks,
                None,
                spacing=12,
            )
        )
        right = column(
            panel(column(label(_("Fault class"), "section"), self.ranking)),
            panel(column(label(_("Who acts"), "section"), self.contact)),
            None,
            spacing=12,
        )
        columns = row(left, middle, boxed(right), spacing=12, margins=(0, 12, 4, 4))
        for place, stretch in enumerate((5, 9, 7)):
            columns.setStretch(place, stretch)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        # Above what scrolls: a stop is never out of sight.
        outer.addWidget(self.stop)
        self._scroll = scrolled(boxed(columns))
        outer.addWidget(self._scroll, 1)
        return columns

    def to_top(self) -> None:
        """Begin to be read from the top, as another case does."""
        self._asks_further = False
        self._scroll.verticalScrollBar().setValue(0)

    def landing(self) -> QWidget | None:
        """Where the next act is: the first answer, else the first check."""
        first = self.question.first
        if first is not None and can_land(first):
            return first
        return next((one for one in self.checks.findChildren(QWidget) if can_land(one)), None)

    def begin(self) -> None:
        """A case begins: the keys answer the first question, and nothing is scrolled away."""
        land(self, self.landing())
        self.to_top()

    def _connect(self) -> None:
        suggest(self.entry, self._completions).setMaxVisibleItems(12)
        self.entry.returnPressed.connect(self._on_told)
        self.known.withdrawn.connect(self.withdrawn)
        self.question.answered.connect(self.answered)
        self.checks.ticked.connect(self._on_ticked)
        self.checks.unticked.connect(self.withdrawn)
        self.ranking.accepted.connect(self.accepted)
        self.contact.copied.connect(self.copied)
        self.request.register_wanted.connect(self.register_wanted)
        self.told_box.clicked.connect(self.merchant_told)

    def _bind_keys(self) -> None:
        for action in (UserAction.ANSWER, UserAction.CHOOSE_ANSWER):
            bind_each_key(self, action, self.question.press)
        bind_each_key(self, UserAction.TICK_CHECK, lambda digit: self.checks.tick_place(int(digit)))
        for action, outcome in OUTCOME_ACTIONS.items():
            bind_keys(self, action, partial(self.checks.say_of_last, outcome))
        bind_keys(self, UserAction.ACCEPT_CLASS, self._on_accept)
        bind_keys(self, UserAction.ASK_FURTHER, self._on_further)
        bind_keys(self, UserAction.SAY_IN_REPORT, self.told_box.click)
        bind_keys(self, UserAction.ENTER_REQUEST, self.request.press)

    def _on_ticked(self, check_id: str, outcome: CheckOutcome) -> None:
        self._just_ticked = True
        self.ticked.emit(check_id, outcome)

    def _on_accept(self) -> None:
        if self.ranking.accept.isVisible():
            self.accepted.emit(None)

    def _on_further(self) -> None:
        """Ask what the checks come before; answers later on are asked for, too."""
        session = self._shown
        if session is not None and self.further.isVisible() and self.further.isEnabled():
            self._asks_further = True
            self._show_question(session, editable=True)

    def _on_told(self) -> None:
        typed = self.entry.text().strip()
        if typed:
            self.entry.clear()
            self.told.emit(typed)

    def set_completions(self, entries: Sequence[str]) -> None:
        """Codes and messages offered while typing."""
        self._completions.setStringList(list(entries))

    def show_session(
        self,
        session: Interview,
        contacts: Contacts,
        *,
        editable: bool = True,
        known_terminal: bool = False,
    ) -> None:
        """Show this moment of the session; a finished case can only be looked at."""
        self.setUpdatesEnabled(False)
        self._shown = session
        self.entry.setVisible(editable)
        self.known.show_evidence(session.evidence, editable=editable)
        self.request.show_requests(session.requests, known_terminal=known_terminal and editable)
        self.checks.show_session(session, editable=editable)
        self.ranking.show_session(session, editable=editable)
        self.contact.show_session(session, contacts)
        self._show_advice(session)
        self.told_box.setChecked(session.merchant_told)
        self.told_box.setEnabled(editable)
        self._show_question(session, editable=editable)
        self.setUpdatesEnabled(True)
        if self._just_ticked and self.checks.last_done is not None:
            # It was ticked by its digit, wherever the panel was scrolled to.
            lay_out_now()
            bring_into_sight(self.checks.last_done)
        self._just_ticked = False

    def _show_question(self, session: Interview, *, editable: bool) -> None:
        """The question, or that it is clear enough."""
        asking = self.question.show_question(session, further=self._asks_further) and editable
        self.question.setVisible(asking)
        if session.planned:
            self._sure.setText(_("Nothing has failed: no questions, no checks."))
        elif session.straight_to_checks:
            self._sure.setText(_("Clear enough: do the checks first."))
        elif session.decided:
            self._sure.setText(_("Clear enough. Do the checks, or accept the class."))
        else:
            self._sure.setText(_("Further questions bring nothing more. Do the checks."))
        self.further.setVisible(
            editable and not asking and session.straight_to_checks and session.further is not None
        )
        self._sure_box.setVisible(not asking and not session.stopped and bool(session.evidence))

    def _show_advice(self, session: Interview) -> None:
        stops = session.stops
        rest = [said(text) for text in session.advice.warnings[len(stops) :]]
        self.stop.show_stops(stops)
        self._warn.setText("\n".join(rest))
        self._warn_box.setVisible(bool(rest))
        self._say.setText(said(session.advice.say))

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = event.size().width() < (NARROW if self._is_wide() else NARROW + 40)
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._columns.direction() != direction:
            self._columns.setDirection(direction)
            # Below each other, what is to be said and done comes before what is known.
            first = self._middle if narrow else self._left
            self._columns.removeWidget(first)
            self._columns.insertWidget(0, first)
            for piece, stretch in ((self._left, 5), (self._middle, 9)):
                self._columns.setStretchFactor(piece, stretch)
        super().resizeEvent(event)

    def _is_wide(self) -> bool:
        return self._columns.direction() == QBoxLayout.Direction.LeftToRight
