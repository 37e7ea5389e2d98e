"""The first start: language, who works here and as what, the letter in front of this machine's
numbers; or a look around on sample data first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app import paths
from app import settings as settings_file
from app.domain.errors import AppError, InvalidInput, Problems
from app.domain.register.identifiers import parse_device_letter
from app.domain.text import compact, line, required
from app.gui.shell.trial_estate import open_trial
from app.gui.toolkit import language
from app.gui.toolkit.dialog import Dialog
from app.gui.toolkit.forms import Field, Form
from app.gui.toolkit.language import _, language_choices
from app.gui.toolkit.layout import button, clear, column, label
from app.gui.toolkit.manual_window import bind_help
from app.gui.toolkit.problems import message
from app.gui.toolkit.wrapping import wrapping
from app.i18n import translator
from app.settings import MANAGER, TECHNICIAN, Settings


class FirstRunDialog(Dialog):
    """The answers are in `settings` and `name` once accepted.  `notice` is what is to be said about
    settings that were here before."""

    def __init__(
        self, settings: Settings, parent: QWidget | None = None, *, notice: str = ""
    ) -> None:
        super().__init__(parent)
        bind_help(self)
        self.settings = settings
        self._notice = notice
        self.name = ""
        self.prefer(460)
        self._column = QVBoxLayout()
        self._foot = QVBoxLayout()
        self.arrange(self._column, self._foot, margins=(24, 20, 24, 20))
        self._build({"language": settings.language, "device": settings.device, "role": TECHNICIAN})

    def _build(self, values: dict[str, Any]) -> None:
        self.setWindowTitle(_("Welcome to POSCare"))
        self._form = Form(_fields())
        self._form.fill(values)
        chosen = self._form.widget("language")
        assert isinstance(chosen, QComboBox)
        chosen.currentIndexChanged.connect(self._on_language)
        start = button(_("Start"), self._on_start, role="primary")
        start.setDefault(True)
        self._trouble = label("", "error", wrap=True)
        self._trouble.hide()
        self._column.addLayout(
            column(
                label(_("Welcome to POSCare"), "title"),
                label(
                    _("A few things first. They can be changed later in Settings."),
                    "muted",
                    wrap=True,
                ),
                4,
                *((label(self._notice, "error", wrap=True),) if self._notice else ()),
                self._form,
                None,
                spacing=12,
            )
        )
        sample = button(_("Try it with sample data"), self._on_trial)
        sample.setToolTip(_("Opens an estate that is not real. It can be thrown away at any time."))
        quit_ = button(_("Quit"), self.reject)
        foot = wrapping(sample, None, quit_, start)
        self._foot.addLayout(column(self._trouble, foot, spacing=12))
        self.fit()

    def _on_language(self) -> None:
        values = self._form.values()
        language.use(translator(values["language"]))
        # Deleted when the choice that called has returned.
        clear(self._column)
        clear(self._foot)
        self._build(values)
        self._form.widget("language").setFocus()

    def _on_trial(self) -> None:
        """Leave the questions open and let another process show the sample."""
        chosen = {name: self._form.value(name) for name in ("language", "role")}
        settings = replace(self.settings, language=chosen["language"], first_steps=chosen["role"])
        try:
            open_trial(settings)
        except OSError as failure:
            self._tell(str(failure))
            return
        self.reject()

    def _on_start(self) -> None:
        values = self._form.values()
        problems = Problems()
        answered = dict(values)
        for name, parse in (
            ("technician", lambda raw: required(compact(raw).upper())),
            ("name", lambda raw: required(line(raw))),
            ("device", parse_device_letter),
            ("company_name", line),
        ):
            with problems.field(name):
                answered[name] = parse(values[name])
        try:
            problems.raise_if_any()
        except InvalidInput as refusal:
            self._form.show_problems(refusal)
            return
        self._save(answered)

    def _save(self, answered: dict[str, str]) -> None:
        settings = replace(
            self.settings,
            language=answered["language"],
            technician=answered["technician"],
            device=answered["device"],
            company_name=answered["company_name"],
            first_steps=answered["role"],
        )
        try:
            settings_file.save(settings, paths.settings_file())
        except AppError as error:
            self._tell(message(error))
            return
        self.settings, self.name = settings, answered["name"]
        self.accept()

    def _tell(self, text: str) -> None:
        self._trouble.setText(text)
        self._trouble.show()


def _fields() -> list[Field]:
    roles = [(TECHNICIAN, _("I repair terminals")), (MANAGER, _("I plan and lead"))]
    return [
        Field(name="language", label=_("Language"), kind="choice", choices=language_choices()),
        Field(
            name="role",
            label=_("Your work"),
            kind="choice",
            required=True,
            choices=roles,
            help=_("The first page shows the steps to begin with."),
        ),
        Field(
            name="technician",
            label=_("Your code"),
            required=True,
            help=_("As on your badge, for example T01."),
        ),
        Field(
            name="name",
            label=_("Your name"),
            required=True,
            help=_("Printed on service reports."),
        ),
        Field(
            name="device",
            label=_("Letter of this laptop"),
            required=True,
            help=_(
                "Stands before every number made here, so that two laptops never"
                " give the same number. Ask your manager; one letter, with up to two"
                " digits: A, B, L7."
            ),
        ),
        Field(name="company_name", label=_("Company"), help=_("Printed on documents.")),
    ]
