"""What the palette lists: actions and records as entries with a group, words, keys, and what
choosing one does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app import pinyin
from app.domain.incidents.lifecycle import IncidentState
from app.domain.register.terminal_states import TerminalState
from app.gui.action_places import EVERYWHERE
from app.gui.actions import UserAction
from app.gui.shell.action_search import ActionHit, ActionSearch
from app.gui.shell.navigate import (
    ListTerminals,
    ReportIncident,
    ShowIncident,
    ShowIssued,
    ShowTerminal,
    ShowVisit,
)
from app.gui.shell.palette_choices import CopyText, PageName, ShowPage, Wanted
from app.gui.toolkit.action_buttons import key_hint
from app.gui.toolkit.badge import incident_badge, terminal_badge
from app.gui.toolkit.language import _, words
from app.gui.toolkit.theme import Badge
from app.i18n import N_
from app.services.finding.finding import Found, FoundKind
from app.services.register.terminal_queries import TerminalFilter
from app.texts import word

if TYPE_CHECKING:
    from app.services.finding.finding import RecordFinder

MOST_ACTIONS = 8
"""Actions that are listed."""
_RECORD, _EXACT = 0.62, 2.0
"""How surely a record is meant against an action (`ActionHit.score`), and one whose number was
typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaletteEntry:
    """One line.  `score` orders groups by their best entry."""

    group: str
    title: str
    wanted: Wanted
    detail: str = ""
    keys: str = ""
    icon: str = ""
    badge: Badge | None = None
    score: float = _RECORD


_GROUPS = {
    FoundKind.INCIDENT: (N_("Incidents"), "triangle-alert"),
    FoundKind.TERMINAL: (N_("Terminals"), "smartphone-nfc"),
    FoundKind.MERCHANT: (N_("Merchants"), "store"),
    FoundKind.VISIT: (N_("Maintenance visits"), "calendar-days"),
    FoundKind.DOCUMENT: (N_("Documents"), "file-text"),
    FoundKind.CODE: (N_("Codes"), "info"),
    FoundKind.CONTACT: (N_("Support contacts"), "phone"),
}


class PaletteSearch:
    """Searches actions, pages and records for a worker; knows nothing of widgets."""

    def __init__(self, finding: RecordFinder, pages: Iterable[PageName]) -> None:
        self._finding = finding
        self._pages = tuple(pages)
        self._actions: ActionSearch | None = None

    def prepare(self) -> None:
        """Read what takes a while the first time."""
        self._finding.prepare()

    def find(
        self,
        typed: str,
        here: Collection[UserAction],
        possible: Collection[UserAction],
        cancelled: Callable[[], bool],
    ) -> list[PaletteEntry]:
        """The entries for what was typed, group by group, the surest group first; for nothing
        typed, what can be done on the page in sight."""
        if self._actions is None:
            self._actions = ActionSearch()
        if not typed.strip():
            return [action_entry(ActionHit(one, 1.0)) for one in here if one in possible]
        hits = self._actions.find(typed, here, possible)[:MOST_ACTIONS]
        found = [
            *(action_entry(hit) for hit in hits),
            *self._pages_called(typed),
            *map(record_entry, self._finding.find(typed, cancelled)),
        ]
        return grouped(found)

    def _pages_called(self, typed: str) -> list[PaletteEntry]:
        query = pinyin.folded(typed)
        entries = []
        for page in self._pages:
            title = _(page.title)
            name = pinyin.folded(title)
            met = 1.0 if query == name else 0.85 if name.startswith(query) else 0.0
            if not met and pinyin.is_spelling(query):
                met = 0.9 * pinyin.fit(query, name)
            if met:
                entries.append(
                    PaletteEntry(
                        group=_("Pages"),
                        title=title,
                        wanted=ShowPage(page.id),
                        keys=page.keys,
                        icon=page.icon,
                        score=met,
                    )
                )
        return entries


def grouped(entries: Iterable[PaletteEntry]) -> list[PaletteEntry]:
    """The entries of a group one below another, groups and entries by how surely they are
    meant."""
    groups: dict[str, list[PaletteEntry]] = {}
    for entry in entries:
        groups.setdefault(entry.group, []).append(entry)
    for found in groups.values():
        found.sort(key=lambda entry: -entry.score)
    ordered = sorted(groups.values(), key=lambda found: -found[0].score)
    return [entry for found in ordered for entry in found]


def action_entry(hit: ActionHit) -> PaletteEntry:
    """The entry of an action: its words, where it is, its keys."""
    row = hit.action.row
    title, place = _(row.words), _(row.place.title)
    return PaletteEntry(
        group=_("Actions"),
        title=title,
        detail="" if row.place is EVERYWHERE or place == title else place,
        wanted=hit.action,
        keys=key_hint(hit.action),
        icon=row.icon,
        score=hit.score,
    )


def record_entry(found: Found) -> PaletteEntry:
    """The entry of a record: what it is called, its state, where it leads."""
    group, picture = _GROUPS[found.kind]
    t = words()
    detail = found.detail
    if found.said is not None:
        detail = found.said.in_(t.language)
    elif found.kind is FoundKind.CONTACT:
        detail = " · ".join((word(t, "contact_role", found.word), detail))
    badge = None
    if isinstance(found.state, IncidentState):
        badge = incident_badge(found.state)
    elif isinstance(found.state, TerminalState):
        badge = terminal_badge(found.state)
    return PaletteEntry(
        group=_(group),
        title=found.title,
        detail=detail,
        wanted=_leads_to(found),
        icon=picture,
        badge=badge,
        score=_EXACT if found.exact else _RECORD,
    )


def _leads_to(found: Found) -> Wanted:
    match found.kind:
        case FoundKind.INCIDENT:
            return ShowIncident(found.key)
        case FoundKind.TERMINAL:
            return ShowTerminal(found.key)
        case FoundKind.MERCHANT if found.leads_to:
            return ShowTerminal(found.leads_to)
        case FoundKind.MERCHANT:
            return ListTerminals(TerminalFilter(words=found.word or found.title))
        case FoundKind.VISIT:
            return ShowVisit(found.key)
        case FoundKind.DOCUMENT:
            return ShowIssued(found.leads_to)
        case FoundKind.CODE:
            return ReportIncident(displayed_code=found.key)
        case FoundKind.CONTACT:
            return CopyText(found.leads_to)
