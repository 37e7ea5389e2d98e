"""What may be changed about a person once people sign in: roles, and who is there at all."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import InvalidInput, NotPermitted
from app.domain.people.roles import Role, stands_over
from app.domain.register.people import TechnicianDraft
from app.services.core.context import ServiceContext
from db.models.people import CredentialRow
from db.models.register import TechnicianRow


def check_change(
    context: ServiceContext, session: Session, row: TechnicianRow | None, draft: TechnicianDraft
) -> None:
    """Refuse to give a role, to touch whoever may more than oneself, and to leave nobody who can
    administer.  `row` is the person as stored, None for a new one.

    Raises `NotPermitted`, `InvalidInput` (``people.last_administrator``).
    """
    before = Role(row.role) if row else Role.TECHNICIAN
    if context.judged:
        _check_from_elsewhere(row, before, draft)
    standing, person = context.standing, context.person
    if not standing.guarded or person is None:
        return
    oneself = row is not None and row.id == person.id and row.active == draft.active
    if draft.role != before or not (oneself or stands_over(person.role, before)):
        refusal = standing.refusal("people.set_role")
        if refusal is not None:
            raise refusal.error()
    stays = draft.role == Role.ADMINISTRATOR and draft.active
    if row and row.active and before is Role.ADMINISTRATOR and not stays:
        _check_another(session, row.id, "role" if draft.active else "active")


def _check_from_elsewhere(row: TechnicianRow | None, before: Role, draft: TechnicianDraft) -> None:
    """Who did something on another computer is only what that computer says, so nobody gets more
    rights that way, and whoever has them keeps them."""
    stays = row is None or (draft.active, draft.code) == (row.active, row.code)
    if draft.role != before or not (stays or before is Role.TECHNICIAN):
        raise NotPermitted("permission.only_here", "people.set_role", (Role.ADMINISTRATOR,))


def _check_another(session: Session, technician_id: str, field: str) -> None:
    query = (
        sa.select(col(TechnicianRow.id))
        .join(CredentialRow, col(CredentialRow.technician_id) == col(TechnicianRow.id))
        .where(
            col(TechnicianRow.id) != technician_id,
            col(TechnicianRow.role) == Role.ADMINISTRATOR,
            col(TechnicianRow.active).is_(True),
            col(CredentialRow.password) != b"",
        )
    )
    # Locked, so that of two administrators who step down at once one is refused.
    if session.execute(query.with_for_update(of=TechnicianRow)).first() is None:
        raise InvalidInput.of(field, "people.last_administrator")
