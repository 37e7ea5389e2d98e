"""What papers say and show of the house: for the office and for each acquirer, with a preview."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.bootstrap import letterhead
from app.domain.errors import AppError
from app.domain.wordings import TITLED, PaperWording, ReportColumn, StampPlace
from app.gui.actions import UserAction
from app.gui.pages.settings.section import Section, show_refusal
from app.gui.shell.autosave import AutosavedForm
from app.gui.shell.page import Page
from app.gui.toolkit.action_buttons import action_button
from app.gui.toolkit.folding import FoldingRow
from app.gui.toolkit.forms import Field, Form, word_choices
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, clear, column, label, panel, row, scrolled
from app.gui.toolkit.pdf_panel import PdfPanel
from app.gui.toolkit.permission import permit
from app.gui.toolkit.wheel_safe import ComboBox
from app.i18n import N_
from app.languages import LANGUAGES, SOURCE, LocalizedText
from app.services.documents.kinds import title_of
from app.services.documents.wordings import EVERYBODY
from app.texts import problem_text

if TYPE_CHECKING:
    from app.services.documents.printed import PrintedDocument


class WordingsSection(Section):
    """For whom at the top left, what is said and shown below it, a sample at the right."""

    title = N_("Letterhead and wording")

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.who = ComboBox()
        self.who.setAccessibleName(_("For the papers of"))
        self.panel = PdfPanel(self.context.tasks, small_pages=False)
        self.form = Form(_fields())
        self._place = column()
        self._kept: AutosavedForm | None = None
        self._known: dict[str, PaperWording] = {}
        self._made = 0
        self._trouble = label("", "error", wrap=True)
        self._trouble.hide()
        self._state = label("", "muted")
        self.save_button = action_button(UserAction.SAVE_SETTINGS, self.save, role="primary")
        self._arrange()
        self.who.currentIndexChanged.connect(lambda _place: self._show())

    def _arrange(self) -> None:
        hint = label(
            _(
                "Goes to every computer of the office. What is left empty is as for the whole"
                " office, and there as in the settings of each computer."
            ),
            "muted",
            wrap=True,
        )
        asked = panel(
            column(
                row(label(_("For the papers of")), self.who),
                hint,
                boxed(self._place),
                self._trouble,
                row(self._state, None, self.save_button),
                spacing=10,
            )
        )
        left = scrolled(boxed(column(asked, None, margins=(0, 0, 8, 0))))
        left.setMaximumWidth(470)
        left.setMinimumHeight(260)
        self.panel.setMinimumHeight(260)
        shown = panel(column(self.panel, margins=(1, 1, 1, 1)))
        self.setLayout(column(FoldingRow(left, shown, spacing=12, least=400, stretches=(1, 1))))

    # --- reading -------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the wordings and the acquirers, unless somebody is typing."""
        if self._kept is not None and self._kept.changed():
            return
        services = self.context.services

        def read() -> tuple[dict[str, PaperWording], tuple[str, ...]]:
            return services.wordings.listed(), services.terminals.choices().acquirers

        self.page.load(read, lambda found: self._show_known(*found))

    def _show_known(self, known: dict[str, PaperWording], acquirers: tuple[str, ...]) -> None:
        self._known = known
        chosen = self.who.currentData() or EVERYBODY
        self.who.blockSignals(True)
        self.who.clear()
        self.who.addItem(_("The whole office"), EVERYBODY)
        for name in sorted({*acquirers, *filter(None, known)}):
            self.who.addItem(name, name)
        self.who.setCurrentIndex(max(self.who.findData(chosen), 0))
        self.who.blockSignals(False)
        self._show()

    def _show(self) -> None:
        """A form of its own for each: half-typed words of one are not taken for another's."""
        who = self._chosen
        clear(self._place)
        self.form = Form(_fields())
        self.form.fill(_values(self._known.get(who, PaperWording())))
        self._place.addWidget(self.form)
        self._kept = AutosavedForm(self.page, self.form, f"settings/wording/{who}")
        self._kept.offer(lambda _since: self._on_edited())
        self.form.edited.connect(self._on_edited)
        self._trouble.hide()
        self._on_edited()

    @property
    def _chosen(self) -> str:
        return str(self.who.currentData() or EVERYBODY)

    # --- looking -------------------------------------------------------------------------------

    def _on_edited(self) -> None:
        changed = self._kept.changed() if self._kept else {}
        self._state.setText(_("Not saved yet") if changed else "")
        refusal = self.context.services.context.standing.refusal("wording.save")
        permit(self.save_button, refusal, enabled=bool(changed))
        self._made += 1
        number, services, who = self._made, self.context.services, self._chosen
        house, known, values = letterhead(self.context.settings), self._known, self.form.values()

        def work() -> PrintedDocument:
            from app.services.sample.report import sample_report

            tried = {**known, who: _wording(services, values, known.get(who))}
            sheet = sample_report(services.context.now().astimezone(services.context.zone))
            sheet = replace(sheet, merchant=replace(sheet.merchant, acquirer=who))
            printed: PrintedDocument = services.reporting.sample(
                house, house.language, sheet, "service_report", tried
            )
            return printed

        def done(printed: PrintedDocument) -> None:
            if number == self._made:
                troubles = [
                    ("warning", "triangle-alert", problem_text(words(), problem))
                    for problem in printed.problems
                ]
                self.panel.show_pdf(printed.pdf, troubles, ours=False)

        self.page.run(work, done, failed=self._refused, lane="io")

    # --- saving --------------------------------------------------------------------------------

    def save(self) -> None:
        """Keep what was typed."""
        self.form.flush()
        self.form.clear_problems()
        self._trouble.hide()
        services, who, values = self.context.services, self._chosen, self.form.values()
        known = self._known.get(who)

        def store() -> dict[str, PaperWording]:
            services.wordings.save(who, _wording(services, values, known))
            found: dict[str, PaperWording] = services.wordings.listed()
            return found

        def stored(found: dict[str, PaperWording]) -> None:
            if self._kept is not None:
                self._kept.restart()
            self._known = found
            self.page.tell_saved(_(self.title))
            self._show()

        self.page.run(store, stored, failed=self._refused, lane="io")

    def _refused(self, error: AppError) -> None:
        show_refusal(self.form, self._trouble, error)


def _values(wording: PaperWording) -> dict[str, Any]:
    """A wording as the form has it."""
    found: dict[str, Any] = {
        "company": wording.company,
        "phone": wording.phone,
        "logo": "",
        "own_logo": bool(wording.logo),
        "stamp": wording.stamp or "",
        "hidden": tuple(wording.hidden),
    }
    for code in LANGUAGES:
        found[f"notice_{code}"] = wording.notice.stored().get(code, "")
        found[f"closing_{code}"] = wording.closing.stored().get(code, "")
        for kind in TITLED:
            found[f"title_{kind}_{code}"] = wording.title(kind).stored().get(code, "")
    return found


def _wording(services: Any, values: dict[str, Any], known: PaperWording | None) -> PaperWording:
    """What the form says.  For a worker: a picture is decoded.  Raises `InvalidInput`."""
    kept = known.logo if known is not None and values["own_logo"] else ""
    logo = services.wordings.logo_of(Path(values["logo"])) if values["logo"] else kept
    return PaperWording(
        company=values["company"],
        phone=values["phone"],
        logo=logo,
        titles=tuple((kind, _text(values, f"title_{kind}")) for kind in TITLED),
        notice=_text(values, "notice"),
        closing=_text(values, "closing"),
        stamp=StampPlace(values["stamp"]) if values["stamp"] else None,
        hidden=tuple(ReportColumn(one) for one in values["hidden"]),
    )


def _text(values: dict[str, Any], name: str) -> LocalizedText:
    return LocalizedText.of({code: values[f"{name}_{code}"] for code in LANGUAGES})


def _fields() -> list[Field]:
    return [
        Field(name="company", label=_("Company name"), heading=_("Letterhead")),
        Field(name="phone", label=_("Phone for verifying")),
        Field(name="logo", label=_("New logo"), kind="picture"),
        Field(name="own_logo", label=_("Own logo"), kind="check", unit=_("as it was kept")),
        *(
            Field(
                name=f"title_{kind}_{code}",
                label=f"{title_of(words(), kind)}, {known.name}",
                heading=_("Titles") if (kind, code) == (TITLED[0], SOURCE) else "",
            )
            for kind in TITLED
            for code, known in LANGUAGES.items()
        ),
        *(
            Field(
                name=f"notice_{code}",
                label=_("Foot, {language}", language=known.name),
                kind="text",
                rows=2,
                heading=_("Wording") if code == SOURCE else "",
            )
            for code, known in LANGUAGES.items()
        ),
        *(
            Field(
                name=f"closing_{code}",
                label=_("Above signatures, {language}", language=known.name),
                kind="text",
                rows=2,
            )
            for code, known in LANGUAGES.items()
        ),
        Field(
            name="stamp",
            label=_("Stamp"),
            kind="choice",
            choices=[("", _("As for the whole office")), *word_choices("stamp_place", StampPlace)],
            heading=_("Layout"),
        ),
        Field(
            name="hidden",
            label=_("Left out"),
            kind="checks",
            choices=word_choices("report_column", ReportColumn),
            rows=4,
            help=_("Columns that reports do not show."),
        ),
    ]
