"""Proof: what was issued here is proved, and every forgery of it is told from it and not sealed."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import AppError, InvalidInput
from app.reports.data.sheets import Issuer
from app.services import Services
from app.services.documents.issued import IssuedStanding
from app.services.documents.printed import PrintedDocument
from app.services.documents.reading import verify
from app.services.documents.requests import Request
from app.services.documents.seal_reading import SealTrust
from app.services.documents.sealing import Certificate, seal
from app.services.documents.verifying import ProofAnswer, judge
from tests.conftest import FrozenClock
from tests.factories import make_terminal
from tests.forgeries import update
from tests.reports.samples import document, render, service_report
from tests.seals import COMPANY, PASSPHRASE, company_certificate, issue
from tests.services.documents.paper import close, number_of, resolved, sign

pytest.importorskip("pyhanko", reason="the extra 'seal' is not installed")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Certificate, bytes]:
    """The company's certificate to seal with, and as PEM."""
    path, root = company_certificate(tmp_path_factory.mktemp("company"))
    return Certificate(file=str(path), secret=PASSPHRASE), root


def issued(services: Services, folder: Path) -> PrintedDocument:
    """A signed service report that left."""
    incident = resolved(services, serial="TESTN91000000412", mid="848290058120412")
    sign(services, incident)
    close(services, incident)
    reporting = services.reporting
    printed = reporting.pdf(Request(kind="service_report", subject=number_of(services, incident)))
    reporting.save(printed, folder / "report.pdf")
    return printed


def saying(printed: PrintedDocument, **changes: Any) -> bytes:
    """The document made anew from changed data, under the same number."""
    one = printed.documents[0]
    return render([replace(one, sheet=replace(one.sheet, **changes))]).pdf


def test_a_document_made_anew_from_changed_data_is_not_what_was_issued(
    any_services: Services, company: tuple[Certificate, bytes], tmp_path: Path
) -> None:
    proving = any_services.verifying
    printed = issued(any_services, tmp_path)
    forged = saying(printed, technician="别人")
    judged = proving.judge(forged)
    assert judged.pages is ProofAnswer.YES, "its pages do say what its data say"
    assert (judged.issued, judged.verdict) == (ProofAnswer.NO, ProofAnswer.NO)
    assert judged.registered[0].standing is IssuedStanding.OTHER_CONTENT
    assert judged.signatures is ProofAnswer.NO, "and nobody signed that"
    with pytest.raises(InvalidInput) as refused:
        proving.seal(forged, company[0])
    assert refused.value.code == "seal.unproved"
    nowhere = judge(forged)
    assert (nowhere.issued, nowhere.verdict) == (ProofAnswer.UNPROVED, ProofAnswer.NO)


def test_a_number_nobody_issued_cannot_be_proved_nor_sealed(
    services: Services, company: tuple[Certificate, bytes]
) -> None:
    proving = services.verifying
    acceptance = service_report().acceptance
    unsigned = replace(acceptance, merchant=None, technician=None, reviewer=None)
    foreign = render([document(service_report(acceptance=unsigned), "service_report")]).pdf
    judged = proving.judge(foreign)
    assert (judged.pages, judged.issued, judged.verdict) == (
        ProofAnswer.YES,
        ProofAnswer.UNPROVED,
        ProofAnswer.UNPROVED,
    )
    with pytest.raises(InvalidInput) as refused:
        proving.seal(foreign, company[0])
    assert refused.value.code == "seal.not_issued"


def test_what_a_newer_version_replaced_is_not_called_genuine_nor_sealed(
    services: Services,
    clock: FrozenClock,
    tmp_path: Path,
    company: tuple[Certificate, bytes],
) -> None:
    incident = resolved(services)
    reporting = services.reporting
    request = Request(kind="service_report", subject=number_of(services, incident))
    first = reporting.pdf(request)
    reporting.save(first, tmp_path / "a.pdf")
    clock.forward(days=2)
    close(services, incident)
    reporting.save(reporting.pdf(request), tmp_path / "b.pdf")
    judged = services.verifying.judge(first.pdf)
    assert (judged.issued, judged.verdict) == (ProofAnswer.REPLACED, ProofAnswer.REPLACED)
    assert judged.registered[0].newer_at == clock.now
    with pytest.raises(InvalidInput) as refused:
        services.verifying.seal(first.pdf, company[0])
    assert refused.value.code == "seal.replaced"


def test_a_file_another_version_made_is_not_proved_by_the_register_alone(
    services: Services,
    company: tuple[Certificate, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_terminal(services)
    monkeypatch.setattr("app.reports.render.PRODUCER", "POSCare 0.9")
    printed = services.reporting.pdf(Request(kind="device_list"))
    monkeypatch.undo()
    assert services.verifying.judge(printed.pdf).verdict is ProofAnswer.UNPROVED
    services.reporting.save(printed, tmp_path / "list.pdf")
    judged = services.verifying.judge(printed.pdf)
    assert judged.issued is ProofAnswer.YES
    assert (judged.verdict, judged.pages) == (ProofAnswer.UNPROVED, ProofAnswer.UNPROVED)
    with pytest.raises(InvalidInput) as refused:
        services.verifying.seal(printed.pdf, company[0])
    assert refused.value.code == "seal.unproved"


def test_a_seal_does_not_prove_a_number_nobody_issued(services: Services, tmp_path: Path) -> None:
    """Neither that of another company under its own letterhead, nor that of this one."""
    root = issue(tmp_path, "root", organization="测试认证中心")
    acceptance = service_report().acceptance
    unsigned = replace(acceptance, merchant=None, technician=None, reviewer=None)
    made = document(service_report(acceptance=unsigned), "service_report")
    for name, trust in (("Evil Ltd", SealTrust.OTHER_COMPANY), (COMPANY, SealTrust.TRUSTED)):
        holder = issue(tmp_path, name[:4], organization=name, by=root)
        pdf = render([replace(made, house=Issuer(company=name))]).pdf
        sealed, _ = seal(pdf, Certificate(file=str(holder.path), secret=PASSPHRASE))
        judged = services.verifying.judge(sealed, (root.pem,))
        assert [one.trust for one in judged.seals] == [trust]
        assert (judged.pages, judged.issued) == (ProofAnswer.YES, ProofAnswer.UNPROVED)
        assert judged.verdict is ProofAnswer.UNPROVED, name


def test_no_flipped_byte_goes_unnoticed(
    services: Services, company: tuple[Certificate, bytes], tmp_path: Path
) -> None:
    proving = services.verifying
    pdf = issued(services, tmp_path).pdf
    sealed, _ = proving.seal(pdf, company[0])
    assert proving.judge(sealed, (company[1],)).verdict is ProofAnswer.YES
    chosen = random.Random(9)
    places = [(pdf, chosen.randrange(len(pdf))) for _ in range(12)]
    places += [(sealed, chosen.randrange(len(pdf), len(sealed))) for _ in range(24)]
    # the signature itself, whose bytes it cannot cover
    start = sealed.index(b"/Contents <", len(pdf)) + 11
    places += [(sealed, chosen.randrange(start, start + 3000)) for _ in range(16)]
    for content, place in places:
        changed = bytearray(content)
        changed[place] ^= 1 << chosen.randrange(8)
        try:
            judged = proving.judge(bytes(changed), (company[1],))
        except InvalidInput:
            continue
        assert judged.verdict is not ProofAnswer.YES, place
        assert judged.pages is not ProofAnswer.YES or judged.seal is ProofAnswer.NO, place


def test_the_word_of_a_signature_in_a_text_is_no_signature(services: Services) -> None:
    worded = replace(
        document(service_report(), "service_report"), house=Issuer(company="/ByteRange [0 1]")
    )
    pdf = render([worded]).pdf
    assert b"/ByteRange" in pdf
    judged = services.verifying.judge(pdf)
    assert (judged.pages, judged.seal) == (ProofAnswer.YES, ProofAnswer.NONE)


def test_a_sealed_file_that_cannot_be_judged_is_not_proved(
    services: Services,
    company: tuple[Certificate, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proving = services.verifying
    sealed, _ = proving.seal(issued(services, tmp_path).pdf, company[0])
    monkeypatch.setitem(__import__("sys").modules, "pyhanko", None)
    monkeypatch.setitem(__import__("sys").modules, "pyhanko.pdf_utils.misc", None)
    judged = proving.judge(sealed)
    assert (judged.seal, judged.verdict) == (ProofAnswer.UNPROVED, ProofAnswer.UNPROVED)
    assert isinstance(judged.trouble, AppError)


def test_an_update_that_points_elsewhere_is_no_document_of_ours(
    services: Services, company: tuple[Certificate, bytes], tmp_path: Path
) -> None:
    pdf = issued(services, tmp_path).pdf
    sealed, _ = services.verifying.seal(pdf, company[0])
    for entry in (b"<</Type /Catalog /Pages 1 0 R>>", b"null"):
        with pytest.raises(InvalidInput):
            verify(update(sealed, {900: entry}, 900))
