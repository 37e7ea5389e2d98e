"""The parts catalogue: parts with number, list price, warranty and the models they fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import Conflict, InvalidInput, NotFound, as_problem
from app.domain.event_data import change_of
from app.domain.parts.catalogue import (
    PartKind,
    PartKindDraft,
    check_part_kind,
    draft_of_part,
    part_number,
)
from app.services.core.context import ServiceContext, UnitOfWork, chunks
from app.services.core.operations import Merge, Same, operation
from app.services.core.same_records import note_made
from db.keys import new_key
from db.models.parts import PartFitsRow, PartKindRow
from db.models.register import TerminalModelRow

_FIELDS = ("number", "name", "unit_name", "list_price_cents", "warranty_months", "active")


class PartsCatalogue:
    """Use cases of the catalogue."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def listed(self, *, everything: bool = True) -> tuple[PartKind, ...]:
        """Every part by number; without `everything` only those in use."""
        with self._context.read() as session:
            return read_parts(session, everything=everything)

    def by_number(self, number: str) -> PartKind:
        """The part with this number.  Raises `NotFound`, `InvalidInput` (no number)."""
        with as_problem("number"):
            wanted = part_number(number)
        found = next((one for one in self.listed() if one.number == wanted), None)
        if found is None:
            raise NotFound("part", number)
        return found

    def _as_listed(self, given: Mapping[str, Any]) -> tuple[PartKindDraft, int] | None:
        """A part as it stands, for a change to be merged with."""
        known = [one for one in self.listed() if one.id == given.get("part_id")]
        return (draft_of_part(known[0]), known[0].version) if known else None

    def _made_meanwhile(self, given: Mapping[str, Any]) -> tuple[str, PartKindDraft] | None:
        """The part with the number of a new one, and the new one's draft."""
        if given.get("part_id"):
            return None
        wanted = check_part_kind(given["draft"])
        known = [one.id for one in self.listed() if one.number == wanted.number]
        return (known[0], wanted) if known else None

    @operation(
        "part.save",
        merge=Merge(draft="draft", version="version", read=_as_listed),
        same=Same(find=_made_meanwhile, edit="part.save", key="part_id"),
    )
    def save(self, draft: PartKindDraft, part_id: str = "", version: int = 0) -> str:
        """Add or change a part; returns the id.  Raises `InvalidInput`, `NotFound`, `Conflict`."""
        checked = check_part_kind(draft)
        with self._context.write() as unit:
            session = unit.session
            row = _known(session, part_id, version) if part_id else PartKindRow(id=new_key())
            _refuse_taken(session, checked.number, row.id)
            return str(_written(unit, row, checked).id)

    @operation("part.import")
    def take_in(self, drafts: tuple[PartKindDraft, ...]) -> tuple[int, int]:
        """Add the parts of a price list and change those known by their number; returns how many
        were added and changed.  Raises `InvalidInput`."""
        checked = [check_part_kind(draft) for draft in drafts]
        with self._context.write() as unit:
            keys = [new_key() for _ in checked]
            known = _rows_by_number(unit.session, [draft.number for draft in checked])
            before = {part.number: draft_of_part(part) for part in read_parts(unit.session)}
            drawn: dict[str, tuple[str, str]] = {}
            added = changed = 0
            for key, draft in zip(keys, checked, strict=True):
                row = known.get(draft.number)
                drawn[key] = ("part", row.id if row is not None else key)
                if before.get(draft.number) == draft:
                    continue
                added, changed = added + (row is None), changed + (row is not None)
                known[draft.number] = _written(unit, row or PartKindRow(id=key), draft)
                before[draft.number] = draft
            note_made(drawn)
        return added, changed


def read_parts(session: Session, *, everything: bool = True) -> tuple[PartKind, ...]:
    """Every part by number, with the models it fits."""
    query = sa.select(PartKindRow).order_by(col(PartKindRow.number))
    if not everything:
        query = query.where(col(PartKindRow.active).is_(True))
    rows = session.execute(query).scalars().all()
    fits: dict[str, list[tuple[str, str]]] = {}
    models: Any = (
        sa.select(
            col(PartFitsRow.part_kind_id), col(PartFitsRow.model_id), col(TerminalModelRow.name)
        )
        .join(TerminalModelRow, col(TerminalModelRow.id) == col(PartFitsRow.model_id))
        .order_by(col(TerminalModelRow.name), col(PartFitsRow.model_id))
    )
    for part_id, model_id, name in session.execute(models):
        fits.setdefault(part_id, []).append((model_id, name))
    return tuple(_part(row, fits.get(row.id, ())) for row in rows)


def _part(row: PartKindRow, fits: Iterable[tuple[str, str]]) -> PartKind:
    fits = tuple(fits)
    return PartKind(
        id=row.id,
        version=row.version,
        models=tuple(sorted(model for model, _name in fits)),
        fits=tuple(name for _model, name in fits),
        **{name: getattr(row, name) for name in _FIELDS},
    )


def _known(session: Session, part_id: str, version: int) -> PartKindRow:
    row = session.get(PartKindRow, part_id)
    if row is None:
        raise NotFound("part", part_id)
    if row.version != version:
        raise Conflict("part", row.number)
    return row


def _refuse_taken(session: Session, number: str, own: str) -> None:
    query = sa.select(col(PartKindRow.id)).where(
        col(PartKindRow.number) == number, col(PartKindRow.id) != own
    )
    if session.execute(query).scalar() is not None:
        raise InvalidInput.of("number", "part.known", value=number)


def _rows_by_number(session: Session, numbers: list[str]) -> dict[str, PartKindRow]:
    return {
        row.number: row
        for some in chunks(numbers)
        for row in session.execute(
            sa.select(PartKindRow).where(col(PartKindRow.number).in_(some))
        ).scalars()
    }


def _written(unit: UnitOfWork, row: PartKindRow, draft: PartKindDraft) -> PartKindRow:
    session = unit.session
    before = [getattr(row, name) for name in _FIELDS]
    for name in _FIELDS:
        setattr(row, name, getattr(draft, name))
    session.add(row)
    session.flush()
    old, new = _store_models(session, row.id, draft.models)
    if old != new:
        unit.changed("part", row.id, change_of("models", ", ".join(old), ", ".join(new)))
        if before == [getattr(row, name) for name in _FIELDS]:
            # Who has the part open must learn of it, though its own row stayed as it was.
            counted = sa.update(PartKindRow).where(col(PartKindRow.id) == row.id)
            session.execute(counted.values(version=col(PartKindRow.version) + 1))
    unit.touched("part", [row.id])
    return row


def _store_models(
    session: Session, part_id: str, models: Iterable[str]
) -> tuple[list[str], list[str]]:
    """Let a part fit these models and no others; models that are not there are left out.  Returns
    the names before and after."""
    wanted = set(models)
    rows = session.execute(
        sa.select(PartFitsRow).where(col(PartFitsRow.part_kind_id) == part_id)
    ).scalars()
    there = {row.model_id: row for row in rows}
    concerned = col(TerminalModelRow.id).in_(wanted | there.keys())
    known: Any = sa.select(col(TerminalModelRow.id), col(TerminalModelRow.name)).where(concerned)
    names: dict[str, str] = {key: name for key, name in session.execute(known)}
    for model_id in sorted(there.keys() - wanted):
        session.delete(there[model_id])
    for model_id in sorted((wanted - there.keys()) & names.keys()):
        session.add(PartFitsRow(part_kind_id=part_id, model_id=model_id))
    session.flush()
    return _named(names, there), _named(names, wanted)


def _named(names: Mapping[str, str], models: Iterable[str]) -> list[str]:
    return sorted(names[one] for one in models if one in names)
