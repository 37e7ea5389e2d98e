"""The audit trail says of every write what it changed, in names and words people know."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from app.services import Services
from app.services.core.audit import TrailFilter
from app.services.core.recording import MACHINE
from app.services.core.running_operation import RunningOperation, running
from app.texts import FIELDS
from db.keys import first_key
from db.models.register import AreaRow
from tests.factories import make_incident, make_technician


def test_what_is_written_without_a_word_is_refused(services: Services) -> None:
    """It would be missing in the log, and in every database made from it."""
    context = services.context
    operation = RunningOperation(id=first_key(), at=context.now())
    with (
        pytest.raises(RuntimeError, match="nothing was touched"),
        running(operation),
        context.write() as unit,
    ):
        unit.session.add(AreaRow(name="浦东新区"))
    with context.read() as session:
        assert session.execute(sa.text("SELECT name FROM area")).all() == []


def test_references_stand_by_name(any_services: Services) -> None:
    services = any_services
    first, second = make_technician(services, "T01"), make_technician(services, "T02", name="李工")
    key = make_incident(services)
    services.incidents.assign(key, first)
    services.incidents.assign(key, second)
    (newest,) = services.audit.first(TrailFilter(kind="incident"), 1)
    told = [(one.about, one.change.field, one.change.old, one.change.new) for one in newest.changes]
    assert ("", "technician", "张工", "李工") in told
    assert not any(len(value) == 36 for change in told for value in change)


def test_what_changes_several_records_is_about_none_of_them(services: Services) -> None:
    """And each change says whose it is."""
    operation = RunningOperation(id=first_key(), at=services.context.now())
    with running(operation), services.context.write_locally() as unit:
        unit.touched("visit", ["a"])
        assert unit.only_touched("visit") == "a"
        unit.touched("visit", ["a", "b"])
        assert unit.only_touched("visit") == ""


def audited() -> list[type[SQLModel]]:
    """The tables whose changed fields are told."""
    found, left = [], list(SQLModel.__subclasses__())
    while left:
        kind = left.pop()
        left.extend(kind.__subclasses__())
        if getattr(kind, "audited", ""):
            found.append(kind)
    return sorted(set(found), key=lambda kind: kind.__name__)


def test_the_tables_people_edit_are_audited() -> None:
    assert len(audited()) > 7


@pytest.mark.parametrize("row", audited())
def test_every_field_the_trail_tells_has_a_label(row: type[SQLModel]) -> None:
    names = {column.key for column in sa.inspect(row).columns} - MACHINE - {"id"}
    assert {name for name in names if name.removesuffix("_id") not in FIELDS} == set()
