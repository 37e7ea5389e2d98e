"""The fault catalogue as this house has it: the shipped one with its own entries over it, who
changed what and when, and what a change would do to recent incidents.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain import text
from app.domain.diagnosis.evidence import Reasoner
from app.domain.diagnosis.interview import begin
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.diagnosis.knowledge_edits import (
    KnowledgeEdit,
    KnowledgePart,
    Overlay,
    OverlayEntry,
    in_effect,
    laid_over,
    written,
)
from app.domain.errors import BadKnowledge, BadValue, InvalidInput, NotFound
from app.domain.faults import FaultClass
from app.services.core.context import ServiceContext
from app.services.core.operations import operation
from app.services.core.running_operation import applied_again
from app.services.diagnosis.not_understood import NotUnderstood, read_not_understood
from db.keys import new_key
from db.models.diagnosis import KnowledgeEditRow
from db.models.incident import IncidentRow

PREVIEWED = 200
"""Recent incidents a change is tried on."""
Content = Mapping[str, Any]


class Catalogue(Protocol):
    """The shipped catalogue with ways to lay entries over it (`app.knowledge.overlay`)."""

    @property
    def shipped(self) -> Knowledge:
        """The catalogue as it is shipped."""

    def contents(self, part: KnowledgePart) -> Mapping[str, Content]:
        """The shipped entries of a part by name, in the file format."""

    def reasoner(self, overlay: Overlay) -> Reasoner:
        """With everything that fits over it, ready to reason with."""

    def strict(self, overlay: Overlay) -> Knowledge:
        """The same, refusing what does not fit.  Raises `BadKnowledge`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeItem:
    """An entry as it is listed.  `origin` is shipped, added, changed or retired; `content` is what
    is in effect, of a retired one what was shipped; `edit` is the change in effect."""

    part: KnowledgePart
    entry: str
    origin: str
    content: Content
    edit: KnowledgeEdit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedCase:
    """A recent incident whose first class a change would alter, with the shares before and after
    and the class confirmed at its end, where there is one."""

    number: str
    reported: str
    before: tuple[FaultClass, float]
    after: tuple[FaultClass, float]
    confirmed: FaultClass | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePreview:
    """What a change would do to `cases` recent incidents: those of another first class, and how
    many of the `confirmed` ones are named right before and after."""

    cases: int
    confirmed: int
    right_before: int
    right_after: int
    changed: tuple[ChangedCase, ...]


class LivingKnowledge:
    """Use cases of the house's own catalogue entries."""

    def __init__(
        self,
        context: ServiceContext,
        catalogue: Callable[[], Catalogue],
    ) -> None:
        self._context = context
        self._catalogue = catalogue

    # --- reading -------------------------------------------------------------------------------

    def reasoner(self) -> Reasoner:
        """The catalogue in effect, ready to reason with.  Raises `BadKnowledge`."""
        return self._catalogue().reasoner(self.overlay())

    def overlay(self) -> Overlay:
        """What lies over the shipped catalogue."""
        return in_effect(self.log())

    def log(self) -> tuple[KnowledgeEdit, ...]:
        """Every change, the latest first."""
        with self._context.read() as session:
            rows = session.execute(sa.select(KnowledgeEditRow)).scalars()
            found = [_edit(row) for row in rows]
        return tuple(sorted(found, key=lambda one: (one.made_at, one.id), reverse=True))

    def entries(self, part: KnowledgePart) -> tuple[KnowledgeItem, ...]:
        """The entries of a part, retired ones included, by name.  Raises `BadKnowledge`."""
        shipped = self._catalogue().contents(part)
        found = {
            name: KnowledgeItem(part=part, entry=name, origin="shipped", content=content)
            for name, content in shipped.items()
        }
        # From the earliest on, so that the latest stays.
        for edit in reversed(self.log()):
            if edit.part is part and not edit.undone:
                if edit.content is None and edit.entry not in shipped:
                    found.pop(edit.entry, None)
                    continue
                found[edit.entry] = _own(edit, shipped.get(edit.entry))
        return tuple(found[name] for name in sorted(found))

    def entry(self, part: KnowledgePart, name: str) -> KnowledgeItem:
        """One entry.  Raises `NotFound`, `BadKnowledge`."""
        found = next((one for one in self.entries(part) if one.entry == name), None)
        if found is None:
            raise NotFound("knowledge", name)
        return found

    def not_understood(self) -> tuple[NotUnderstood, ...]:
        """What people wrote that the catalogue did not understand.  Raises `BadKnowledge`."""
        reasoner = self.reasoner()
        with self._context.read() as session:
            return read_not_understood(session, reasoner)

    def preview(
        self, part: KnowledgePart, entry_key: str, content: Content | None
    ) -> ChangePreview:
        """What a change, None to retire, would do to the latest incidents.  Raises `InvalidInput`,
        `NotFound`, `BadKnowledge`."""
        change = self._checked(part, entry_key, content)
        overlay, catalogue = self.overlay(), self._catalogue()
        before = catalogue.reasoner(overlay)
        after = catalogue.reasoner(laid_over(overlay, change))
        with self._context.read() as session:
            cases = _recent(session)
        return _compared(cases, before, after)

    # --- writing -------------------------------------------------------------------------------

    def edit(self, part: KnowledgePart, entry: str, content: Content) -> str:
        """Add an entry, or put another in place of the one with its name; `content` is in the
        catalogue's file format.  Returns the id of the change.  Raises `InvalidInput` (it does not
        fit, or touches a hard stop), `Unavailable`."""
        return self.put(part, entry, self._checked(part, entry, content).content)

    @operation("knowledge.edit")
    def put(self, part: KnowledgePart, entry_key: str, content: str) -> str:
        """Keep an entry's content, as JSON.  What another computer kept is not checked against the
        catalogue here: that may be an older one, which leaves out what does not fit."""
        return self._keep(part, entry_key, content)

    @operation("knowledge.retire")
    def retire(self, part: KnowledgePart, entry_key: str) -> str:
        """Take an entry out of use.  Returns the id of the change.  Raises `NotFound`,
        `InvalidInput` (others rest on it, or it calls for a hard stop)."""
        if not applied_again():
            self._checked(part, entry_key, None)
        return self._keep(part, entry_key, "")

    @operation("knowledge.undo")
    def undo(self, edit_id: str) -> None:
        """Take back a change: what was before it is in effect again.  Raises `NotFound`."""
        with self._context.write() as unit:
            row = unit.session.get(KnowledgeEditRow, edit_id)
            if row is None:
                raise NotFound("knowledge", edit_id)
            row.undone = True
            unit.session.add(row)
            unit.touched("knowledge", [row.id])

    def _keep(self, part: KnowledgePart, entry: str, content: str) -> str:
        with self._context.write() as unit:
            row = KnowledgeEditRow(
                id=new_key(),
                part=part,
                entry=entry,
                content=content,
                made_at=unit.now,
                made_by=self._context.actor,
                undone=False,
            )
            unit.session.add(row)
            unit.session.flush()
            unit.touched("knowledge", [row.id])
            return str(row.id)

    def _checked(self, part: KnowledgePart, entry: str, content: Content | None) -> OverlayEntry:
        """The change when it may be made: it fits the catalogue, and neither makes nor touches a
        sign or an answer that calls for a hard stop."""
        try:
            named = text.line(entry)
        except BadValue as bad:
            raise InvalidInput.of("entry_key", bad.code, **bad.params) from None
        if not named:
            raise InvalidInput.of("entry_key", "knowledge.unnamed")
        known = {one.entry: one.content for one in self.entries(part) if one.origin != "retired"}
        if content is None and entry not in known:
            raise NotFound("knowledge", entry)
        if part is KnowledgePart.CONTACT and content is None:
            raise InvalidInput.of("entry_key", "knowledge.contact_stays")
        stopping = [known.get(entry, {}), content or {}]
        if any(one.get("stop") or one.get("stops") for one in stopping) and not _same_stops(
            *stopping
        ):
            raise InvalidInput.of("content", "knowledge.stop_stays")
        change = OverlayEntry(part, entry, written(content))
        try:
            self._catalogue().strict(laid_over(self._fitting(), change))
        except BadKnowledge as error:
            raise InvalidInput.of(
                "content",
                "knowledge.does_not_fit",
                entry=error.params["entry"],
                problem=error.params["problem"],
            ) from error
        return change

    def _fitting(self) -> Overlay:
        """What lies over the catalogue and fits it: what does not is no reason to refuse more."""
        overlay = self.overlay()
        unfit = {
            said.partition(":")[0] for said in self._catalogue().reasoner(overlay).knowledge.unfit
        }
        return tuple(one for one in overlay if f"{one.part}.{one.entry}" not in unfit)


def _same_stops(before: Content, after: Content) -> bool:
    """Whether a sign or question goes on calling for the same stop by the same words."""
    named = ("stop", "stops", "says", "asks", "answers", "kind")
    return bool(after) and all(before.get(name) == after.get(name) for name in named)


def _edit(row: KnowledgeEditRow) -> KnowledgeEdit:
    return KnowledgeEdit(
        id=row.id,
        part=KnowledgePart(row.part),
        entry=row.entry,
        content=json.loads(row.content) if row.content else None,
        made_at=row.made_at,
        made_by=row.made_by,
        undone=row.undone,
    )


def _own(edit: KnowledgeEdit, shipped: Content | None) -> KnowledgeItem:
    origin = "changed" if shipped is not None else "added"
    if edit.content is None:
        origin = "retired"
    content = edit.content or shipped or {}
    return KnowledgeItem(
        part=edit.part, entry=edit.entry, origin=origin, content=content, edit=edit
    )


def _recent(session: Session) -> list[IncidentRow]:
    latest = sa.select(IncidentRow).order_by(col(IncidentRow.reported_at).desc()).limit(PREVIEWED)
    found = list(session.execute(latest).scalars())
    session.expunge_all()
    return found


def _compared(cases: list[IncidentRow], before: Reasoner, after: Reasoner) -> ChangePreview:
    changed = []
    right = [0, 0]
    confirmed = 0
    for row in cases:
        first, then = (_first(reasoner, row) for reasoner in (before, after))
        known = FaultClass(row.confirmed_class) if row.confirmed_class else None
        confirmed += known is not None
        right[0] += first[0] is known
        right[1] += then[0] is known
        if first[0] is not then[0] or abs(first[1] - then[1]) >= 0.01:
            said = " ".join(filter(None, (row.displayed_code, row.symptom)))
            changed.append(
                ChangedCase(
                    number=row.number, reported=said, before=first, after=then, confirmed=known
                )
            )
    return ChangePreview(
        cases=len(cases),
        confirmed=confirmed,
        right_before=right[0],
        right_after=right[1],
        changed=tuple(changed),
    )


def _first(reasoner: Reasoner, row: IncidentRow) -> tuple[FaultClass, float]:
    top = begin(reasoner, row.displayed_code, row.symptom, profile=row.code_profile).top
    return top.fault_class, top.share
