"""A document made on one laptop is proved at the office and on another once they exchanged."""

from __future__ import annotations

import pytest

from app.domain.documents import HandOut
from app.services.documents.issued import HandedDocument, HandOutNote, keep_hand_out
from app.services.documents.reading import read
from app.services.documents.requests import Request
from app.services.documents.sealing import Certificate
from app.services.documents.verifying import ProofAnswer
from tests.exchange.network import Network, Station
from tests.factories import make_incident
from tests.forgeries import appended, painted
from tests.seals import PASSPHRASE, issue
from tests.services.documents.paper import sign

pytest.importorskip("pyhanko.sign", reason="the extra 'seal' is not installed")


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
    certificate = Certificate(file=str(issue(maker.folder).path), secret=PASSPHRASE)
    sealed, signer = services.verifying.seal(history.pdf, certificate)
    handed = [HandedDocument(one.kind, one.number, one.sha256) for one in read(history.pdf)]
    services.reporting.note_sealed(sealed, handed, "sealed.pdf", signer)
    made["sealed"] = sealed
    network.exchange(maker)
    network.exchange(other)
    for pdf in made.values():
        for one in (maker, network.office, other):
            assert answers(one, pdf) == (ProofAnswer.YES, ProofAnswer.YES)
            assert answers(one, appended(pdf)) == (ProofAnswer.NO, ProofAnswer.UNPROVED)


def test_a_forgery_that_a_laptop_recorded_as_handed_out_is_genuine_nowhere(
    network: Network,
) -> None:
    maker, other = network.laptops
    services = maker.services
    incident = make_incident(services, services.terminals.by_serial("OFFICE000001").id)
    sign(services, incident)
    number = services.incidents.get(incident).number
    printed = services.reporting.pdf(Request(kind="service_report", subject=number))
    services.reporting.save(printed, maker.folder / "report.pdf")
    retouched = printed.pdf.replace(b"(POSCare", b"(POSCarf")
    assert retouched != printed.pdf
    forgeries = {painted(printed.pdf): ProofAnswer.NO, retouched: ProofAnswer.UNPROVED}
    for forged in forgeries:
        handed = [HandedDocument(one.kind, one.number, one.sha256) for one in read(printed.pdf)]
        keep_hand_out(services.context, handed, forged, HandOutNote(HandOut.SAVED))
    network.exchange(maker)
    network.exchange(other)
    for one in (maker, network.office, other):
        for forged, answer in forgeries.items():
            assert answers(one, forged) == (answer, ProofAnswer.YES)
        assert answers(one, printed.pdf) == (ProofAnswer.YES, ProofAnswer.YES)
