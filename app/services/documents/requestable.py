"""What a kind of document has to say of itself so that people can ask for it."""

from __future__ import annotations

from dataclasses import dataclass

from app.reports.documents.kind import DocumentKind
from app.services.documents.requests import Maker

PERIOD = ("since", "until")
SCOPE = ("words", "area", "acquirer", "model", "state")
SCHEDULE = (*PERIOD, "area", "technician", "plan")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestableDocument:
    """A kind of document people can ask for.

    `hint` is the message id of a line that says what it is for, `icon` its picture in the window.
    `subjects` is the list it is made from, one document each: incidents, visits, swaps, terminals
    or merchants; empty when it is made from a selection.  `options` are the fields of a `Request`
    it is asked with, `ahead` whether its period lies in the future.  `verb` is its name in
    ``poscare report`` and `help` the message id of its help there; without a verb another command
    prints it.
    """

    layout: DocumentKind
    make: Maker
    hint: str
    icon: str
    subjects: str = ""
    options: tuple[str, ...] = ()
    ahead: bool = False
    verb: str = ""
    help: str = ""

    @property
    def id(self) -> str:
        """Its name in requests, files and the store."""
        return self.layout.id

    @property
    def title(self) -> str:
        """The message id of its title."""
        return self.layout.title
