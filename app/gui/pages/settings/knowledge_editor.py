"""The editor of a catalogue entry, with a trial on recent incidents before it is saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.domain.diagnosis.catalogue import CodeAct, Doubt, SignKind
from app.domain.diagnosis.entry_forms import content_of, entry_of, values_of
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.diagnosis.knowledge_edits import KnowledgePart
from app.domain.errors import AppError
from app.gui.shell.page import Page
from app.gui.toolkit.draft_dialog import DraftDialog
from app.gui.toolkit.forms import Field, word_choices
from app.gui.toolkit.language import _, words
from app.gui.toolkit.layout import boxed, button, column, label
from app.gui.toolkit.wrapping import wrapping
from app.languages import SOURCE
from app.services.diagnosis.living_knowledge import ChangePreview, KnowledgeItem
from app.texts import error_text, word

Change = tuple[str, dict[str, Any]]
"""The name of an entry and its content."""
_SHOWN = 5
"""Incidents of a trial that are named; the first ones."""


class KnowledgeEntryDialog(DraftDialog):
    """Collects the name and content of an entry; `tried` says what that would do."""

    def __init__(
        self,
        page: Page,
        knowledge: Knowledge,
        part: KnowledgePart,
        known: KnowledgeItem | None,
        try_out: Callable[[Change, Callable[[Any], None]], object],
    ) -> None:
        before = known.content if known else {}
        name = known.entry if known else ""

        def make(values: dict[str, Any]) -> Change:
            return name or entry_of(part, values), content_of(part, values, before)

        title = word(words(), "knowledge_part", part)
        super().__init__(
            _("{part}: {entry}", part=title, entry=name) if name else title,
            _fields(knowledge, part, new=known is None),
            make,
            parent=page,
        )
        self.prefer(560)
        self._collect, self._try_out = make, try_out
        self._outcome = label("", "muted", wrap=True, copy=True)
        self._outcome.hide()
        self._try = button(_("Try on recent incidents"), self.try_now, icon="search")
        self.insert(boxed(column(wrapping(self._try), self._outcome, spacing=8)), 1)
        self.fill(values_of(part, name, before))

    def try_now(self) -> None:
        """Ask what the entry as it stands would do."""
        self._tell(_("Trying …"))
        try:
            change = self._collect(self.form.values())
        except AppError as error:
            self._tell(error_text(words(), error))
            return
        self._try_out(change, self._show)

    def _show(self, found: ChangePreview | AppError) -> None:
        said = error_text(words(), found) if isinstance(found, AppError) else preview_said(found)
        self._tell(said)

    def _tell(self, text: str) -> None:
        self._outcome.setText(text)
        self._outcome.show()
        self.fit()


def preview_said(found: ChangePreview) -> str:
    """What a change would do, in words, with the first incidents."""
    head = _(
        "Of {cases} recent incidents {changed} would be judged otherwise. Of {confirmed} with a"
        " confirmed class {before} are named right now, {after} then.",
        cases=found.cases,
        changed=len(found.changed),
        confirmed=found.confirmed,
        before=found.right_before,
        after=found.right_after,
    )
    lines = [
        _(
            "{number}: {before} → {after}",
            number=one.number,
            before=word(words(), "fault_class", one.before[0]),
            after=word(words(), "fault_class", one.after[0]),
        )
        for one in found.changed[:_SHOWN]
    ]
    return "\n".join((head, *lines))


def _fields(knowledge: Knowledge, part: KnowledgePart, *, new: bool) -> list[Field]:
    return _PART_FIELDS[part](knowledge, new)


def _texts() -> list[Field]:
    language = words().language
    return [
        Field(name="zh", label=_("In Chinese"), required=language == SOURCE),
        Field(name="en", label=_("In English"), required=language != SOURCE),
    ]


def _named(new: bool) -> Field:
    return Field(
        name="entry",
        label=_("Short name"),
        required=True,
        editable=new,
        help=_("Small Latin letters, digits and _; nobody sees it in a diagnosis."),
    )


def _target(label: str, choices: list[tuple[str, str]], new: bool) -> Field:
    """What an entry speaks for; one that speaks for several stays as it is."""
    as_it_is = [] if new else [("", _("as it is"))]
    return Field(name="target", label=label, kind="choice", choices=[*as_it_is, *sorted(choices)])


def _modes(knowledge: Knowledge) -> list[tuple[str, str]]:
    t = words()
    return [
        (mode.id, f"{word(t, 'fault_class', mode.fault_class)} · {mode.text.in_(t.language)}")
        for mode in knowledge.modes.values()
    ]


def _doubt() -> Field:
    choices = word_choices("doubt", Doubt)
    return Field(name="doubt", label=_("How surely"), kind="choice", choices=choices)


def _code_fields(knowledge: Knowledge, new: bool) -> list[Field]:
    language = words().language
    profiles = [(p.id, p.text.in_(language)) for p in knowledge.profiles.values()]
    return [
        Field(
            name="profile",
            label=_("Code table"),
            kind="choice",
            choices=profiles,
            editable=new,
        ),
        Field(name="code", label=_("Code"), required=True, editable=new),
        *_texts(),
        _target(_("Points at"), _modes(knowledge), new),
        _doubt(),
        Field(
            name="act",
            label=_("The payment"),
            kind="choice",
            choices=word_choices("code_act", CodeAct),
        ),
    ]


def _sign_fields(knowledge: Knowledge, new: bool) -> list[Field]:
    kinds = [one for one in SignKind if one is not SignKind.REQUEST]
    return [
        _named(new),
        *_texts(),
        Field(
            name="says",
            label=_("Ways to say it"),
            kind="text",
            required=True,
            rows=5,
            help=_("One a line, Chinese and English."),
        ),
        Field(
            name="kind",
            label=_("Kind"),
            kind="choice",
            choices=word_choices("sign_kind", kinds),
        ),
        _target(_("Points at"), _modes(knowledge), new),
        _doubt(),
    ]


def _question_fields(knowledge: Knowledge, new: bool) -> list[Field]:
    return [
        _named(new),
        *_texts(),
        Field(name="why_zh", label=_("Why it is asked, in Chinese")),
        Field(name="why_en", label=_("Why it is asked, in English")),
        _target(_("“Yes” speaks for"), _modes(knowledge), new),
        Field(name="seconds", label=_("Takes"), kind="number", least=1, most=3600, unit=_("s")),
    ]


def _check_fields(knowledge: Knowledge, new: bool) -> list[Field]:
    language = words().language
    causes = [(cause.id, cause.text.in_(language)) for cause in knowledge.causes.values()]
    return [
        _named(new),
        *_texts(),
        _target(_("Mends"), causes, new),
        Field(name="minutes", label=_("Takes"), kind="number", least=1, most=600, unit=_("min")),
    ]


def _contact_fields(knowledge: Knowledge, _new: bool) -> list[Field]:
    language = words().language
    ready = [
        (name.removeprefix("ready."), text.in_(language))
        for name, text in knowledge.phrases.items()
        if name.startswith("ready.")
    ]
    return [
        *_texts(),
        Field(name="ready", label=_("Have ready"), kind="checks", choices=ready),
    ]


_PART_FIELDS: dict[KnowledgePart, Callable[[Knowledge, bool], list[Field]]] = {
    KnowledgePart.CODE: _code_fields,
    KnowledgePart.SIGN: _sign_fields,
    KnowledgePart.QUESTION: _question_fields,
    KnowledgePart.CHECK: _check_fields,
    KnowledgePart.CONTACT: _contact_fields,
}
