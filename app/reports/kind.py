"""What a kind of document must say of itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.reports.frame import Head
from app.reports.story import Story
from app.reports.style import PAGES, Page, Paper
from app.reports.words import Speech


@dataclass(frozen=True, slots=True)
class Kind:
    """`id` names it in files and on the command line, `title` is its message id.  `head` and
    `compose` lay out a sheet; `page` overrides the paper, and then nothing is framed (labels).  A
    `compact` document is drawn up to a tenth smaller when that keeps it on one page."""

    id: str
    title: str
    sheet: type[Any]
    head: Callable[[Any, Speech], Head]
    compose: Callable[[Any, Story], None]
    landscape: bool = False
    compact: bool = False
    page: Callable[[Any], Page] | None = None

    def page_of(self, sheet: Any, paper: str) -> Page:
        """The paper a sheet is printed on; `paper` is ``a4`` or ``letter``."""
        if self.page is not None:
            return self.page(sheet)
        if paper == "letter":
            return PAGES[Paper.LETTER_LANDSCAPE if self.landscape else Paper.LETTER]
        return PAGES[Paper.LANDSCAPE if self.landscape else Paper.PORTRAIT]
