"""The declaration of a kind of document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.reports.documents.languages import DocumentFlow, DocumentLanguages
from app.reports.documents.page_frame import DocumentHead
from app.reports.typeset.style import PAGES, PageSize, PaperFormat

ROLLS = (PaperFormat.ROLL_80, PaperFormat.ROLL_58)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """`id` names it in files and on the command line, `title` is its message id.  `head` and
    `compose` lay out a sheet; `page` overrides the paper, and then nothing is framed (labels).  A
    `compact` document was drawn up to a tenth smaller, when that keeps it on one page, before every
    document was (`app.reports.data.sheets.EDITION` 4).  `code` begins
    the number of a sheet that has none of its own.  One `for_merchant`
    warns of being asked for a PIN.  `receipt` lays a sheet out on a roll, since edition
    `receipt_since` of the paper."""

    id: str
    title: str
    sheet: type[Any]
    head: Callable[[Any, DocumentLanguages], DocumentHead]
    compose: Callable[[Any, DocumentFlow], None]
    landscape: bool = False
    compact: bool = False
    code: str = "DOC"
    for_merchant: bool = False
    page: Callable[[Any], PageSize] | None = None
    receipt: Callable[[Any, DocumentFlow], None] | None = None
    receipt_since: int = 1

    def on_roll(self, paper: str, edition: int) -> bool:
        """Whether a sheet is printed as a receipt on this paper."""
        return self.receipt is not None and edition >= self.receipt_since and paper in ROLLS

    def page_of(self, sheet: Any, paper: str, edition: int) -> PageSize:
        """The paper a sheet is printed on; `paper` is one of `app.domain.documents.PAPERS`,
        `edition` that of the house (`app.reports.data.sheets.EDITION`)."""
        if self.page is not None:
            return self.page(sheet)
        small = self.on_roll(paper, edition) or (paper == PaperFormat.A5 and self.for_merchant)
        if small:
            return PAGES[PaperFormat(paper)]
        if paper == "letter":
            return PAGES[PaperFormat.LETTER_LANDSCAPE if self.landscape else PaperFormat.LETTER]
        return PAGES[PaperFormat.LANDSCAPE if self.landscape else PaperFormat.PORTRAIT]
