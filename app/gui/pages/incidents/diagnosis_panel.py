"""The guided session on one panel: evidence, next question, checks, shares of the classes.

It is given snapshots and signals what the user does; it calls neither rules nor services.  Its keys
stand in the table of actions under `app.gui.actions.DIAGNOSIS`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QResizeEvent, QTextLayout
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QCompleter,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.domain.diagnosis.catalogue import Question, QuestionKind
from app.domain.diagnosis.check_outcome import CheckOutcome
from app.domain.diagnosis.interview import Interview
from app.domain.diagnosis.interview_parts import UNKNOWN
from app.domain.faults import ContactRole
from app.domain.register.terminal_actions import TerminalAction
from app.gui.actions import UserAction
from app.gui.pages.incidents.contact_card import ContactCard, Contacts
from app.gui.pages.incidents.diagnosis_cards import (
    OUTCOME_ACTIONS,
    ChecksCard,
    KnownCard,
    Pool,
    RankingCard,
    said,
)
from app.gui.pages.incidents.request_card import RequestCard
from app.gui.toolkit.action_buttons import action_button, bind_each_key, bind_keys, key_hint
from app.gui.toolkit.announce import announce
from app.gui.toolkit.language import _, plural
from app.gui.toolkit.layout import boxed, column, label, panel, plain_tip, row, scrolled

PADDING = 26
"""Left and right of a choice's text, with its frame."""
NARROW = 700
"""Below this width the three columns stand one below another."""


class AnswerButton(QPushButton):
    """An answer with the key that gives it."""

    def __init__(self, role: str = "answer") -> None:
        super().__init__()
        self.setProperty("role", role)
        self.value = UNKNOWN
        self._whole = ""
        if role == "choice":
            # A long answer must not push the other columns aside.
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_answer(self, text: str, key: str, value: str) -> None:
        """Show this answer and its key, and give `value` when pressed."""
        self.value = value
        choice = self.property("role") == "choice"
        self._whole = f"{key}  {text}" if choice else f"{text}   {key}"
        self._wrap()
        self.setToolTip(plain_tip(f"{text} · {key}"))
        self.setAccessibleName(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._wrap()

    def _wrap(self) -> None:
        """Break a long answer into lines: buttons do not do it themselves."""
        if self.property("role") != "choice":
            self.setText(self._whole)
            return
        layout = QTextLayout(self._whole, self.font())
        layout.beginLayout()
        lines = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(60, self.width() - PADDING))
            lines.append(self._whole[line.textStart() : line.textStart() + line.textLength()])
        layout.endLayout()
        self.setText("\n".join(part.strip() for part in lines))


class QuestionCard(QWidget):
    """The next question with its answers."""

    answered = Signal(str, str)
    """Id of the question, and the answer: `UNKNOWN` for "don't know"."""

    def __init__(self) -> None:
        super().__init__()
        self.question: Question | None = None
        self._caption = label("", "muted")
        self._text = label("", "question", wrap=True)
        self._why = label("", "muted", wrap=True)
        self.entry = QLineEdit()
        self.entry.returnPressed.connect(self._on_typed)
        beside, below = row(spacing=8), column(spacing=4)
        self._beside = boxed(beside)
        self._wide: Pool[AnswerButton] = Pool(beside, self._button)
        self._tall: Pool[AnswerButton] = Pool(below, lambda: self._button("choice"))
        self.unsure = self._button()
        self.setLayout(
            column(
                self._caption,
                self._text,
                self._why,
                self.entry,
                below,
                row(self._beside, self.unsure, None),
                spacing=8,
            )
        )

    def _button(self, role: str = "answer") -> AnswerButton:
        made = AnswerButton(role)
        made.clicked.connect(lambda: self._give(made.value))
        return made

    def _give(self, value: str) -> None:
        if self.question is not None:
            self.answered.emit(self.question.id, value)

    def _on_typed(self) -> None:
        if self.entry.text().strip():
            self._give(self.entry.text())

    def show_question(self, session: Interview, *, further: bool) -> bool:
        """Show the next question, with `further` also one that the checks should come before;
        returns whether there is one."""
        following = session.further if further else session.next
        self.question = following.question if following else None
        self.setVisible(following is not None)
        if following is None:
            return False
        question = following.question
        remaining = plural("about {count} more", "about {count} more", following.remaining)
        self._caption.setText(
            _(
                "Most useful question now · no. {number}, {remaining}",
                number=session.asked + 1,
                remaining=remaining,
            )
        )
        if (text := said(question.text)) != self._text.text():
            announce(self, text)
        self._text.setText(text)
        self._why.setText(said(question.why))
        self._why.setVisible(bool(said(question.why)))
        self._show_answers(question)
        return True

    def _show_answers(self, question: Question) -> None:
        yes_no = question.kind is QuestionKind.YES_NO
        typed = question.kind in (QuestionKind.NUMBER, QuestionKind.CODE)
        self.entry.setVisible(typed)
        self.entry.clear()
        self.entry.setPlaceholderText(
            _("Number, then Enter")
            if question.kind is QuestionKind.NUMBER
            else _("What the screen shows, then Enter")
        )
        answers = question.answers
        keys = self.keys_of(question)
        for pool, used in ((self._wide, yes_no), (self._tall, not yes_no)):
            shown = pool.take(len(answers) if used else 0)
            for made, answer, key in zip(shown, answers, keys, strict=False):
                made.show_answer(said(answer.text), key, answer.id)
        self._beside.setVisible(yes_no)
        self.unsure.show_answer(_("Don't know"), "U", UNKNOWN)
        role = "answer" if yes_no else "choice"
        if self.unsure.property("role") != role:
            self.unsure.setProperty("role", role)
            self.unsure.style().polish(self.unsure)

    @staticmethod
    def keys_of(question: Question) -> Sequence[str]:
        """The keys that give its answers."""
        if question.kind is QuestionKind.YES_NO:
            return tuple(answer.id[0].upper() for answer in question.answers)
        return UserAction.CHOOSE_ANSWER.row.keys

    def press(self, key: str) -> None:
        """Give the answer of a key, when the question has one for it."""
        if self.question is None or not self.isVisible():
            return
        if key == "U":
            self._give(UNKNOWN)
            return
        for answer, its in zip(self.question.answers, self.keys_of(self.question), strict=False):
            if its == key:
                self._give(answer.id)
                return


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
        self._asks_further = False
        self.entry = QLineEdit()
        self.entry.setPlaceholderText(_("Code, message or symptom …"))
        self.entry.setAccessibleName(_("Code, message or symptom …").rstrip("… "))
        self.entry.setClearButtonEnabled(True)
        self.known, self.question = KnownCard(), QuestionCard()
        self.checks, self.ranking, self.contact = ChecksCard(), RankingCard(), ContactCard()
        self._stop_title, self._stop = label("", "question", wrap=True), label("", wrap=True)
        self._warn = label("", "strong", wrap=True)
        self._stop_box = panel(column(self._stop_title, self._stop, spacing=4), "danger")
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
        left = panel(column(label(_("Known"), "section"), self.entry, self.known, None))
        say = panel(
            column(label(_("Tell the merchant"), "muted"), self._say, self.told_box, spacing=4),
            "note",
        )
        middle = panel(
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
        outer.addWidget(self._stop_box)
        self._scroll = scrolled(boxed(columns))
        outer.addWidget(self._scroll, 1)
        return columns

    def to_top(self) -> None:
        """Begin to be read from the top, as another case does."""
        self._asks_further = False
        self._scroll.verticalScrollBar().setValue(0)

    def _connect(self) -> None:
        completer = QCompleter(self._completions, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(12)
        self.entry.setCompleter(completer)
        self.entry.returnPressed.connect(self._on_told)
        self.known.withdrawn.connect(self.withdrawn)
        self.question.answered.connect(self.answered)
        self.checks.ticked.connect(self.ticked)
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
        title = " · ".join(said(stop.text) for stop in stops)
        self._stop.setText("\n\n".join(said(stop.do) for stop in stops))
        if title != self._stop_title.text():
            announce(self, f"{title}\n{self._stop.text()}".strip(), urgent=True)
        self._stop_title.setText(title)
        self._stop_box.setAccessibleName(self._stop_title.text())
        self._stop_box.setVisible(bool(stops))
        self._warn.setText("\n".join(rest))
        self._warn_box.setVisible(bool(rest))
        self._say.setText(said(session.advice.say))

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = event.size().width() < (NARROW if self._is_wide() else NARROW + 40)
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._columns.direction() != direction:
            self._columns.setDirection(direction)
        super().resizeEvent(event)

    def _is_wide(self) -> bool:
        return self._columns.direction() == QBoxLayout.Direction.LeftToRight
