"""The five roles of people, and who signed in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the office; `app.domain.people.rights` says what each may do."""

    TECHNICIAN = "technician"
    LEAD = "lead"
    MANAGER = "manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


IN_THE_FIELD = frozenset({Role.TECHNICIAN, Role.LEAD})
"""Roles whose people usually go on visits; whether somebody does is said person by person."""

_RANKS = {
    Role.AUDITOR: 0,
    Role.TECHNICIAN: 0,
    Role.LEAD: 1,
    Role.MANAGER: 2,
    Role.ADMINISTRATOR: 3,
}


def stands_over(role: Role, other: Role) -> bool:
    """Whether somebody of this role may let somebody of the other back in.

    Whoever lets somebody in could sign in for them, so nobody does it for a role that may more;
    administrators stand over each other, or a forgotten password of one would be final.
    """
    return role is Role.ADMINISTRATOR or _RANKS[role] > _RANKS[other]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The person who works here now."""

    id: str
    code: str
    name: str
    role: Role
