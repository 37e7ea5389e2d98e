"""A document made on one laptop is proved at the office and on another once they exchanged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.documents import HandOut
from app.domain.errors import InvalidInput
from app.exchange.conflicts import listed
from app.exchange.keys import new_key_pair
from app.exchange.stations import Stations
from app.i18n import translator
from app.services.core.operation_log import keep_fact
from app.services.documents.issued import HandedDocument, HandOutNote, fix, keep_hand_out
from app.services.documents.reading import read
from app.services.documents.requests import Request
from app.services.documents.sealing import Certificate
from app.services.documents.verifying import ProofAnswer
from app.texts.proof import findings
from db.keys import first_key
from db.stations import STATION
from tests.exchange.network import Network, Station
from tests.factories import make_incident, make_terminal
from tests.forgeries import appended, painted
from tests.seals import PASSPHRASE, issue
from tests.services.documents.paper import close, resolved, sign

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
    for name, pdf in made.items():
        # What is not made anew from its number is only the word of the computer that noted it.
        proved = ProofAnswer.YES if name in {"zh", "en"} else ProofAnswer.UNPROVED
        assert answers(maker, pdf) == (ProofAnswer.YES, ProofAnswer.YES)
        for one in (network.office, other):
            assert answers(one, pdf) == (proved, proved)
        for one in (maker, network.office, other):
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


def test_a_whole_forged_document_recorded_on_a_laptop_is_doubtful_elsewhere(
    network: Network,
) -> None:
    """Whoever has the program makes a perfect document of other data and notes it as handed out;
    the office's own data know better."""
    maker, other = network.laptops
    services = maker.services
    incident = make_incident(services, services.terminals.by_serial("OFFICE000001").id)
    number = services.incidents.get(incident).number
    request = Request(kind="service_report", subject=number)
    honest = services.reporting.pdf(request)
    services.reporting.save(honest, maker.folder / "honest.pdf")
    [document] = honest.documents
    forged_sheet = replace(document.sheet, fault=replace(document.sheet.fault, reported="一切正常"))
    house = services.context.letterhead
    forged = services.reporting.sample(house, "zh", forged_sheet, "service_report")
    services.reporting.save(forged, maker.folder / "forged.pdf")
    network.exchange(maker)
    network.exchange(other)
    for one in (network.office, other):
        judged = one.services.verifying.judge(honest.pdf)
        assert not judged.doubtful
        assert judged.data[0].agrees
        judged = one.services.verifying.judge(forged.pdf)
        assert (judged.verdict, judged.issued) == (ProofAnswer.UNPROVED, ProofAnswer.UNPROVED)
        assert judged.doubtful
        assert judged.data[0].differing == ("fault",)
        [known] = judged.registered
        assert known.recorder is not None
        assert (known.recorder.own, known.recorder.person) == (False, "TL1")
        said = " ".join(findings(translator("zh"), judged, str)[0].sentences)
        assert "L1" in said
        assert "TL1" in said
        assert "存疑" in said
        with pytest.raises(InvalidInput):
            certificate = Certificate(file=str(issue(maker.folder).path), secret=PASSPHRASE)
            one.services.verifying.seal(forged.pdf, certificate)


def test_what_the_office_recorded_is_not_doubted_on_a_laptop(network: Network) -> None:
    office, laptop = network.office, network.laptops[0]
    key = new_key_pair(office.key).public("办公室", "office", "A")
    Stations(laptop.services.context).trust(key, office=True)
    history = office.services.reporting.pdf(
        Request(kind="terminal_history", subject="OFFICE000001")
    )
    office.services.reporting.save(history, office.folder / "history.pdf")
    network.exchange(laptop)
    assert answers(laptop, history.pdf) == (ProofAnswer.YES, ProofAnswer.YES)


def test_what_a_joining_laptop_brings_is_its_own_record(network: Network) -> None:
    """Also when it was noted before there was an office, and no operation of it travels."""
    new = network.new_laptop(7)
    network.laptops.append(new)
    make_terminal(new.services, serial="BROUGHT00001", tid="70000051")
    make_incident(new.services, new.services.terminals.by_serial("BROUGHT00001").id)
    history = new.services.reporting.pdf(Request(kind="terminal_history", subject="BROUGHT00001"))
    new.services.reporting.save(history, new.folder / "history.pdf")
    with new.services.context.write_locally() as unit:
        keep_fact(unit.session, STATION, first_key())
    network.exchange(new)
    [known] = network.office.services.verifying.judge(history.pdf).registered
    assert known.recorder is not None
    assert (known.recorder.own, known.recorder.computer) == (False, "L7")


def test_a_forged_report_a_laptop_fixed_is_not_printed_by_the_office(network: Network) -> None:
    """What is fixed at closing is printed so for ever: by the office only what its data say."""
    maker, office = network.laptops[0], network.office
    services = maker.services
    for n, forging in enumerate((True, False), 1):
        incident = resolved(services, serial=f"CLOSED{n:06}", tid=f"7000006{n}")
        number = services.incidents.get(incident).number
        request = Request(kind="service_report", subject=number)
        [live] = services.reporting.documents(request)
        close(services, incident)
        if forging:
            fault = replace(live.sheet.fault, reported="一切正常")
            sheet = replace(live.sheet, fault=fault)
            fix(services.context, [(replace(live, sheet=sheet), incident, 1)])
        else:
            services.reporting.documents(request)
        network.exchange(maker)
        [shown, *_] = office.services.reporting.documents(request)
        assert shown.sheet.fault == live.sheet.fault
        waiting = [(one.operation.kind, one.code) for one in listed(office.services)]
        assert waiting == [("document.issue", "document.differs_here")]
