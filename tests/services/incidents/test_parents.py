"""Incidents of one cause: who may join whom, and what is listed."""

from __future__ import annotations

import pytest

from app.domain.errors import InvalidInput
from app.services import Services
from tests.factories import make_incident, make_terminal


def test_later_incidents_join_a_parent_leave_it_and_are_listed(any_services: Services) -> None:
    parents = any_services.parents
    first, second, third, alone = (
        make_incident(any_services, make_terminal(any_services, serial=f"SN00000{n}"))
        for n in range(4)
    )
    assert {one.id for one in parents.could_join(first)} == {second, third, alone}
    parents.join(first, (second,))
    parents.join(first, (third,))
    related = parents.related(first)
    assert (related.parent, {one.id for one in related.joined}) == (None, {second, third})
    of_child = parents.related(second)
    assert of_child.parent is not None
    assert (of_child.parent.id, of_child.joined) == (first, ())
    # A parent of others is not offered as a child, a child not as a parent; parents come first.
    assert {one.id for one in parents.could_join(alone)} == set()
    assert [one.id for one in parents.could_be_parent(alone)] == [first]
    for parent, child in ((alone, first), (second, alone), (first, first)):
        with pytest.raises(InvalidInput):
            parents.join(parent, (child,))
    parents.leave(third)
    assert [one.id for one in parents.related(first).joined] == [second]
    assert {one.id for one in parents.could_be_parent(alone)} == {first, third}
    any_services.incidents.cancel(third, "误报")
    assert {one.id for one in parents.could_be_parent(alone)} == {first}
