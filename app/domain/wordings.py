"""What papers say and show of the house: for the whole office, and for each acquirer that wants it
otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain import text
from app.domain.errors import Problems
from app.languages import NO_TEXT, LocalizedText


class StampPlace(StrEnum):
    """Where a stamp has its room among the places for signatures."""

    RIGHT = "right"
    LEFT = "left"
    BELOW = "below"
    """On a line of its own, over the whole width."""


class ReportColumn(StrEnum):
    """What a report may leave out of its tables."""

    PRICES = "prices"
    MINUTES = "minutes"
    PERSON = "person"
    SERIALS = "serials"


TITLED = ("service_report", "inspection", "swap_note", "service_order")
"""The kinds of documents that may be called otherwise."""
LARGEST_LOGO = 400_000
"""Characters of a logo in base 64: it goes to every computer of the office."""
LOGO_MEGABYTES = LARGEST_LOGO * 3 / 4 / 1_000_000
"""The same for who chooses a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperWording:
    """What is empty is as the office or the settings have it.  `titles` are by kind of document,
    `hidden` the columns left out, `logo` a PNG or JPEG in base 64."""

    company: str = ""
    phone: str = ""
    logo: str = ""
    titles: tuple[tuple[str, LocalizedText], ...] = ()
    notice: LocalizedText = NO_TEXT
    closing: LocalizedText = NO_TEXT
    stamp: StampPlace | None = None
    hidden: tuple[ReportColumn, ...] = ()

    def title(self, kind: str) -> LocalizedText:
        """What a kind of document is called; empty for its own title."""
        return dict(self.titles).get(kind, NO_TEXT)


def check_wording(wording: PaperWording) -> PaperWording:
    """The wording cleaned.  Raises `InvalidInput`."""
    problems = Problems()
    lines = {"company": "", "phone": ""}
    for name in lines:
        with problems.field(name):
            lines[name] = text.free_line(getattr(wording, name))
    notes = {"notice": NO_TEXT, "closing": NO_TEXT}
    for name in notes:
        with problems.field(name):
            notes[name] = getattr(wording, name).mapped(lambda said: text.note(said, 500))
    titles = []
    for kind, title in wording.titles:
        if kind not in TITLED:
            problems.add("titles", "choice.unknown", value=kind)
        with problems.field(f"title_{kind}"):
            cleaned = title.mapped(lambda said: text.free_line(said, 60))
            if cleaned:
                titles.append((kind, cleaned))
    if len(wording.logo) > LARGEST_LOGO:
        problems.add("logo", "image.too_large", limit=LOGO_MEGABYTES)
    problems.raise_if_any()
    return PaperWording(
        company=lines["company"],
        phone=lines["phone"],
        logo=wording.logo,
        titles=tuple(sorted(titles)),
        notice=notes["notice"],
        closing=notes["closing"],
        stamp=wording.stamp,
        hidden=tuple(sorted(set(wording.hidden))),
    )
