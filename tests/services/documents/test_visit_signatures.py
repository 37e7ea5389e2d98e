"""The merchant and the technician sign for a visit: once, under the sheets of all its devices."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.documents import SignatureDraft, SignerRole
from app.domain.errors import InvalidInput, NotAllowed, NotFound
from app.domain.maintenance.occurrences import OccurrenceOutcome
from app.domain.maintenance.plans import Scope
from app.services import Services
from app.services.documents.reading import read
from app.services.documents.requests import Request
from app.services.documents.verifying import ProofAnswer
from tests.conftest import FrozenClock
from tests.factories import make_technician, make_terminal
from tests.maintenance import make_checklist, make_plan, pass_all, tasks
from tests.reports.reading import all_text
from tests.services.documents.paper import INK, number_of, resolved


def worked(services: Services) -> tuple[str, str]:
    """A visit at a merchant with two terminals, both checked; its id and number."""
    make_technician(services)
    where = {"mid": "848290058000777", "merchant_name": "两台机商户", "uscc": ""}
    for serial in ("TESTN91000000771", "TESTN91000000772"):
        make_terminal(services, serial=serial, **where)
    make_checklist(services)
    make_plan(services, checklist="short")
    services.generation.generate()
    first = min((t for t in tasks(services) if t.visit_id), key=lambda t: t.due_on)
    visit = services.visits.get(first.visit_id)
    assert len({item.serial for item in visit.occurrences}) == 2
    for task in visit.occurrences:
        if task.outcome is OccurrenceOutcome.OPEN:
            run = services.checklists.begin(task.id)
            pass_all(services, run, run.serial)
            services.checklists.finish(run.id, accept_early=True)
    return visit.summary.id, visit.summary.number


def test_one_signature_stands_under_every_sheet_of_the_visit(
    services: Services, clock: FrozenClock, tmp_path: Path
) -> None:
    key, number = worked(services)
    signable = services.reporting.signable_visit(key)
    for role in (SignerRole.MERCHANT, SignerRole.TECHNICIAN):
        services.signatures.sign_visit(key, signable, SignatureDraft(role, "王先生", INK))
    assert services.reporting.signable_visit(key) == signable, "signing changes nothing signed"
    assert services.signatures.of_visit(key)[SignerRole.MERCHANT].signer == "王先生"
    printed = services.reporting.pdf(Request(kind="inspection", subject=number))
    assert len(read(printed.pdf)) == 2
    services.reporting.save(printed, tmp_path / "visit.pdf")
    judged = services.verifying.judge(printed.pdf)
    assert [one.answer for one in judged.inked] == [ProofAnswer.YES] * 4
    assert not any(one.admitted for one in judged.inked)
    assert judged.verdict is ProofAnswer.YES


def test_what_changes_after_the_signature_is_marked_on_every_sheet(
    services: Services, clock: FrozenClock
) -> None:
    key, number = worked(services)
    draft = SignatureDraft(SignerRole.MERCHANT, "王先生", INK)
    services.signatures.sign_visit(key, "0" * 64, draft)
    printed = services.reporting.pdf(Request(kind="inspection", subject=number))
    assert [one.admitted for one in services.verifying.judge(printed.pdf).inked] == [True, True]


def test_a_visit_without_signature_says_why(services: Services, clock: FrozenClock) -> None:
    key, _number = worked(services)
    draft = SignatureDraft(SignerRole.MERCHANT, reason="店主不在")
    services.signatures.sign_visit(key, services.reporting.signable_visit(key), draft)
    assert services.signatures.of_visit(key)[SignerRole.MERCHANT].reason == "店主不在"
    with pytest.raises(NotFound):
        services.signatures.sign_visit("01990000-0000-7000-8000-000000000000", "", draft)
    with pytest.raises(NotAllowed):
        services.signatures.sign_visit(key, "", SignatureDraft(SignerRole.REVIEWER, "审", INK))
    with pytest.raises(InvalidInput):
        services.signatures.sign_visit(key, "", SignatureDraft(SignerRole.MERCHANT))


def test_a_reviewers_signature_stands_on_the_report(services: Services) -> None:
    incident = resolved(services)
    request = Request(kind="service_report", subject=number_of(services, incident))
    assert "审核" not in all_text(services.reporting.pdf(request).pdf)
    signable = services.reporting.signable(incident)
    draft = SignatureDraft(SignerRole.REVIEWER, "李主管", INK)
    services.signatures.sign_incident(incident, signable, draft)
    printed = services.reporting.pdf(request)
    assert "审核" in all_text(printed.pdf)
    assert "李主管" in all_text(printed.pdf)
    (inked,) = services.verifying.judge(printed.pdf).inked
    assert (inked.role, inked.answer) == ("reviewer", ProofAnswer.YES)


def test_a_signature_from_before_there_were_sheets_about_the_shop_stays_good(
    services: Services, clock: FrozenClock
) -> None:
    """It stands for what was signed: under the sheets of the devices, not under the shop's."""
    make_technician(services)
    for serial in ("TESTN91000000771", "TESTN91000000772"):
        make_terminal(services, serial=serial, mid="848290058000777", uscc="")
    make_checklist(services)
    make_plan(services, checklist="short")
    make_plan(services, key="shop", checklist="short", scope=Scope.MERCHANT)
    services.generation.generate()
    task = next(t for t in tasks(services) if t.plan_key == "shop" and t.visit_id)
    visit = services.visits.get(task.visit_id).summary
    now, before = services.reporting.contents_of_visit(visit.id)
    assert now == services.reporting.signable_visit(visit.id)

    def printed(content: str) -> list[tuple[ProofAnswer, bool]]:
        """What is said of the merchant's signature under every sheet that shows one."""
        draft = SignatureDraft(SignerRole.MERCHANT, "王先生", INK)
        services.signatures.sign_visit(visit.id, content, draft)
        clock.forward(minutes=1)
        pdf = services.reporting.pdf(Request(kind="inspection", subject=visit.number)).pdf
        return [(one.answer, one.admitted) for one in services.verifying.judge(pdf).inked]

    sheets = len(services.visits.get(visit.id).occurrences)
    assert printed(now) == [(ProofAnswer.YES, False)] * sheets
    assert printed(before) == [(ProofAnswer.UNPROVED, False)] * (sheets - 1), "not the shop's"
    assert printed("0" * 64) == [(ProofAnswer.UNPROVED, True)] * sheets, "it was changed"
