"""``poscare report``: print documents, read them back, prove and seal them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import chosen_files
from app.cli import report_issued, report_proof
from app.cli.context import Context, Verb
from app.domain.documents import PAPERS, AttachmentDraft, SignatureDraft, SignerRole, Stage
from app.domain.errors import BadValue, InvalidInput, NotFound
from app.domain.parsing import parse_date
from app.i18n import Translator, translator
from app.languages import DOCUMENT_LANGUAGES
from app.texts import problem_text

TABLE_SUFFIXES = (".xlsx", ".csv")

if TYPE_CHECKING:
    from app.reports.data.sheets import PrintedSheet
    from app.services.documents.requestable import RequestableDocument
    from app.services.documents.requests import Request


def _configure(parser: argparse.ArgumentParser, t: Translator) -> None:
    from app.services.documents.kinds import REQUESTABLE

    verbs = parser.add_subparsers(dest="what", required=True)
    for document in REQUESTABLE.values():
        if document.verb:
            _configure_document(verbs.add_parser(document.verb, help=t(document.help)), document, t)
    _configure_files(verbs, t)


def _configure_document(
    sub: argparse.ArgumentParser, document: RequestableDocument, t: Translator
) -> None:
    """The arguments by which a document is told what it needs."""
    options = document.options
    sub.set_defaults(kind=document.id)
    if document.subjects:
        sub.add_argument("subject", nargs="+", metavar="NUMBER")
        sub.add_argument("--each", metavar="FOLDER", default="", help=t("one file each, in here"))
        sub.add_argument("--names", default="", help=t("pattern of the names of these files"))
    elif "words" in options:
        sub.add_argument("words", nargs="*")
    _output(sub, t)
    _configure_words(sub, options, t)
    if "since" in options:
        _period(sub)
        if not document.subjects:
            sub.add_argument("--month", default="", metavar="YYYY-MM")
    if "blank" in options:
        sub.add_argument("--blank", action="store_true", help=t("to be filled in by hand"))
    if "stickers" in options:
        _configure_labels(sub, t)


def _configure_words(sub: argparse.ArgumentParser, options: Sequence[str], t: Translator) -> None:
    """The options that are words."""
    told = {
        "text": t("in a record's name or in a changed value"),
        "basis": t("the risk analysis behind the interval"),
    }
    for name in ("area", "acquirer", "model", "state", "technician", "plan", *told):
        if name in options:
            sub.add_argument(f"--{name}", default="", help=told.get(name))


def _configure_labels(sub: argparse.ArgumentParser, t: Translator) -> None:
    from app.reports.documents.labels import SHEETS
    from app.services.documents.register_sheets import LABEL_CODES, LABEL_FIELDS, LABEL_TITLES

    sub.add_argument("--stickers", choices=sorted(SHEETS), default="a4-24")
    sub.add_argument("--start", type=int, default=1, help=t("first free label of the first sheet"))
    sub.add_argument("--title", choices=LABEL_TITLES, default="tid")
    sub.add_argument("--field", action="append", choices=LABEL_FIELDS, default=[])
    sub.add_argument("--code", choices=LABEL_CODES, default="full")
    sub.add_argument("--outlines", action="store_true")


def _configure_files(verbs: argparse._SubParsersAction, t: Translator) -> None:  # type: ignore[type-arg]
    verbs.add_parser("kinds", help=t("list the kinds of documents"))
    report_issued.configure(verbs, t)
    report_proof.configure(verbs, t)
    attach = verbs.add_parser("attach", help=t("add photos or files to an incident"))
    attach.add_argument("number", metavar="NUMBER")
    attach.add_argument("file", nargs="+")
    attach.add_argument("--stage", choices=list(Stage), default=Stage.EVIDENCE)
    attach.add_argument("--caption", default="")
    unsigned = verbs.add_parser("unsigned", help=t("say why nobody signed a report or a visit"))
    unsigned.add_argument("number", metavar="NUMBER")
    unsigned.add_argument("--role", choices=list(SignerRole), default=SignerRole.MERCHANT)
    unsigned.add_argument("--reason", required=True)


def _output(sub: argparse.ArgumentParser, t: Translator) -> None:
    sub.add_argument(
        "-o", "--output", default="", metavar="FILE.pdf", help=t("lists also as .xlsx or .csv")
    )
    help_text = t("language of the document")
    sub.add_argument("--language", choices=tuple(DOCUMENT_LANGUAGES), default="", help=help_text)
    sub.add_argument("--paper", choices=PAPERS, default="", help=t("paper, or the roll of a shop"))


def _period(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--from", dest="since", default="", metavar="YYYY-MM-DD")
    sub.add_argument("--to", dest="until", default="", metavar="YYYY-MM-DD")


def _run(context: Context) -> int:
    what = context.options.what
    action = _ACTIONS.get(what, _print)
    return action(context)


# --- printing ------------------------------------------------------------------------------------


def _print(context: Context) -> int:
    options = context.options
    requests = _requests(context)
    reporting = context.services.reporting
    if getattr(options, "each", ""):
        pattern = options.names or context.settings.report_names
        written = reporting.files(requests, Path(options.each), pattern, progress=context.progress)
        context.emit(
            [{"file": str(path)} for path in written], lambda: "\n".join(map(str, written))
        )
        return 0
    if Path(options.output).suffix.lower() in TABLE_SUFFIXES:
        return _write_table(context, reporting.documents(*requests))
    printed = reporting.pdf(*requests, progress=context.progress)
    path = Path(options.output or printed.file_name)
    reporting.save(printed, path)
    t = context.t
    for problem in printed.problems:
        context.note(problem_text(t, problem))
    if printed.missing:
        codes = ", ".join(f"U+{ord(char):04X}" for char in printed.missing)
        context.note(t("No font has {codes}; printed as boxes with the code.", codes=codes))
    documents = [
        {"kind": document.kind, "number": document.sheet.number, "sha256": sha256}
        for document, sha256 in zip(printed.documents, printed.hashes, strict=True)
    ]
    value = {
        "file": str(path),
        "pages": printed.pages,
        "documents": documents,
        "missing": [f"U+{ord(char):04X}" for char in printed.missing],
        "problems": [problem.code for problem in printed.problems],
    }
    text = t.plural("{path}: {count} page", "{path}: {count} pages", printed.pages, path=path)
    context.emit(value, text)
    return 0


def _write_table(context: Context, documents: Sequence[PrintedSheet]) -> int:
    """The list as a workbook or CSV, in the first of its languages."""
    from app.services.documents.document_tables import table_bytes

    path = Path(context.options.output)
    document = documents[0]
    content = table_bytes(document, translator(document.languages[0]), path.suffix.lower())
    chosen_files.write(path, content)
    context.emit({"file": str(path)}, str(path))
    return 0


def _requests(context: Context) -> list[Request]:
    from app.services.core.audit import TrailFilter
    from app.services.documents.requests import Request
    from app.services.register.terminal_queries import TerminalFilter

    options = context.options
    scope = {name: getattr(options, name, "") for name in ("area", "acquirer", "model", "state")}
    wanted = TerminalFilter(words=" ".join(getattr(options, "words", [])), **scope)
    since, until = _span(options)
    said = " · ".join(filter(None, (wanted.area, wanted.acquirer, wanted.model, wanted.words)))
    labels: dict[str, Any] = {"labels": _labels(options)} if "stickers" in options else {}
    return [
        Request(
            kind=options.kind,
            subject=subject,
            language=options.language,
            paper=options.paper,
            since=since,
            until=until,
            area=wanted.area,
            terminals=wanted,
            scope=said,
            blank=getattr(options, "blank", False),
            basis=getattr(options, "basis", ""),
            technician=getattr(options, "technician", ""),
            plan=getattr(options, "plan", ""),
            trail=TrailFilter(text=getattr(options, "text", "")),
            **labels,
        )
        for subject in getattr(options, "subject", [""])
    ]


def _labels(options: argparse.Namespace) -> Any:
    from app.services.documents.register_sheets import LabelChoice

    standard = LabelChoice()
    fields = tuple(options.field) or standard.fields
    return LabelChoice(
        stickers=options.stickers,
        start=options.start,
        title=options.title,
        fields=fields,
        code=options.code,
        outlines=options.outlines,
    )


def _span(options: argparse.Namespace) -> tuple[date | None, date | None]:
    month = getattr(options, "month", "")
    if month:
        first = _parsed("month", f"{month}-01")
        assert first is not None
        after = (first + timedelta(days=32)).replace(day=1)
        return first, after - timedelta(days=1)
    return _day(options, "since"), _day(options, "until")


def _day(options: argparse.Namespace, name: str) -> date | None:
    raw = getattr(options, name, "")
    return _parsed(name, raw) if raw else None


def _parsed(name: str, raw: str) -> date | None:
    try:
        return parse_date(raw)
    except BadValue as refusal:
        raise InvalidInput.of(name, refusal.code, **refusal.params) from None


# --- files that are there ------------------------------------------------------------------------


def _kinds(context: Context) -> int:
    from app.services.documents.kinds import layouts

    t = context.t
    rows = [(kind.id, t(kind.title)) for kind in layouts().values()]
    context.emit(
        [{"kind": key, "title": title} for key, title in rows],
        lambda: "\n".join(f"{key}  {title}" for key, title in rows),
    )
    return 0


def _attach(context: Context) -> int:
    from app.services.documents.attachments import Owner

    options, services = context.options, context.services
    incident = services.incidents.by_number(options.number)
    owner = Owner(incident_id=incident.id)
    added = [
        services.attachments.add_file(
            owner, Path(name), AttachmentDraft("", Stage(options.stage), options.caption)
        )
        for name in options.file
    ]
    t = context.t
    waiting = "  " + t("kept as it came; it cannot be read at the moment")
    lines = [
        f"{item.name}  {item.media_type}  {item.sha256[:12]}"
        + (f"  {t('file damaged, kept as evidence')}" if item.damaged else "")
        + (waiting if item.waiting else "")
        for item in added
    ]
    context.emit(added, "\n".join(lines))
    return 0


def _unsigned(context: Context) -> int:
    options, services = context.options, context.services
    draft = SignatureDraft(SignerRole(options.role), reason=options.reason)
    signatures, reporting = services.signatures, services.reporting
    try:
        incident = services.incidents.by_number(options.number).id
    except NotFound:
        visit = services.visits.by_number(options.number).summary.id
        kept = signatures.sign_visit(visit, reporting.signable_visit(visit), draft)
    else:
        kept = signatures.sign_incident(incident, reporting.signable(incident), draft)
    context.emit(kept, context.t("No signature because: {reason}", reason=kept.reason))
    return 0


_ACTIONS = {
    "kinds": _kinds,
    "issued": report_issued.issued,
    "again": report_issued.again,
    "read": report_proof.read,
    "verify": report_proof.verify,
    "scan": report_proof.scan,
    "seal": report_proof.seal,
    "attach": _attach,
    "unsigned": _unsigned,
}

VERB = Verb(_configure, _run)
