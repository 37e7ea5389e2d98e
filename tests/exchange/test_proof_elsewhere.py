"""A document made on one laptop is proved at the office and on another once they exchanged."""

from __future__ import annotations

from app.services.documents.requests import Request
from app.services.documents.verifying import ProofAnswer
from tests.exchange.network import Network, Station
from tests.factories import make_incident
from tests.forgeries import appended
from tests.services.documents.paper import sign


def answers(one: Station, pdf: bytes) -> tuple[ProofAnswer, ProofAnswer]:
    judged = one.services.verifying.judge(pdf)
    return judged.verdict, judged.issued


def test_what_left_from_a_laptop_is_proved_everywhere_after_the_exchange(network: Network) -> None:
    maker, other = network.laptops
    services = maker.services
    terminal = services.terminals.by_serial("OFFICE000001").id
    incident = make_incident(services, terminal)
    sign(services, incident)
    request = Request(kind="service_report", subject=services.incidents.get(incident).number)
    made = {}
    for language in ("zh", "en"):
        printed = services.reporting.pdf(
            Request(kind=request.kind, subject=request.subject, language=language)
        )
        services.reporting.save(printed, maker.folder / f"{language}.pdf")
        made[language] = printed.pdf
    history = services.reporting.pdf(Request(kind="terminal_history", subject="OFFICE000001"))
    services.reporting.save(history, maker.folder / "history.pdf")
    made["history"] = history.pdf
    for pdf in made.values():
        assert answers(maker, pdf) == (ProofAnswer.YES, ProofAnswer.YES)
        for one in (network.office, other):
            assert answers(one, pdf) == (ProofAnswer.UNPROVED, ProofAnswer.UNPROVED)
    network.exchange(maker)
    network.exchange(other)
    for pdf in made.values():
        for one in (maker, network.office, other):
            assert answers(one, pdf) == (ProofAnswer.YES, ProofAnswer.YES)
            assert answers(one, appended(pdf)) == (ProofAnswer.NO, ProofAnswer.UNPROVED)
