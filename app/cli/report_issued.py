"""``poscare report issued`` and ``again``: list issued documents, write one again byte for byte."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.context import Context
from app.domain.errors import NotFound
from app.i18n import Translator
from app.texts import word

if TYPE_CHECKING:
    from app.services.documents.issued import IssuedDocument


def configure(verbs: Any, t: Translator) -> None:
    """The two verbs."""
    issued = verbs.add_parser("issued", help=t("list the documents that left, newest first"))
    issued.add_argument("words", nargs="*")
    again = verbs.add_parser("again", help=t("write a document once more as it left"))
    again.add_argument("number", metavar="NUMBER", help=t("its number, or its id in the list"))
    again.add_argument("-o", "--output", default="", metavar="FILE.pdf")


def issued(context: Context) -> int:
    """Print the list of issued documents."""
    from app.services.documents.kinds import title_of

    found = context.services.reporting.issued(" ".join(context.options.words))
    t = context.t

    def line(one: IssuedDocument) -> str:
        how = word(t, "hand_out", one.how) if one.how else t("Fixed at closing")
        facts = (
            one.id,
            t.moment(one.at),
            title_of(t, one.kind),
            one.number,
            how,
            one.recipient or one.file_name,
        )
        return "  ".join(filter(None, facts))

    context.emit(
        [
            {
                "id": one.id,
                "kind": one.kind,
                "number": one.number,
                "at": one.at,
                "how": one.how,
                "by": one.by,
                "recipient": one.recipient,
                "file": one.file_name,
                "times": one.times,
                "final": one.final,
            }
            for one in found
        ],
        lambda: "\n".join(map(line, found)),
    )
    return 0


def again(context: Context) -> int:
    """Write an issued file again, byte for byte.  Raises `NotFound`."""
    reporting, wanted = context.services.reporting, context.options.number
    listed = (*reporting.issued(wanted), *reporting.issued())
    one = next((one for one in listed if wanted in {one.number, one.id}), None)
    if one is None:
        raise NotFound("document", wanted)
    printed = reporting.again(one)
    path = Path(context.options.output or printed.file_name)
    reporting.save(printed, path)
    text = context.t.plural(
        "{path}: {count} page", "{path}: {count} pages", printed.pages, path=path
    )
    context.emit({"file": str(path), "pages": printed.pages}, text)
    return 0
