"""``poscare wording``: what papers say and show of the house, for the office and by acquirer."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from app.cli.context import Context, Verb
from app.domain.wordings import TITLED, PaperWording, ReportColumn, StampPlace
from app.i18n import Translator
from app.languages import LANGUAGES, LocalizedText


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    verbs = parser.add_subparsers(dest="what", required=True)
    verbs.add_parser("list", help=t("every wording, that of the office first"))
    save = verbs.add_parser("set", help=t("change what papers say; what is not named stays"))
    acquirer = t("for the papers of this acquirer; without it for the whole office")
    save.add_argument("--acquirer", default="", help=acquirer)
    save.add_argument("--company", help=t("the company at the head of papers"))
    save.add_argument("--phone", help=t("the telephone at the head of papers"))
    save.add_argument("--logo", metavar="FILE", help=t("a picture; empty for none of its own"))
    save.add_argument("--stamp", choices=["", *StampPlace], help=t("where a stamp has its room"))
    save.add_argument(
        "--hide",
        action="append",
        choices=["", *ReportColumn],
        help=t("a column papers leave out, may be repeated; empty for none"),
    )
    for code, language in LANGUAGES.items():
        notice = t("the notice on papers, in {language}", language=language.name)
        closing = t("the last sentence of papers, in {language}", language=language.name)
        title = t("what this kind of paper is called, in {language}", language=language.name)
        save.add_argument(f"--notice-{code}", help=notice)
        save.add_argument(f"--closing-{code}", help=closing)
        for kind in TITLED:
            save.add_argument(f"--title-{kind.replace('_', '-')}-{code}", help=title)
    remove = verbs.add_parser("remove", help=t("say again what all say"))
    remove.add_argument("--acquirer", default="", help=acquirer)


def _run(context: Context) -> int:
    wordings, options = context.services.wordings, context.options
    if options.what == "remove":
        wordings.save(options.acquirer, PaperWording())
    elif options.what == "set":
        known = wordings.listed().get(options.acquirer, PaperWording())
        wordings.save(options.acquirer, _changed(context, known))
    found = sorted(wordings.listed().items())
    t = context.t
    value = [
        {"acquirer": who, "logo": bool(how.logo), "wording": replace(how, logo="")}
        for who, how in found
    ]
    context.emit(
        value, lambda: "\n".join(_line(t, who, how) for who, how in found) or t("None so far.")
    )
    return 0


def _line(t: Translator, who: str, how: PaperWording) -> str:
    said = [how.company, how.phone, *(title.in_(t.language) for _kind, title in how.titles)]
    said += [how.notice.in_(t.language), how.closing.in_(t.language)]
    return f"{who or t('The office')}  {' · '.join(filter(None, said))}".rstrip()


def _changed(context: Context, known: PaperWording) -> PaperWording:
    options = context.options
    titles = {kind: _text(options, f"title_{kind}", known.title(kind)) for kind in TITLED}
    return PaperWording(
        company=known.company if options.company is None else options.company,
        phone=known.phone if options.phone is None else options.phone,
        logo=_logo(context, known.logo),
        titles=tuple(titles.items()),
        notice=_text(options, "notice", known.notice),
        closing=_text(options, "closing", known.closing),
        stamp=known.stamp if options.stamp is None else _stamp(options.stamp),
        hidden=known.hidden if options.hide is None else _columns(options.hide),
    )


def _text(options: argparse.Namespace, name: str, known: LocalizedText) -> LocalizedText:
    given = {code: getattr(options, f"{name}_{code}") for code in LANGUAGES}
    said = {code: known.stored().get(code, "") for code in LANGUAGES}
    return LocalizedText.of(said | {code: one for code, one in given.items() if one is not None})


def _logo(context: Context, known: str) -> str:
    given = context.options.logo
    if given is None:
        return known
    return context.services.wordings.logo_of(Path(given)) if given else ""


def _stamp(given: str) -> StampPlace | None:
    return StampPlace(given) if given else None


def _columns(given: list[str]) -> tuple[ReportColumn, ...]:
    return tuple(ReportColumn(one) for one in given if one)


VERB = Verb(_configure, _run)
