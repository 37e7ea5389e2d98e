"""Cases of faults and odd input that belong to several services; each is named by its number
(`resources/manual/decisions/fault_cases.md`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.documents import Stage
from app.domain.errors import InvalidInput
from app.services import Services
from app.services.documents.attachments import Owner
from db.models.documents import AttachmentRow
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_terminal

BERLIN = ZoneInfo("Europe/Berlin")
MANY = 10_000


def test_case_30_half_past_two_comes_twice_and_an_hour_lies_between(
    any_services: Services, clock: FrozenClock
) -> None:
    clock.now = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    key = make_incident(any_services)
    reported = any_services.incidents.clocks(key)
    clock.now = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    assert any_services.incidents.clocks(key).counted - reported.counted == timedelta(hours=1)
    # In spring the hour after half past one is half past three.
    clock.now = datetime(2027, 3, 28, 1, 30, tzinfo=BERLIN)
    key = make_incident(any_services, make_terminal(any_services, serial="SN000002"))
    clock.now = datetime(2027, 3, 28, 3, 30, tzinfo=BERLIN)
    assert any_services.incidents.clocks(key).counted == timedelta(hours=1)


@pytest.mark.parametrize("serial", ["00012345", "0" * 7 + "1", "A" * 31, "A" * 32, "sn00abcd"])
def test_case_40_a_serial_number_is_kept_as_it_is_and_given_once(
    serial: str, any_services: Services
) -> None:
    key = make_terminal(any_services, serial=serial, tid="50000001")
    assert any_services.terminals.get(key).serial == serial
    for again in (serial.lower(), serial.upper(), f" {serial} "):
        with pytest.raises(InvalidInput) as refused:
            make_terminal(any_services, serial=again, tid="50000002")
        assert [one.field for one in refused.value.problems] == ["serial"]
    if serial.startswith("0"):
        other = make_terminal(any_services, serial=serial.lstrip("0").rjust(6, "1"), tid="50000003")
        assert other != key, "leading zeros are part of it"


def test_case_46_ten_thousand_photos_of_one_incident_are_listed_and_shown(
    services: Services, clock: FrozenClock
) -> None:
    key = make_incident(services)
    with services.context.database.write() as session:
        session.add_all(
            AttachmentRow(
                incident_id=key,
                sha256=f"{number:064x}",
                size=1_000,
                media_type="image/jpeg",
                name=f"照片{number}.jpg",
                stage=Stage.BEFORE,
                added_at=clock(),
                position=number,
            )
            for number in range(MANY)
        )
    found = services.attachments.listing(Owner(incident_id=key))
    assert len(found) == MANY
    assert [one.name for one in found[:2]] == ["照片0.jpg", "照片1.jpg"]
    assert services.incidents.get(key).id == key
