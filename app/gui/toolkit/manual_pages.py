"""The pages of the manual in `resources/manual`: which one belongs to what is in sight, the
contents in their order, and the search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.languages import FALLBACK
from app.paths import resources

HOME = "README"
"""The page with the contents: every other page is linked there, in the order of the manual."""

TOPICS = {
    "TodayPage": "today",
    "ShopDialog": "incidents",
    "ReminderDialog": "today",
    "IncidentsPage": "incidents",
    "IncidentEditor": "incidents",
    "DiagnosisTab": "diagnosis",
    "CatalogueSection": "diagnosis",
    "KnowledgeEntryDialog": "diagnosis",
    "HandoverEditor": "resolving",
    "PartEditor": "resolving",
    "CameraDialog": "resolving",
    "PictureDialog": "resolving",
    "ResolveEditor": "resolving",
    "SignatureDialog": "resolving",
    "TerminalsPage": "terminals",
    "TerminalEditor": "terminals",
    "ImportDialog": "import",
    "MaintenancePage": "maintenance",
    "VisitDetail": "visits",
    "WorkView": "visits",
    "ExtraVisitEditor": "visits",
    "PlanEditor": "plans",
    "ComplianceDialog": "maintenance",
    "ProposalDialog": "maintenance",
    "HolidaysDialog": "maintenance",
    "AgreementsSection": "settings",
    "AreasSection": "settings",
    "VehiclesSection": "settings",
    "TerritoryDialog": "maintenance",
    "PrintPreviewDialog": "maintenance",
    "DispatchPage": "dispatch",
    "AssignDialog": "dispatch",
    "InsightPage": "insight",
    "WarningsTab": "warnings",
    "CampaignsTab": "warnings",
    "CampaignDialog": "warnings",
    "ReportsPage": "reports",
    "DocumentPreview": "reports",
    "TrailPage": "trail",
    "GeneralSection": "settings",
    "DocumentsSection": "settings",
    "WordingsSection": "settings",
    "WarningLevelsSection": "warnings",
    "PeopleSection": "people",
    "ContactsSection": "settings",
    "ModelsSection": "settings",
    "PartsSection": "settings",
    "StockDialog": "settings",
    "OfficeSection": "exchange",
    "HubEditor": "exchange",
    "ExchangeDialog": "exchange",
    "ExchangeWork": "exchange",
    "PackageDialog": "exchange",
    "DataSection": "backups",
    "DatabaseEditor": "settings",
    "LostDatabaseDialog": "backups",
    "SecuritySection": "encryption",
    "RecoveryCodeDialog": "encryption",
    "SupportSection": "settings",
    "LockDialog": "people",
    "UpdateDialog": "updates",
    "FirstRunDialog": "first_start",
}
"""The page for a class of widget; a widget that is not named has that of what it stands in."""

_LINK = re.compile(r"\[([^]]+)\]\((\w+)\.md\)")
_MARKS = re.compile(r"!\[[^]]*\]\([^)]*\)|\[([^]]+)\]\([^)]*\)|[*`#|]+|^[-\d.]+ |:?-{3,}:?")
_AROUND = 24
"""Characters of the text shown before and, twice as many, after what was searched for."""


@dataclass(frozen=True, slots=True)
class ManualPage:
    """One page: the name of its file, its title, its text as Markdown."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ManualHit:
    """A page that holds every word searched for, with the place of the first."""

    page: ManualPage
    excerpt: str


def manual_folder(language: str) -> Path:
    """The pages in a language, or in the first of the fallback languages that has them."""
    folders = (resources() / "manual" / code for code in (language, *FALLBACK))
    return next(folder for folder in folders if folder.is_dir())


def manual_pages(language: str) -> list[ManualPage]:
    """Every page in the order of the contents, which come first."""
    folder = manual_folder(language)
    contents = (folder / f"{HOME}.md").read_text(encoding="utf-8")
    names = dict.fromkeys((HOME, *(name for _title, name in _LINK.findall(contents))))
    return [_read(folder, name) for name in names]


def _read(folder: Path, name: str) -> ManualPage:
    text = (folder / f"{name}.md").read_text(encoding="utf-8")
    return ManualPage(name, text.partition("\n")[0].removeprefix("# ").strip(), text)


def topic_of(start: QWidget) -> str:
    """The page of the manual for a widget: its own, that of what it stands in, or that of what is
    in sight in its window."""
    widget: QWidget | None = start
    top = start
    while widget is not None:
        if topic := TOPICS.get(type(widget).__name__):
            return topic
        top, widget = widget, widget.parentWidget()
    seen = (TOPICS.get(type(one).__name__) for one in _in_sight(top))
    return next((topic for topic in seen if topic), HOME)


def _in_sight(top: QWidget) -> Iterator[QWidget]:
    return (one for one in top.findChildren(QWidget) if one.isVisible())


def find_in_manual(pages: list[ManualPage], typed: str) -> list[ManualHit]:
    """The pages that hold every word typed: those with one in the title first."""
    wanted = typed.casefold().split()
    hits = []
    for page in pages:
        text = _plain(page.text)
        folded = text.casefold()
        if wanted and all(word in folded for word in wanted):
            hits.append(ManualHit(page, _excerpt(text, folded.find(wanted[0]), len(wanted[0]))))
    return sorted(hits, key=lambda hit: not any(w in hit.page.title.casefold() for w in wanted))


def _plain(text: str) -> str:
    """The words of a page without the marks of Markdown, on one line, without the title."""
    lines = text.splitlines()[1:] or [text]
    plain = (_MARKS.sub(lambda found: found.group(1) or " ", line) for line in lines)
    return " ".join(" ".join((text.partition("\n")[0].removeprefix("# "), *plain)).split())


def _excerpt(text: str, at: int, length: int) -> str:
    begin, end = max(0, at - _AROUND), min(len(text), at + length + 2 * _AROUND)
    # No word is cut: it begins and ends beside a space, or at a character that is a word by itself.
    while 0 < begin < at and text[begin - 1].isascii() and text[begin - 1] != " ":
        begin += 1
    while end > at + length and end < len(text) and text[end].isascii() and text[end] != " ":
        end -= 1
    before, after = "… " if begin else "", " …" if end < len(text) else ""
    return f"{before}{text[begin:end].strip()}{after}"
