"""Areas: renamed, put inside another, merged; what names them follows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import InvalidInput, NotFound
from app.domain.event_data import FieldChange
from app.domain.register.areas import Area, AreaDraft, AreaTree, check_area
from app.services.core.context import ServiceContext, UnitOfWork
from app.services.core.operations import Merge, operation
from app.services.register.batch_write import index_terminals
from db.keys import new_key
from db.models.agreements import ServiceAgreementRow
from db.models.insight import WarningCaseRow
from db.models.maintenance import PlanVersionRow
from db.models.register import (
    AreaRow,
    MerchantRow,
    PlacementRow,
    SupportContactRow,
    TechnicianAreaRow,
    TechnicianRow,
)
from db.queries import PLACED_NOW, merchant_of, technician_of

TOUCHED = ("merchant", "terminal", "technician", "contact", "agreement", "plan", "visit", "warning")
"""What may show the name of an area."""


def read_area_tree(session: Session) -> AreaTree:
    """Which area lies in which."""
    rows = session.execute(sa.select(col(AreaRow.id), col(AreaRow.name), col(AreaRow.parent_id)))
    found = {key: (name, parent_id) for key, name, parent_id in rows}
    return AreaTree(
        {name: found[parent][0] if parent in found else "" for name, parent in found.values()}
    )


class Areas:
    """Use cases of areas."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    def listed(self) -> tuple[Area, ...]:
        """All areas as a tree: each followed by those inside it, by name."""
        with self._context.read() as session:
            rows = session.execute(sa.select(AreaRow).order_by(col(AreaRow.name))).scalars().all()
            merchants = Counter(
                session.execute(
                    sa.select(col(MerchantRow.area_id)).where(col(MerchantRow.area_id).is_not(None))
                ).scalars()
            )
            terminals = {key: count for key, count in session.execute(_terminals())}
            people: dict[str, list[str]] = {}
            for area_id, name in session.execute(_people()):
                people.setdefault(area_id, []).append(name)
        names = {row.id: row.name for row in rows}
        found: list[Area] = []

        def add(parent_id: str | None, depth: int) -> None:
            for row in rows:
                if row.parent_id != parent_id:
                    continue
                found.append(
                    Area(
                        id=row.id,
                        name=row.name,
                        parent_id=parent_id or "",
                        parent=names.get(parent_id or "", ""),
                        depth=depth,
                        merchants=merchants.get(row.id, 0),
                        terminals=terminals.get(row.id, 0),
                        people=tuple(people.get(row.id, ())),
                    )
                )
                add(row.id, depth + 1)

        add(None, 0)
        return tuple(found)

    def by_name(self, name: str) -> Area:
        """The area of this name.  Raises `NotFound`."""
        for found in self.listed():
            if found.name == name.strip():
                return found
        raise NotFound("area", name)

    def _as_saved(self, given: Mapping[str, Any]) -> tuple[dict[str, str], int] | None:
        known = [one for one in self.listed() if one.id == given.get("area_id")]
        return ({"name": known[0].name, "parent": known[0].parent}, 0) if known else None

    def save(self, draft: AreaDraft, area_id: str = "") -> str:
        """Add an area, rename it, or put it inside another (made if there is none of that name);
        returns the id.  What names the area follows.  Raises `InvalidInput`, `NotFound`."""
        checked = check_area(draft)
        return self._save(area_id, checked.name, checked.parent)

    @operation("area.save", merge=Merge(read=_as_saved, fields=("name", "parent")))
    def _save(self, area_id: str, name: str, parent: str) -> str:
        checked = check_area(AreaDraft(name=name, parent=parent))
        with self._context.write() as unit:
            session = unit.session
            taken = _id_of(session, checked.name)
            if taken not in (None, area_id):
                raise InvalidInput.of("name", "area.name_taken", value=checked.name)
            row = session.get(AreaRow, area_id) if area_id else AreaRow(name=checked.name)
            if row is None:
                raise NotFound("area", area_id)
            parent_id = _parent(session, checked.parent)
            if row.id in _lineage(session, parent_id):
                raise InvalidInput.of("parent", "area.inside_itself", value=checked.name)
            before = row.name
            row.name, row.parent_id = checked.name, parent_id
            session.add(row)
            session.flush()
            if before != checked.name:
                _names_follow(session, before, checked.name)
                _findable_again(session, row.id)
            unit.changed("area", row.id, FieldChange("name", before, checked.name))
            _touch(unit)
            return str(row.id)

    @operation("area.merge")
    def merge(self, area_id: str, into_id: str) -> None:
        """Make two areas one: everything of the first belongs to the second from now on, and the
        first is gone.  Raises `InvalidInput`, `NotFound`."""
        with self._context.write() as unit:
            session = unit.session
            gone, kept = session.get(AreaRow, area_id), session.get(AreaRow, into_id)
            if gone is None or kept is None:
                raise NotFound("area", area_id if gone is None else into_id)
            if gone.id == kept.id:
                raise InvalidInput.of("into", "area.inside_itself", value=gone.name)
            _move_everything(session, gone, kept)
            _names_follow(session, gone.name, kept.name)
            unit.changed("area", kept.id, FieldChange("merged", gone.name, kept.name))
            session.delete(gone)
            session.flush()
            _findable_again(session, kept.id)
            _touch(unit)


def _terminals() -> Any:
    return (
        sa.select(col(MerchantRow.area_id), sa.func.count())
        .join(PlacementRow, col(PlacementRow.merchant_id) == col(MerchantRow.id))
        .where(PLACED_NOW, col(MerchantRow.area_id).is_not(None))
        .group_by(col(MerchantRow.area_id))
    )


def _people() -> Any:
    return (
        sa.select(col(TechnicianAreaRow.area_id), col(TechnicianRow.name))
        .join(*technician_of(TechnicianAreaRow.technician_id))
        .where(col(TechnicianRow.active).is_(True))
        .order_by(col(TechnicianRow.code))
    )


def _id_of(session: Session, name: str) -> str | None:
    found: str | None = session.execute(
        sa.select(col(AreaRow.id)).where(col(AreaRow.name) == name)
    ).scalar()
    return found


def _parent(session: Session, name: str) -> str | None:
    if not name:
        return None
    found = _id_of(session, name)
    if found is None:
        row = AreaRow(id=new_key(), name=name)
        session.add(row)
        session.flush()
        found = row.id
    return found


def _lineage(session: Session, area_id: str | None) -> list[str]:
    """An area and those around it."""
    found: list[str] = []
    while area_id is not None and area_id not in found:
        found.append(area_id)
        row = session.get(AreaRow, area_id)
        area_id = row.parent_id if row is not None else None
    return found


def _move_everything(session: Session, gone: AreaRow, kept: AreaRow) -> None:
    if gone.id in _lineage(session, kept.id):
        # The smaller one swallows the one around it and takes its place.
        kept.parent_id = gone.parent_id
        session.flush()
    for column in (MerchantRow.area_id, SupportContactRow.area_id, AreaRow.parent_id):
        session.execute(
            sa.update(column.class_)  # type: ignore[union-attr]
            .where(col(column) == gone.id)
            .values({col(column): kept.id})
        )
    both = sa.select(col(TechnicianAreaRow.technician_id)).where(
        col(TechnicianAreaRow.area_id) == kept.id
    )
    of_gone = col(TechnicianAreaRow.area_id) == gone.id
    serving_both = col(TechnicianAreaRow.technician_id).in_(both)
    session.execute(sa.delete(TechnicianAreaRow).where(of_gone, serving_both))
    session.execute(sa.update(TechnicianAreaRow).where(of_gone).values(area_id=kept.id))
    _warnings_follow(session, gone.id, kept.id)
    session.flush()
    session.expire_all()


def _warnings_follow(session: Session, old: str, new: str) -> None:
    """Warnings somebody works on are known by the key of what they are about."""
    about = f":area:{old}:"
    taken = set(
        session.execute(
            sa.select(col(WarningCaseRow.key)).where(col(WarningCaseRow.ended_at).is_(None))
        ).scalars()
    )
    rows = session.execute(
        sa.select(WarningCaseRow).where(col(WarningCaseRow.key).contains(about))
    ).scalars()
    for row in rows:
        key = row.key.replace(about, f":area:{new}:")
        if row.ended_at is not None or key not in taken:
            row.key = key


def _names_follow(session: Session, old: str, new: str) -> None:
    """Agreed times and plans name the area they are for."""
    session.execute(
        sa.update(ServiceAgreementRow)
        .where(col(ServiceAgreementRow.area) == old)
        .values(area=new, version=col(ServiceAgreementRow.version) + 1)
    )
    for row in session.execute(sa.select(PlanVersionRow)).scalars():
        areas = row.contents["subjects"].get("areas", [])
        if old in areas:
            named = list(dict.fromkeys(new if one == old else one for one in areas))
            subjects = {**row.contents["subjects"], "areas": named}
            row.contents = {**row.contents, "subjects": subjects}
    session.flush()


def _findable_again(session: Session, area_id: str) -> None:
    """Terminals are found by the name of their area, too."""
    query = (
        sa.select(col(PlacementRow.terminal_id))
        .join(*merchant_of(PlacementRow.merchant_id))
        .where(PLACED_NOW, col(MerchantRow.area_id) == area_id)
    )
    index_terminals(session, list(session.execute(query).scalars()))


def _touch(unit: UnitOfWork) -> None:
    for kind in TOUCHED:
        unit.touched(kind)
