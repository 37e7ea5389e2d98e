"""The options of a document: records, scope, period, language, paper size, labels."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from app.domain.errors import AppError, BadValue, InvalidInput, Problems
from app.domain.parsing import parse_date
from app.domain.register.terminals import TerminalState
from app.gui.pages.reports.label_grid import LabelGrid
from app.gui.pages.reports.picker import Picker
from app.gui.toolkit.forms import Field, Form, word_choices
from app.gui.toolkit.language import _, document_language_choices, paper_choices, words
from app.gui.toolkit.layout import boxed, clear, column, label, row
from app.gui.toolkit.problems import message
from app.texts import problem_text, word

if TYPE_CHECKING:
    from app.services import Services
    from app.services.documents.requestable import RequestableDocument
    from app.services.documents.requests import Request


@dataclass(frozen=True, slots=True)
class Names:
    """What can be chosen from; technicians by (id, code, name), plans by (key, name)."""

    areas: tuple[str, ...] = ()
    acquirers: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    people: tuple[tuple[str, str, str], ...] = ()
    plans: tuple[tuple[str, str], ...] = ()


def read_names(services: Services) -> Names:
    """What can be chosen from now.  For a worker."""
    choices, people = services.terminals.choices(), services.directory.technicians()
    plans = services.plans.with_coverage()
    language = words().language
    return Names(
        choices.areas,
        choices.acquirers,
        choices.models,
        tuple((p.id, p.code, p.name) for p in people),
        tuple((one.plan.key, one.plan.latest.contents.name.in_(language)) for one in plans),
    )


class OptionsPanel(QWidget):
    """Built anew for each kind.  `edited` comes when a moment has passed since something was
    typed or ticked."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.paper: RequestableDocument | None = None
        self.form: Form | None = None
        self._names = Names()
        self._title = label("", "section")
        self._hint = label("", "muted", wrap=True)
        self._trouble = label("", "error", wrap=True)
        self.picker = Picker()
        self._grid = LabelGrid()
        self._grid.changed.connect(self._on_start)
        self._place = column()
        self._stock = row(self._grid, None)
        self._sheet = boxed(self._stock)
        layout = column(
            self._title,
            self._hint,
            self.picker,
            self._sheet,
            boxed(self._place),
            self._trouble,
            None,
            spacing=8,
        )
        layout.setStretch(2, 10)
        self.setLayout(layout)
        self.picker.chosen.connect(self.edited)

    def offer(self, names: Names) -> None:
        """What can be chosen from."""
        self._names = names
        self.picker.offer_names(names.areas, [(key, name) for key, _code, name in names.people])
        if self.form is not None and self.paper is not None:
            for name in ("area", "acquirer", "model", "technician", "plan"):
                if name in self.paper.options:
                    self.form.set_choices(name, self._choices(name))

    def show_paper(self, paper: RequestableDocument) -> None:
        """Ask what this kind of document needs."""
        language = self.form.content() if self.form is not None else {}
        self.paper = paper
        self._title.setText(_(paper.title))
        self._hint.setText(_(paper.hint))
        self.picker.setVisible(bool(paper.subjects))
        if paper.subjects:
            self.picker.prepare(paper.subjects)
        clear(self._place)
        self.form = Form(self._fields(paper))
        self._place.addWidget(self.form)
        for box in self.form.findChildren(QComboBox):
            # A long name must not make the form wider than its place.
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(8)
        kept: dict[str, Any] = {
            name: language[name] for name in ("language", "paper") if name in language
        }
        self.form.fill(
            {
                "start": 1,
                "stickers": "a4-24",
                "code": "full",
                "fields": ("serial", "merchant", "phone"),
                **kept,
            }
        )
        self.form.edited.connect(self._on_edited)
        self._sheet.setVisible("stickers" in paper.options)
        self._on_edited(quiet=True)
        self.show_problem(None)

    def _fields(self, paper: RequestableDocument) -> list[Field]:
        made = [self._field(name, paper) for name in paper.options]
        languages = [
            ("", _("The merchant's or the house's")),
            *document_language_choices(),
        ]
        papers = [("", _("As in the settings")), *paper_choices()]
        made.append(Field(name="language", label=_("Language"), kind="choice", choices=languages))
        if paper.id != "labels":
            made.append(Field(name="paper", label=_("Paper"), kind="choice", choices=papers))
        return made

    def _field(self, name: str, paper: RequestableDocument) -> Field:
        t = words()
        empty = {
            "since": _("today") if paper.ahead else _("as usual for this document"),
            "until": _("as usual for this document") if paper.ahead else _("today"),
        }
        plain = {
            "words": Field(
                name="words", label=_("Words"), help=_("Serial number, TID, merchant, address …")
            ),
            "text": Field(
                name="text",
                label=_("Words"),
                help=_("In a record's name or number, or in a value that changed."),
            ),
            "since": Field(name="since", label=_("From"), kind="day", hint=empty["since"]),
            "until": Field(name="until", label=_("Until"), kind="day", hint=empty["until"]),
            "state": Field(
                name="state",
                label=_("State"),
                kind="choice",
                choices=word_choices("terminal_state", TerminalState, empty=_("all")),
            ),
            "blank": Field(
                name="blank", label="", kind="check", unit=_("Blank, to be filled in by hand")
            ),
            "basis": Field(
                name="basis",
                label=_("Risk analysis"),
                help=_("The document that sets how often terminals are inspected."),
            ),
            "start": Field(name="start", label=_("First label"), kind="number", least=1, most=65),
            "outlines": Field(
                name="outlines", label="", kind="check", unit=_("Draw the edges of the labels")
            ),
        }
        if name in plain:
            return plain[name]
        titles = {
            "area": _("Area"),
            "acquirer": _("Acquirer"),
            "model": _("Model"),
            "technician": _("Technician"),
            "plan": _("Plan"),
            "stickers": _("Label sheet"),
            "title": _("Title"),
            "fields": _("Lines"),
            "code": _("QR code"),
        }
        kind = "checks" if name == "fields" else "choice"
        choices = self._choices(name)
        if name in ("title", "fields", "code"):
            choices = [(key, word(t, "label_part", key)) for key in _LABEL_CHOICES[name]]
        return Field(name=name, label=titles[name], kind=kind, choices=choices, rows=4)

    def _choices(self, name: str) -> list[tuple[str, str]]:
        names = self._names
        known: dict[str, Sequence[tuple[str, str]]] = {
            "area": [(one, one) for one in names.areas],
            "acquirer": [(one, one) for one in names.acquirers],
            "model": [(one, one) for one in names.models],
            "technician": [(code, name) for _key, code, name in names.people],
            "plan": names.plans,
        }
        if name == "stickers":
            return [(key, word(words(), "stickers", key)) for key in _sheets()]
        return [("", _("all")), *known.get(name, ())]

    # --- labels --------------------------------------------------------------------------------

    def _on_start(self, start: int) -> None:
        assert self.form is not None
        # Filling a field is not typing in it: nothing else says that something else is wanted.
        self.form.fill({"start": start})
        self._on_edited()

    def _on_edited(self, *, quiet: bool = False) -> None:
        assert self.form is not None
        if self.paper is not None and "stickers" in self.paper.options:
            sheet = _sheets()[self.form.value("stickers") or "a4-24"]
            self._grid.show_sheet(sheet.columns, sheet.rows)
            # What is no number yet is refused when the labels are asked for.
            with suppress(BadValue):
                self._grid.show_start(min(self.form.value("start"), sheet.count))
        if not quiet:
            self.edited.emit()

    # --- asking --------------------------------------------------------------------------------

    def requests(self) -> list[Request]:
        """What is asked for now; empty when nothing is ticked.  Raises `InvalidInput`."""
        from app.services.core.audit import TrailFilter
        from app.services.documents.requests import Request
        from app.services.register.terminal_queries import TerminalFilter

        assert self.form is not None
        assert self.paper is not None
        values = self.form.values()
        problems = Problems()
        days: dict[str, date | None] = {"since": None, "until": None}
        for name in days:
            with problems.field(name):
                days[name] = parse_date(values[name]) if values.get(name) else None
        problems.raise_if_any()
        scope = {
            name: values.get(name, "") for name in ("words", "area", "acquirer", "model", "state")
        }
        said = " · ".join(filter(None, (scope[n] for n in ("area", "acquirer", "model", "words"))))
        extra: dict[str, Any] = {"labels": _labels(values)} if self.paper.id == "labels" else {}
        subjects = self.picker.subjects() if self.paper.subjects else [""]
        return [
            Request(
                kind=self.paper.id,
                subject=subject,
                language=values["language"],
                since=days["since"],
                until=days["until"],
                area=scope["area"],
                terminals=TerminalFilter(**scope),
                scope=said,
                blank=bool(values.get("blank")),
                basis=values.get("basis", ""),
                technician=values.get("technician", ""),
                plan=values.get("plan", ""),
                trail=TrailFilter(text=values.get("text", "")),
                paper=values.get("paper", ""),
                **extra,
            )
            for subject in subjects
        ]

    def show_problem(self, error: AppError | None) -> None:
        """Say what is wrong beside its field; None takes it away."""
        assert self.form is not None
        self.form.clear_problems()
        text = ""
        if isinstance(error, InvalidInput):
            elsewhere = self.form.show_problems(error)
            text = "\n".join(problem_text(words(), problem) for problem in elsewhere)
        elif error is not None:
            text = message(error)
        self._trouble.setText(text)
        self._trouble.setVisible(bool(text))


_LABEL_CHOICES = {
    "title": ("tid", "serial", "merchant"),
    "fields": ("serial", "tid", "merchant", "model", "address", "area", "company", "phone"),
    "code": ("full", "serial", "tid", "none"),
}


def _sheets() -> Any:
    from app.reports.documents.labels import SHEETS

    return SHEETS


def _labels(values: dict[str, Any]) -> Any:
    from app.services.documents.register_sheets import LabelChoice

    sheet = _sheets().get(values["stickers"])
    if sheet is not None and values["start"] > sheet.count:
        raise InvalidInput.of(
            "start", "number.out_of_range", value=values["start"], least=1, most=sheet.count
        )
    return LabelChoice(
        stickers=values["stickers"],
        start=values["start"],
        title=values["title"] or "tid",
        fields=tuple(values["fields"]),
        code=values["code"] or "full",
        outlines=values["outlines"],
    )
