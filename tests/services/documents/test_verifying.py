"""Proof: what was issued here is proved, and every forgery of it is told from it and not sealed."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import AppError, InvalidInput
from app.reports.data.sheets import Issuer
from app.services import Services
from app.services.documents.issued import IssuedStanding
from app.services.documents.reading import Authenticity, verify
from app.services.documents.reporting import PrintedDocument
from app.services.documents.requests import Request
from app.services.documents.sealing import Certificate
from app.services.documents.verifying import ProofAnswer, judge
from tests.conftest import FrozenClock
from tests.factories import make_terminal
from tests.forgeries import FORGERIES, update
from tests.reports.samples import document, render, service_report
from tests.seals import PASSPHRASE, company_certificate
from tests.services.documents.paper import close, number_of, resolved, sign
from tests.services.documents.test_issued import wishes

pytest.importorskip("pyhanko", reason="the extra 'seal' is not installed")

NAMED = {
    "painted": "revision",
    "scripted": "script",
    "escaped": "script",
    "annotated": "annotation",
    "attached": "attachment",
    "layered": "layer",
    "with_form": "form",
    "appended": "revision",
}
"""What the answer must name, forgery by forgery."""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Certificate, bytes]:
    """The company's certificate to seal with, and as PEM."""
    path, root = company_certificate(tmp_path_factory.mktemp("company"))
    return Certificate(str(path), secret=PASSPHRASE), root


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


def test_every_kind_that_left_is_proved_plain_sealed_and_made_anew(
    services: Services, company: tuple[Certificate, bytes], tmp_path: Path
) -> None:
    incident = resolved(services, serial="TESTN91000000412", mid="848290058120412")
    sign(services, incident)
    for request in wishes(number_of(services, incident)):
        printed = services.reporting.pdf(request)
        before = services.verifying.judge(printed.pdf)
        assert (before.issued, before.pages) == (ProofAnswer.UNPROVED, ProofAnswer.YES), (
            request.kind
        )
        assert before.verdict is ProofAnswer.UNPROVED
        services.reporting.save(printed, tmp_path / f"{request.kind}.pdf")
        left = services.verifying.judge(printed.pdf)
        assert left.verdict is ProofAnswer.YES, request.kind
        assert {one.standing for one in left.registered} == {IssuedStanding.THIS_FILE}
        sealed, _ = services.verifying.seal(printed.pdf, company[0])
        held = services.verifying.judge(sealed, (company[1],))
        assert (held.verdict, held.seal, held.pages) == (ProofAnswer.YES,) * 3, request.kind
        assert {one.standing for one in held.registered} == {IssuedStanding.SAME_CONTENT}
        other = services.reporting.pdf(replace(request, language="en"))
        anew = services.verifying.judge(other.pdf)
        assert anew.verdict is ProofAnswer.YES, "another language says the same"


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_no_forgery_is_proved_and_none_is_sealed(
    forge: Callable[[bytes], bytes],
    services: Services,
    tmp_path: Path,
    company: tuple[Certificate, bytes],
) -> None:
    proving = services.verifying
    pdf = issued(services, tmp_path).pdf
    assert proving.judge(pdf).verdict is ProofAnswer.YES
    sealed, _ = proving.seal(pdf, company[0])
    for genuine in (pdf, sealed):
        forged = forge(genuine)
        assert forged != genuine
        judged = proving.judge(forged, (company[1],))
        assert judged.verdict is not ProofAnswer.YES
        assert judged.pages is not ProofAnswer.YES
        assert judged.proof.verdict is not Authenticity.GENUINE
        named = NAMED.get(forge.__name__)
        if genuine is pdf and named:
            assert judged.pages is ProofAnswer.NO
            assert named in judged.proof.foreign
        for issuing in (True, False):
            with pytest.raises(InvalidInput):
                proving.seal(forged, company[0], issuing=issuing)


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


def test_a_newer_version_is_said(services: Services, clock: FrozenClock, tmp_path: Path) -> None:
    incident = resolved(services)
    reporting = services.reporting
    request = Request(kind="service_report", subject=number_of(services, incident))
    first = reporting.pdf(request)
    reporting.save(first, tmp_path / "a.pdf")
    clock.forward(days=2)
    close(services, incident)
    reporting.save(reporting.pdf(request), tmp_path / "b.pdf")
    judged = services.verifying.judge(first.pdf)
    assert judged.verdict is ProofAnswer.YES
    assert judged.registered[0].newer_at == clock.now


def test_a_file_an_older_version_made_is_proved_by_the_register_alone(
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
    assert (judged.verdict, judged.pages) == (ProofAnswer.YES, ProofAnswer.UNPROVED)
    touched = printed.pdf.replace(b"POSCare 0.9", b"POSCare 0.8")
    assert services.verifying.judge(touched).verdict is ProofAnswer.UNPROVED
    assert services.verifying.seal(printed.pdf, company[0])[0].startswith(printed.pdf)


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


def test_a_seal_says_by_whom_and_who_vouches(
    services: Services,
    company: tuple[Certificate, bytes],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    proving = services.verifying
    pdf = issued(services, tmp_path).pdf
    namesake, other = company_certificate(tmp_path_factory.mktemp("namesake"))
    by_another, signer = proving.seal(pdf, Certificate(str(namesake), secret=PASSPHRASE))
    assert signer == "测试终端服务有限公司", "the name alone proves nothing"
    assert proving.judge(by_another).verdict is ProofAnswer.UNPROVED
    judged = proving.judge(by_another, (company[1],))
    assert (judged.seal, judged.verdict) == (ProofAnswer.NO, ProofAnswer.NO)
    assert proving.judge(by_another, (other,)).verdict is ProofAnswer.YES
    assert judge(by_another, None, (other,)).verdict is ProofAnswer.YES, (
        "a seal stands for the register"
    )
    with pytest.raises(InvalidInput) as refused:
        proving.judge(by_another, (b"no certificate",))
    assert refused.value.code == "seal.not_a_root"


def test_nothing_is_sealed_twice(
    services: Services, company: tuple[Certificate, bytes], tmp_path: Path
) -> None:
    proving = services.verifying
    sealed, _ = proving.seal(issued(services, tmp_path).pdf, company[0])
    for issuing in (True, False):
        with pytest.raises(InvalidInput) as refused:
            proving.seal(sealed, company[0], issuing=issuing)
        assert refused.value.code == "seal.twice"


def test_a_stranger_may_sign_what_he_appended_and_it_is_not_called_ours(
    services: Services, company: tuple[Certificate, bytes], tmp_path: Path
) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    from app.services.documents.sealing import _signer

    pdf = issued(services, tmp_path).pdf
    signer = _signer(company[0])
    for forge in (FORGERIES["annotated"], FORGERIES["painted"], lambda plain: plain):
        out = io.BytesIO()
        writer = IncrementalPdfFileWriter(io.BytesIO(forge(pdf)), strict=False)
        if forge(pdf) == pdf:
            # in the very update that is signed
            page = writer.root["/Pages"]["/Kids"][0].get_object()
            page["/Rotate"] = type(page["/Rotate"])(90)
            writer.update_container(page)
        signers.sign_pdf(
            writer,
            signers.PdfSignatureMetadata(field_name="POSCareSeal"),
            signer=signer,
            output=out,
        )
        judged = services.verifying.judge(out.getvalue(), (company[1],))
        assert judged.pages is ProofAnswer.NO
        assert judged.verdict is ProofAnswer.NO


def test_the_word_of_a_signature_in_a_text_is_no_signature(services: Services) -> None:
    worded = replace(document(service_report(), "service_report"), house=Issuer("/ByteRange [0 1]"))
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
