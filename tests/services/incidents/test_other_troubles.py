"""A trouble set aside in the diagnosis is not forgotten at the end: what becomes of it is asked,
kept, said on paper, and opened as an incident of its own where that is wanted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.diagnosis.two_troubles import STOPS_TRADE
from app.domain.errors import InvalidInput
from app.domain.faults import FaultClass
from app.domain.incidents.drafts import ResolutionDraft
from app.domain.incidents.incidents import Result
from app.domain.incidents.other_troubles import OtherTrouble, TroubleEnd, settled_troubles
from app.i18n import translator
from app.reports.documents.kind import ROLLS
from app.services import Services
from app.services.documents.requests import Request
from app.services.documents.summary import summary_text
from app.texts import word
from tests.factories import make_incident, make_terminal
from tests.services.documents.paper import number_of, technician
from tests.services.documents.test_papers_say_what_was_done import all_text, squeezed

SAID = "打印机卡纸，另外网也连不上"


def begun(services: Services) -> tuple[str, OtherTrouble]:
    """A case about the first of two troubles, and the second."""
    technician(services)
    key = make_incident(services, make_terminal(services), displayed_code="", symptom=SAID)
    services.incidents.start(key)
    session = services.diagnosis.for_incident(key)
    first, second = session.troubles
    session = session.answer(STOPS_TRADE, first.sign.id)
    (place,) = session.reported_troubles.besides(None, "")
    assert session.troubles[place] == second
    return key, OtherTrouble(second.sign.label, second.part, place=place)


def resolved(*others: OtherTrouble) -> ResolutionDraft:
    return ResolutionDraft(
        fault_class=FaultClass.OPERATION,
        result=Result.UNSOLVED,
        work_done="取出卡纸",
        others=others,
    )


def ended(trouble: OtherTrouble, end: TroubleEnd | None, why: str = "") -> OtherTrouble:
    return replace(trouble, end=end, why=why)


@pytest.mark.parametrize(
    ("end", "why", "field"), [(None, "", "other_1"), (TroubleEnd.LATER, " ", "other_1_why")]
)
def test_what_became_of_it_must_be_said(
    services: Services, end: TroubleEnd | None, why: str, field: str
) -> None:
    key, trouble = begun(services)
    with pytest.raises(InvalidInput) as refused:
        services.incidents.resolve(key, resolved(ended(trouble, end, why)))
    assert [problem.field for problem in refused.value.problems] == [field]


@pytest.mark.parametrize("end", TroubleEnd)
def test_it_is_kept_and_said_on_the_report(any_services: Services, end: TroubleEnd) -> None:
    services = any_services
    key, trouble = begun(services)
    services.incidents.resolve(key, resolved(ended(trouble, end, "商户要关门，改天再来")))
    case = services.incidents.get(key)
    (kept,) = settled_troubles(case.events)
    assert (kept.said, kept.end) == (trouble.said, end)
    opened = [one for one in services.incidents.open_on(case.terminal_id) if one.id != key]
    said = squeezed(services, "service_report", number_of(services, key))
    assert "还报了" in said
    assert trouble.said.zh in said
    told = {
        TroubleEnd.DONE: "一并处理",
        TroubleEnd.REPORTED: "另报一单",
        TroubleEnd.LATER: "本次未处理（商户要关门，改天再来）",
    }
    assert told[end] in said
    if end is TroubleEnd.REPORTED:
        (new,) = opened
        assert trouble.part in new.symptom
        assert new.number in said
    else:
        assert not opened


def test_a_case_taken_up_again_asks_anew(services: Services) -> None:
    key, trouble = begun(services)
    services.incidents.resolve(key, resolved(ended(trouble, TroubleEnd.LATER, "没带配件")))
    services.incidents.reopen(key, "商户再次来电")
    assert settled_troubles(services.incidents.get(key).events) == ()
    services.incidents.resolve(key, resolved(ended(trouble, TroubleEnd.DONE)))
    (kept,) = settled_troubles(services.incidents.get(key).events)
    assert kept.end is TroubleEnd.DONE


def test_taken_up_again_what_was_reported_by_itself_is_not_reported_twice(
    any_services: Services,
) -> None:
    services = any_services
    key, trouble = begun(services)
    services.incidents.resolve(key, resolved(ended(trouble, TroubleEnd.REPORTED)))
    (first,) = settled_troubles(services.incidents.get(key).events)
    for why in ("商户再次来电", "又来电"):
        services.incidents.reopen(key, why)
        services.incidents.resolve(key, resolved(ended(trouble, TroubleEnd.REPORTED)))
        (again,) = settled_troubles(services.incidents.get(key).events)
        assert again == first
    # Withdrawn, it is reported anew.
    services.incidents.cancel(first.incident_id, "报错了")
    services.incidents.reopen(key, "再来电")
    services.incidents.resolve(key, resolved(ended(trouble, TroubleEnd.REPORTED)))
    (anew,) = settled_troubles(services.incidents.get(key).events)
    assert anew.incident_id not in ("", first.incident_id)


def test_what_is_signed_tells_of_it_and_older_signatures_stay(services: Services) -> None:
    key, trouble = begun(services)
    services.incidents.resolve(key, resolved(ended(trouble, TroubleEnd.DONE)))
    with_it = services.reporting.signable(key)
    services.incidents.reopen(key, "商户再次来电")
    services.incidents.resolve(key, resolved(ended(trouble, TroubleEnd.LATER, "没带配件")))
    assert services.reporting.signable(key) != with_it


@pytest.mark.parametrize("end", TroubleEnd)
def test_every_paper_of_the_case_and_its_summary_tell_of_it(
    services: Services, end: TroubleEnd
) -> None:
    key, trouble = begun(services)
    services.incidents.resolve(key, resolved(ended(trouble, end, "商户要关门")))
    number = number_of(services, key)
    asked = Request(kind="service_report", subject=number)
    made = [services.reporting.pdf(replace(asked, paper=one)) for one in ("", *ROLLS)]
    told = [all_text(one.pdf) for one in made]
    for said in (*told, summary_text(made[0].documents[0], "zh")):
        assert trouble.said.zh in said
        assert word(translator("zh"), "trouble_told", end) in said
