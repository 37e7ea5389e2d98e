"""The settings of documents: own wording, paper size, file names, certificate; with a preview.

Company, phone, logo and default language are general settings; the language of a merchant is set
where a report is shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app import paths
from app import settings as settings_file
from app.bootstrap import letterhead
from app.domain.errors import AppError, InvalidInput
from app.gui.actions import UserAction
from app.gui.pages.settings.section import Section, show_refusal
from app.gui.shell.autosave import AutosavedForm
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.files import ask_file, ask_folder
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.forms import Field, Form
from app.gui.toolkit.language import _, paper_choices, words
from app.gui.toolkit.layout import boxed, column, label, panel, row, scrolled
from app.gui.toolkit.pdf_panel import PdfPanel
from app.gui.toolkit.permission import permit
from app.i18n import N_
from app.languages import LANGUAGES, SOURCE
from app.settings import Settings
from app.texts import problem_text

if TYPE_CHECKING:
    from app.services.documents.printed import PrintedDocument

DRAFT_KEY = "settings/documents"
_SAVED = (
    *(f"report_notice_{code}" for code in LANGUAGES),
    *(f"report_closing_{code}" for code in LANGUAGES),
    "paper",
    "sums",
    "zone",
    "report_names",
    "camera_folder",
    "seal_certificate",
)


class DocumentsSection(Section):
    """A form at the left, a sample of a report under it at the right."""

    title = N_("Documents")

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.form = Form(_fields())
        self.panel = PdfPanel(self.context.tasks, small_pages=False)
        self._kept: AutosavedForm | None = None
        self._made = 0
        self._trouble = label("", "error", wrap=True)
        self._trouble.hide()
        self._state = label("", "muted")
        self.save_button = action_button(UserAction.SAVE_SETTINGS, self.save, role="primary")
        self._arrange()
        self.form.edited.connect(self._on_edited)

    def _arrange(self) -> None:
        ask = row(
            None,
            action_button(UserAction.CHOOSE_CERTIFICATE, self._ask_certificate),
            action_button(UserAction.CHOOSE_CAMERA_FOLDER, self._ask_camera),
        )
        asked = panel(
            column(
                self.form, ask, self._trouble, row(self._state, None, self.save_button), spacing=10
            )
        )
        left = scrolled(boxed(column(asked, None, margins=(0, 0, 8, 0))))
        left.setMaximumWidth(470)
        left.setMinimumHeight(260)
        self.panel.setMinimumHeight(260)
        shown: QWidget = panel(column(self.panel, margins=(1, 1, 1, 1)))
        both = FoldingRow(left, shown, spacing=12, least=400, stretches=(1, 1))
        self.setLayout(column(both))

    # --- reading -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Fill the form, unless somebody is typing in it."""
        if self._kept is None or not self._kept.changed():
            self._fill()
        self._on_edited()

    def _fill(self) -> None:
        stored = settings_file.values_of(self.context.settings)
        self.form.fill({name: stored[name] for name in _SAVED})
        if self._kept is None:
            self._kept = AutosavedForm(self.page, self.form, DRAFT_KEY)
            self._kept.offer(lambda _since: self._on_edited())
        else:
            self._kept.restart()

    def _wanted(self) -> Settings:
        return settings_file.with_values(self.context.settings, self.form.values())

    # --- looking -------------------------------------------------------------------------------

    def _on_edited(self) -> None:
        changed = self._kept.changed() if self._kept else {}
        self._state.setText(_("Not saved yet") if changed else "")
        refusal = self.context.services.context.standing.refusal("settings.change")
        permit(self.save_button, refusal, enabled=bool(changed))
        self._made += 1
        number, services, wanted = self._made, self.context.services, letterhead(self._wanted())

        def work() -> PrintedDocument:
            from app.services.sample.report import sample_report

            reporting, at = services.reporting, services.context.now().astimezone()
            printed: PrintedDocument = reporting.sample(
                wanted, wanted.language, sample_report(at), "service_report"
            )
            return printed

        def done(printed: PrintedDocument) -> None:
            if number == self._made:
                troubles = [
                    ("warning", "triangle-alert", problem_text(words(), problem))
                    for problem in printed.problems
                ]
                self.panel.show_pdf(printed.pdf, troubles, ours=False)

        self.page.run(work, done, lane="io")

    # --- saving --------------------------------------------------------------------------------

    def save(self) -> None:
        """Save what was changed."""
        self.form.flush()
        self.form.clear_problems()
        self._trouble.hide()
        wanted = self._wanted()
        services, before = self.context.services, self.context.settings

        def store() -> Settings:
            from app.services.documents.files import check_pattern

            try:
                check_pattern(wanted.report_names)
            except InvalidInput as refused:
                problem = refused.problems[0]
                raise InvalidInput.of("report_names", problem.code, **problem.params) from None
            settings, values = settings_file.check(wanted), settings_file.values_of
            services.settings_log.save(
                values(before),
                values(settings),
                lambda: settings_file.save(settings, paths.settings_file()),
            )
            return settings

        def stored(settings: Settings) -> None:
            if self._kept is not None:
                self._kept.restart()
            self.context.settings_changed.emit(settings)
            self.page.tell_saved(_(self.title))
            self._on_edited()

        self.page.run(store, stored, failed=self._refused, lane="io")

    def _refused(self, error: AppError) -> None:
        show_refusal(self.form, self._trouble, error)

    def _ask_certificate(self) -> None:
        kinds = _("Certificates and token libraries (*.p12 *.pfx *.so *.dll *.dylib)")
        ask_file(self, _("Certificate"), kinds, lambda path: self._take("seal_certificate", path))

    def _ask_camera(self) -> None:
        ask_folder(self, _("Folder of the camera"), lambda path: self._take("camera_folder", path))

    def _take(self, name: str, path: Path) -> None:
        self.form.fill({name: str(path)})


def _fields() -> list[Field]:
    papers = paper_choices()
    notice_help = _("Empty: that the technician never asks for a PIN, and where to verify.")
    closing_help = _("What the merchant signs, in your words; empty for none.")
    return [
        *(
            Field(
                name=f"report_notice_{code}",
                label=_("Foot, {language}", language=known.name),
                kind="text",
                rows=2,
                heading=_("Wording") if code == SOURCE else "",
                help=notice_help if code == SOURCE else "",
            )
            for code, known in LANGUAGES.items()
        ),
        *(
            Field(
                name=f"report_closing_{code}",
                label=_("Above signatures, {language}", language=known.name),
                kind="text",
                rows=2,
                help=closing_help if code == SOURCE else "",
            )
            for code, known in LANGUAGES.items()
        ),
        Field(
            name="paper",
            label=_("Paper"),
            kind="choice",
            choices=papers,
            heading=_("Paper and files"),
        ),
        Field(
            name="sums",
            label=_("Sums"),
            kind="choice",
            choices=[("figures", _("In figures")), ("words", _("In figures and Chinese words"))],
        ),
        Field(
            name="zone",
            label=_("Time zone"),
            help=_("Of the office, such as Asia/Shanghai; empty for this computer's own."),
        ),
        Field(
            name="report_names",
            label=_("File names"),
            help=_("In braces: number, kind, merchant, serial, tid, date, language."),
        ),
        Field(name="camera_folder", label=_("Camera folder")),
        Field(
            name="seal_certificate",
            label=_("Certificate"),
            help=_(
                "PKCS#12 file, or the PKCS#11 library of a token. The passphrase is asked for"
                " at every seal and never kept."
            ),
        ),
    ]
