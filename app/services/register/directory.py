"""The people: technicians of the house, and contacts who can act outside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import Conflict, InvalidInput, NotFound
from app.domain.faults import ContactRole, FaultClass
from app.domain.people.roles import Role
from app.domain.register.people import (
    ContactDraft,
    SupportContact,
    Technician,
    TechnicianDraft,
    check_contact,
    check_technician,
)
from app.domain.register.terminals import Terminal
from app.services.core.context import ServiceContext
from app.services.core.operations import Merge, Same, operation
from app.services.people.changes import check_change
from db.keys import new_key
from db.models.register import (
    AcquirerRow,
    AreaRow,
    ManufacturerRow,
    SupportContactRow,
    TechnicianAreaRow,
    TechnicianRow,
    TechnicianSkillRow,
)
from db.together import Asked, together

D = TypeVar("D", TechnicianDraft, ContactDraft)


class Directory:
    """Use cases of technicians and support contacts."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context

    # --- technicians ---------------------------------------------------------------------------

    def technicians(self, *, everybody: bool = False) -> tuple[Technician, ...]:
        """Active technicians by code; with `everybody` those who left, too."""
        with self._context.read() as session:
            return read_technicians(session, everybody=everybody)

    def technician(self, code: str) -> Technician:
        """The technician with this code.  Raises `NotFound`."""
        found = [t for t in self.technicians(everybody=True) if t.code == code.strip().upper()]
        if not found:
            raise NotFound("technician", code)
        return found[0]

    def _as_saved(self, given: Mapping[str, Any]) -> tuple[TechnicianDraft, int] | None:
        """A technician as he stands, for a change to be merged with."""
        known = [t for t in self.technicians(everybody=True) if t.id == given.get("technician_id")]
        return (_same_fields(TechnicianDraft, known[0]), known[0].version) if known else None

    def _known_by_code(self, given: Mapping[str, Any]) -> tuple[str, TechnicianDraft] | None:
        """The technician with the code of a new one, and the new one's draft."""
        if given.get("technician_id"):
            return None
        new = check_technician(given["draft"])
        known = [t.id for t in self.technicians(everybody=True) if t.code == new.code]
        return (known[0], new) if known else None

    @operation(
        "technician.save",
        merge=Merge(draft="draft", version="version", read=_as_saved),
        same=Same(
            find=_known_by_code,
            edit="technician.save",
            key="technician_id",
            # The first person of a laptop may do everything there; the office gives roles.
            stays=frozenset({"role"}),
        ),
    )
    def save_technician(
        self, draft: TechnicianDraft, technician_id: str = "", version: int = 0
    ) -> str:
        """Add or change a technician; returns the id.  Raises `InvalidInput`, `NotFound`,
        `Conflict`, `NotPermitted`."""
        checked = check_technician(draft)
        with self._context.write() as unit:
            session = unit.session
            taken = session.execute(
                sa.select(col(TechnicianRow.id)).where(col(TechnicianRow.code) == checked.code)
            ).scalar()
            if taken not in (None, technician_id):
                raise InvalidInput.of("code", "technician.code_taken", value=checked.code)
            row = _row_to_save(session, TechnicianRow, technician_id, version, checked.code)
            check_change(self._context, session, row if technician_id else None, checked)
            for name in (
                "code",
                "name",
                "phone",
                "email",
                "badge_no",
                "role",
                "active",
                "capacity_minutes",
                "fieldwork",
                "latitude",
                "longitude",
            ):
                setattr(row, name, getattr(checked, name))
            session.add(row)
            session.flush()
            _set_areas(session, row.id, checked.areas)
            _set_skills(session, row.id, checked.skills)
            unit.touched("technician", [row.id])
            return str(row.id)

    # --- contacts ------------------------------------------------------------------------------

    def contacts(self, *, everybody: bool = False) -> tuple[SupportContact, ...]:
        """The directory by role and organisation."""
        with self._context.read() as session:
            return _contacts(session, everybody=everybody)

    def contacts_by_role(
        self, terminal: Terminal | None
    ) -> dict[ContactRole, tuple[SupportContact, ...]]:
        """Whom to ask about a terminal, by role, best match first, in one read.

        A contact for this acquirer, maker or area comes before one for all; one for another
        acquirer, maker or area is left out.
        """
        found: dict[ContactRole, list[tuple[int, str, SupportContact]]] = {}
        for contact in self.contacts():
            if (rank := _fit(contact, terminal)) is not None:
                found.setdefault(contact.role, []).append((rank, contact.organisation, contact))
        return {
            role: tuple(contact for *_, contact in sorted(fits, key=lambda item: item[:2]))
            for role, fits in found.items()
        }

    def _as_listed(self, given: Mapping[str, Any]) -> tuple[ContactDraft, int] | None:
        """A contact as it stands, for a change to be merged with."""
        known = [c for c in self.contacts(everybody=True) if c.id == given.get("contact_id")]
        return (_same_fields(ContactDraft, known[0]), known[0].version) if known else None

    def _listed_meanwhile(self, given: Mapping[str, Any]) -> tuple[str, ContactDraft] | None:
        """The contact with the role, organisation and number of a new one, and that one's draft."""
        if given.get("contact_id"):
            return None
        new = check_contact(given["draft"], self._context.today())
        wanted = (new.role, new.organisation, new.phone)
        known = [c.id for c in self.contacts(everybody=True) if _reached_by(c) == wanted]
        return (known[0], new) if known else None

    @operation(
        "contact.save",
        merge=Merge(
            draft="draft",
            version="version",
            read=_as_listed,
            notes=frozenset({"prepare", "escalation"}),
        ),
        same=Same(find=_listed_meanwhile, edit="contact.save", key="contact_id"),
    )
    def save_contact(self, draft: ContactDraft, contact_id: str = "", version: int = 0) -> str:
        """Add or change a contact; returns the id.  Raises `InvalidInput`, `NotFound`,
        `Conflict`."""
        checked = check_contact(draft, self._context.today())
        with self._context.write() as unit:
            session = unit.session
            row = _row_to_save(
                session, SupportContactRow, contact_id, version, checked.organisation
            )
            for name in (
                "role",
                "organisation",
                "phone",
                "email",
                "hours",
                "languages",
                "prepare",
                "escalation",
                "last_verified_on",
                "answered_by",
                "active",
            ):
                setattr(row, name, getattr(checked, name))
            row.acquirer_id = _named(session, AcquirerRow, checked.acquirer)
            row.manufacturer_id = _named(session, ManufacturerRow, checked.manufacturer)
            row.area_id = _named(session, AreaRow, checked.area)
            session.add(row)
            session.flush()
            unit.touched("contact", [row.id])
            return str(row.id)


def _same_fields(draft: type[D], record: Technician | SupportContact) -> D:
    """The draft whose fields are those of the record of the same names."""
    return draft(**{one.name: getattr(record, one.name) for one in fields(draft)})


def _reached_by(contact: SupportContact) -> tuple[ContactRole, str, str]:
    return contact.role, contact.organisation, contact.phone


def read_technicians(session: Session, *, everybody: bool = False) -> tuple[Technician, ...]:
    """Active technicians by code, in an open session; with `everybody` those who left, too."""
    rows, of_areas, of_skills = together(session, *technicians_asked(everybody=everybody))
    areas, skills = _areas_of(of_areas), _skills_of(of_skills)
    return tuple(_technician(row, areas.get(row.id, ()), skills.get(row.id, ())) for row in rows)


_TECHNICIAN: Any = TechnicianRow.__table__  # type: ignore[attr-defined]


def technicians_asked(*, everybody: bool = False) -> tuple[Asked, ...]:
    """The queries of `read_technicians`, to be sent ahead."""
    query = sa.select(_TECHNICIAN).order_by(_TECHNICIAN.c.code)
    if not everybody:
        query = query.where(_TECHNICIAN.c.active.is_(True))
    return (query, {}), (_AREAS, {}), (_SKILLS, {})


def _row_to_save(session: Session, table: Any, key: str, version: int, name: str) -> Any:
    if not key:
        return table(code="", name="", role="", organisation="")
    row = session.get(table, key)
    if row is None:
        raise NotFound(table.__tablename__, key)
    if row.version != version:
        raise Conflict(table.__tablename__, name)
    return row


def _named(session: Session, table: Any, name: str) -> str | None:
    if not name:
        return None
    found = session.execute(sa.select(table.id).where(table.name == name)).scalar()
    if found is not None:
        return str(found)
    row = table(id=new_key(), name=name)
    session.add(row)
    session.flush()
    return str(row.id)


def _set_areas(session: Session, technician_id: str, areas: tuple[str, ...]) -> None:
    session.execute(
        sa.delete(TechnicianAreaRow).where(col(TechnicianAreaRow.technician_id) == technician_id)
    )
    for name in dict.fromkeys(areas):
        area_id = _named(session, AreaRow, name)
        if area_id is not None:
            session.add(TechnicianAreaRow(technician_id=technician_id, area_id=area_id))


_AREAS = (
    sa.select(col(TechnicianAreaRow.technician_id), col(AreaRow.name))
    .join(AreaRow, col(AreaRow.id) == col(TechnicianAreaRow.area_id))
    .order_by(col(AreaRow.name))
)
_SKILLS = sa.select(col(TechnicianSkillRow.technician_id), col(TechnicianSkillRow.skill))


def _areas_of(rows: Iterable[Any]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for technician_id, name in rows:
        found.setdefault(technician_id, []).append(name)
    return {key: tuple(names) for key, names in found.items()}


def _set_skills(session: Session, technician_id: str, skills: tuple[FaultClass, ...]) -> None:
    mine = col(TechnicianSkillRow.technician_id) == technician_id
    session.execute(sa.delete(TechnicianSkillRow).where(mine))
    session.add_all(TechnicianSkillRow(technician_id=technician_id, skill=one) for one in skills)


def _skills_of(rows: Iterable[Any]) -> dict[str, tuple[FaultClass, ...]]:
    known: dict[str, set[str]] = {}
    for technician_id, skill in rows:
        known.setdefault(technician_id, set()).add(skill)
    return {key: tuple(one for one in FaultClass if one in words) for key, words in known.items()}


def _technician(row: Any, areas: tuple[str, ...], skills: tuple[FaultClass, ...]) -> Technician:
    return Technician(
        id=row.id,
        version=row.version,
        code=row.code,
        name=row.name,
        phone=row.phone,
        email=row.email,
        badge_no=row.badge_no,
        role=Role(row.role),
        active=row.active,
        capacity_minutes=row.capacity_minutes,
        fieldwork=row.fieldwork,
        latitude=row.latitude,
        longitude=row.longitude,
        areas=areas,
        skills=skills,
    )


def _contacts(session: Session, *, everybody: bool) -> tuple[SupportContact, ...]:
    query: Any = (
        sa.select(
            SupportContactRow,
            col(AcquirerRow.name).label("acquirer"),
            col(ManufacturerRow.name).label("manufacturer"),
            col(AreaRow.name).label("area"),
        )
        .outerjoin(AcquirerRow, col(AcquirerRow.id) == col(SupportContactRow.acquirer_id))
        .outerjoin(
            ManufacturerRow, col(ManufacturerRow.id) == col(SupportContactRow.manufacturer_id)
        )
        .outerjoin(AreaRow, col(AreaRow.id) == col(SupportContactRow.area_id))
        .order_by(col(SupportContactRow.role), col(SupportContactRow.organisation))
    )
    if not everybody:
        query = query.where(col(SupportContactRow.active).is_(True))
    return tuple(_contact(*row) for row in session.execute(query))


def _contact(
    row: SupportContactRow, acquirer: str | None, manufacturer: str | None, area: str | None
) -> SupportContact:
    return SupportContact(
        id=row.id,
        version=row.version,
        role=ContactRole(row.role),
        organisation=row.organisation,
        phone=row.phone,
        email=row.email,
        hours=row.hours,
        languages=row.languages,
        prepare=row.prepare,
        escalation=row.escalation,
        acquirer=acquirer or "",
        manufacturer=manufacturer or "",
        area=area or "",
        last_verified_on=row.last_verified_on,
        answered_by=row.answered_by,
        active=row.active,
    )


def _fit(contact: SupportContact, terminal: Terminal | None) -> int | None:
    rank = 0
    for name in ("acquirer", "manufacturer", "area"):
        wanted = getattr(contact, name)
        if wanted:
            if terminal is None or getattr(terminal, name) != wanted:
                return None
            rank -= 1
    return rank
