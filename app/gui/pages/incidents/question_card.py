"""The next question of a diagnosis with its answers, each with the key that gives it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent, QTextLayout
from PySide6.QtWidgets import QLineEdit, QPushButton, QSizePolicy, QWidget

from app.domain.diagnosis.catalogue import Question, QuestionKind
from app.domain.diagnosis.interview import Interview
from app.domain.diagnosis.interview_parts import UNKNOWN
from app.gui.actions import UserAction
from app.gui.pages.incidents.diagnosis_cards import Pool, said
from app.gui.toolkit.announce import announce
from app.gui.toolkit.language import _, plural
from app.gui.toolkit.layout import boxed, column, label, plain_tip, row

PADDING = 26
"""Left and right of a choice's text, with its frame."""


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
        self.first: QWidget | None = None
        """What the first answer is given with."""
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
        self.first = self.entry if typed else None
        for pool, used in ((self._wide, yes_no), (self._tall, not yes_no)):
            shown = pool.take(len(answers) if used else 0)
            for made, answer, key in zip(shown, answers, keys, strict=False):
                made.show_answer(said(answer.text), key, answer.id)
                self.first = self.first or made
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
