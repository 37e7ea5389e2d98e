"""``poscare sla``: agreed times, and which merchants they are for."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from app.cli.context import Context, Verb, table
from app.domain.errors import NotFound, Problems
from app.domain.incidents.agreements import AgreementDraft, ServiceAgreement, draft_of_agreement
from app.domain.incidents.lifecycle import Priority
from app.i18n import Translator
from app.texts.agreements import hours_text, scope_text


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    verbs = parser.add_subparsers(dest="what", required=True)
    verbs.add_parser("list", help=t("every agreement, the most specific first"))
    save = verbs.add_parser("save", help=t("add an agreement, or change the one with this name"))
    save.add_argument("name", metavar="NAME", help=t("name of the agreement"))
    save.add_argument("--contract", help=t("only merchants with this contract"))
    save.add_argument("--vip", choices=["yes", "no"], help=t("only merchants served first"))
    save.add_argument("--acquirer", help=t("only terminals of this acquirer"))
    save.add_argument("--area", help=t("only merchants in this area"))
    save.add_argument(
        "--priority",
        choices=["", *map(str, Priority)],
        metavar="p1|p2|p3|p4",
        help=t("only this priority"),
    )
    save.add_argument("--response-hours", type=int, help=t("hours until work begins"))
    save.add_argument("--resolve-hours", type=int, help=t("hours until resolved"))
    save.add_argument("--hours", help=t("service hours, such as 0900-1800w; empty: all day"))
    use = save.add_mutually_exclusive_group()
    use.add_argument("--retire", action="store_true", help=t("no longer for new cases"))
    use.add_argument("--resume", action="store_true", help=t("for new cases again"))
    mark = verbs.add_parser("merchant", help=t("note contract and rank of a merchant"))
    mark.add_argument("mid", metavar="MID", help=t("merchant number"))
    mark.add_argument("--contract", default="", help=t("number of the contract; empty: none"))
    mark.add_argument("--vip", action="store_true", help=t("served before others"))


def _run(context: Context) -> None:
    {"list": _list, "save": _save, "merchant": _merchant}[context.options.what](context)


def _list(context: Context) -> None:
    t, agreements = context.t, context.services.agreements
    found, nowhere = agreements.listed(), agreements.nowhere()
    header = (
        t("Agreement"),
        t("For which cases"),
        t("Work begins within"),
        t("Resolved within"),
        t("Service hours"),
    )
    rows = [
        (
            one.name if one.active else t("{name} (no longer offered)", name=one.name),
            scope_text(t, one, nowhere=one.id in nowhere),
            t("{hours} h", hours=one.response_hours),
            t("{hours} h", hours=one.resolve_hours),
            hours_text(t, one.service_hours),
        )
        for one in found
    ]
    empty = t("No agreement yet; the times in General hold for everybody")
    context.emit(found, lambda: table(header, rows) if rows else empty)


def _save(context: Context) -> None:
    options, agreements = context.options, context.services.agreements
    try:
        known: ServiceAgreement | None = agreements.by_name(options.name)
    except NotFound:
        known = None
    draft = draft_of_agreement(known) if known else AgreementDraft(name=options.name)
    given: dict[str, Any] = {
        field.name: getattr(options, field.name)
        for field in fields(AgreementDraft)
        if getattr(options, field.name, None) is not None
    }
    if options.vip is not None:
        given["vip"] = options.vip == "yes"
    _refuse_unknown(context, given)
    given["active"] = options.resume or (draft.active and not options.retire)
    draft = replace(draft, **given)
    agreements.save(draft, *((known.id, known.version) if known else ()))
    _list(context)


def _refuse_unknown(context: Context, given: Mapping[str, Any]) -> None:
    """An agreement for an area or acquirer that no terminal has would never hold for anything."""
    choices, problems = context.services.terminals.choices(), Problems()
    for name, known in (("area", choices.areas), ("acquirer", choices.acquirers)):
        value = given.get(name)
        if value and value not in known:
            problems.add(name, "choice.unknown", value=value)
    problems.raise_if_any()


def _merchant(context: Context) -> None:
    options, agreements = context.options, context.services.agreements
    key = agreements.merchant_by_number(options.mid)
    agreements.mark_merchant(key, options.contract, options.vip)
    context.emit({"merchant": options.mid}, context.t("Saved"))


VERB = Verb(_configure, _run)
