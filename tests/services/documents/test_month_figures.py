"""The month's figures count people, not names."""

from __future__ import annotations

from datetime import timedelta

from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ResolutionDraft
from app.domain.incidents.incidents import TestLine, TestOutcome
from app.services import Services
from app.services.documents.month_figures import monthly_sheet
from app.services.documents.sheet_sources import DateSpan, SheetContext
from tests.conftest import FrozenClock
from tests.factories import make_incident, make_technician

SOLVED = ResolutionDraft(
    fault_class=FaultClass.OPERATION,
    work_done="重新签到后恢复",
    tests=(
        TestLine("sign_in", TestOutcome.PASSED),
        TestLine("test_sale", TestOutcome.PASSED, "000123"),
    ),
)


def test_two_people_of_one_name_are_two_lines(any_services: Services, clock: FrozenClock) -> None:
    services = any_services
    people = {
        "T01": make_technician(services, "T01", name="王伟"),
        "T02": make_technician(services, "T02", name="王伟"),
        "T03": make_technician(services, "T03", name="张工"),
    }
    for code, cases in (("T01", 2), ("T02", 1), ("T03", 1)):
        for _ in range(cases):
            key = make_incident(services)
            services.incidents.assign(key, people[code])
            services.incidents.start(key)
            services.incidents.resolve(key, SOLVED)
    today = clock.now.date()
    around = SheetContext(services.context.zone, None)  # type: ignore[arg-type]
    with services.context.read() as session:
        sheet = monthly_sheet(
            session,
            DateSpan(today - timedelta(days=5), today + timedelta(days=1)),
            around=around,
            area="",
            now=clock.now,
        )
    assert [(line.name, line.resolved) for line in sheet.technicians] == [
        ("王伟 T01", 2),
        ("张工", 1),
        ("王伟 T02", 1),
    ]
