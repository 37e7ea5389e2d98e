"""Every right that hangs on whose record it is can be answered."""

from __future__ import annotations

from app.domain.people.rights import RIGHTS
from app.domain.people.roles import Role, SignedIn
from app.services import Services
from app.services.core.ownership import is_own

NOTHING = "0190a1b2-0000-7000-8000-00000000ffff"


def test_own_is_known_for_every_kind_that_asks(services: Services) -> None:
    person = SignedIn(
        id="0190a1b2-0000-7000-8000-000000000001", code="T01", name="张工", role=Role.LEAD
    )
    kinds = [kind for kind, right in RIGHTS.items() if right.own]
    assert len(kinds) > 5
    with services.context.read() as session:
        assert not any(is_own(session, person, kind, NOTHING) for kind in kinds)
