"""No forgery of any kind of document is called genuine, and nothing genuine is called forged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app import paths
from app.domain.documents import HandOut
from app.domain.errors import AppError, InvalidInput
from app.reports.render import render
from app.services import Services
from app.services.documents.issued import (
    HandedDocument,
    HandOutNote,
    IssuedStanding,
    keep_hand_out,
)
from app.services.documents.kinds import REQUESTABLE, layouts
from app.services.documents.reading import Authenticity, read
from app.services.documents.requests import Request
from app.services.documents.sealing import Certificate
from app.services.documents.verifying import DocumentProof, ProofAnswer
from tests.alike import some_of
from tests.forgeries import FORGERIES as WITH_AN_EDITOR
from tests.forgeries import NotApplicable, locked
from tests.reader_forgeries import READER_FORGERIES
from tests.seals import PASSPHRASE, issue
from tests.services.documents.office import Left, sample_office, wishes
from tests.services.documents.paper import number_of, resolved

pytest.importorskip("pyhanko.sign", reason="the extra 'seal' is not installed")
# The office is made once a process, and takes longer than most of the tests.
pytestmark = pytest.mark.xdist_group("forgeries")

FORGERIES = WITH_AN_EDITOR | READER_FORGERIES
NAMED = {
    "painted": "revision",
    "scripted": "script",
    "escaped": "script",
    "packed": "script",
    "packed_twice": "packed",
    "launching": "action",
    "annotated": "annotation",
    "attached": "attachment",
    "pinned": "attachment",
    "layered": "layer",
    "hidden": "layer",
    "with_form": "form",
    "appended": "revision",
    "locked": "encryption",
    "associated": "attachment",
    "outlined": "action",
    "acting": "action",
    "two_ways": "script",
    **dict.fromkeys(("labelled", "collected", "preferred", "forked", "freed"), "revision"),
}
"""What the second answer must name, forgery by forgery."""
SIGNED = ("service_report", "inspection")


@dataclass(frozen=True, slots=True)
class Office:
    """Services, what left from there, and the company's certificate."""

    services: Services
    left: tuple[Left, ...]
    certificate: Certificate
    root: bytes

    def judge(self, pdf: bytes, number: str = "") -> DocumentProof:
        return self.services.verifying.judge(pdf, (self.root,), number)

    def of(self, kind: str, language: str = "zh") -> Left:
        return next(one for one in self.left if one.name == f"{kind}-{language}")

    def sealed(self, left: Left) -> bytes:
        return self.services.verifying.seal(left.pdf, self.certificate)[0]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Iterator[Office]:
    """Documents of every kind of a part of the sample, in both languages, all of which left."""
    folder = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(folder / "home"))
        services = sample_office(folder, template)
        left = tuple(_left(services, request, folder) for request in wishes(services))
        company = issue(folder)
        certificate = Certificate(file=str(company.path), secret=PASSPHRASE)
        yield Office(services, left, certificate, company.pem)
        services.close()


def _left(services: Services, request: Request, folder: Path) -> Left:
    printed = services.reporting.pdf(request)
    services.reporting.save(printed, folder / f"{request.kind}-{request.language}.pdf")
    return Left(request, printed.pdf)


def attacked(office: Office, forged: bytes) -> DocumentProof | None:
    """What is said of a forgery; None when it is refused outright."""
    try:
        return office.judge(forged)
    except InvalidInput:
        return None


def test_the_documents_are_of_every_kind_in_both_languages(office: Office) -> None:
    kinds = {copy.kind for one in office.left for copy in read(one.pdf)}
    assert kinds == set(layouts())
    assert {one.request.kind for one in office.left} == set(REQUESTABLE)
    assert {one.request.language for one in office.left} == {"zh", "en"}
    assert any(len(office.of(kind).pdf) for kind in SIGNED)


def test_everything_that_left_is_genuine_plain_and_sealed(office: Office) -> None:
    for left in office.left:
        judged = office.judge(left.pdf)
        assert (judged.verdict, judged.issued, judged.pages, judged.seal) == (
            ProofAnswer.YES,
            ProofAnswer.YES,
            ProofAnswer.YES,
            ProofAnswer.NONE,
        ), left.name
        assert judged.proof.foreign == ()
        signed = left.request.kind in SIGNED
        assert (judged.signatures is ProofAnswer.YES) == signed, left.name
        if left.request.language == "en":
            continue
        sealed = office.judge(office.sealed(left))
        assert (sealed.verdict, sealed.pages, sealed.seal) == (ProofAnswer.YES,) * 3, left.name
        assert sealed.issued is ProofAnswer.UNPROVED, "the sealed file itself did not leave"


def attack(office: Office, name: str, genuine: bytes, *, sealed: bool = False) -> bool:
    """Forge a document in one way; whether that way exists for it."""
    try:
        forged = FORGERIES[name](genuine)
    except NotApplicable:
        return False
    assert forged != genuine
    judged = attacked(office, forged)
    if judged is not None:
        assert judged.verdict not in {ProofAnswer.YES, ProofAnswer.REPLACED}
        assert judged.issued is not ProofAnswer.YES, "it did not leave as this file"
        assert judged.pages is not ProofAnswer.YES
        assert judged.proof.verdict is not Authenticity.GENUINE
    if judged is not None and name in NAMED and not sealed:
        assert judged.pages is ProofAnswer.NO
        assert NAMED[name] in judged.proof.foreign
    return True


@pytest.mark.parametrize("name", some_of(FORGERIES, every=4))
def test_a_forgery_that_is_recorded_as_issued_is_no_better_for_its_pages(
    name: str, office: Office
) -> None:
    """Whoever has the program can record that a forgery left.  It is of the report that the other
    tests do not forge in this way: for them nothing is recorded."""
    turn = list(FORGERIES).index(name)
    forged = FORGERIES[name](office.of("service_report", ("en", "zh")[turn % 2]).pdf)
    before = attacked(office, forged)
    if before is None:
        return
    handed = [HandedDocument(one.kind, one.number, one.sha256) for one in before.proof.copies]
    keep_hand_out(office.services.context, handed, forged, HandOutNote(HandOut.SAVED))
    judged = office.judge(forged)
    assert judged.kept
    assert judged.pages is before.pages
    assert judged.verdict in {judged.pages, ProofAnswer.NO}
    with pytest.raises(InvalidInput):
        office.services.verifying.seal(forged, office.certificate)


@pytest.mark.parametrize("name", some_of(FORGERIES, every=6))
def test_no_forgery_of_a_sealed_or_another_document_is_called_genuine(
    name: str, office: Office
) -> None:
    turn = list(FORGERIES).index(name)
    report = office.of("service_report", ("zh", "en")[turn % 2])
    others = [one for one in office.left if one.request.kind != "service_report"]
    assert attack(office, name, office.sealed(report), sealed=True)
    attack(office, name, others[turn % len(others)].pdf)


@pytest.mark.parametrize("name", FORGERIES)
def test_no_forgery_is_called_genuine_or_sealed(name: str, office: Office) -> None:
    turn = list(FORGERIES).index(name)
    report = office.of("service_report", ("zh", "en")[turn % 2])
    assert attack(office, name, report.pdf)
    with pytest.raises(InvalidInput):
        office.services.verifying.seal(
            FORGERIES[name](report.pdf), office.certificate, issuing=bool(turn % 2)
        )


def test_a_document_made_anew_from_changed_data_is_not_what_was_issued(office: Office) -> None:
    for left in office.left:
        if left.request.language == "zh":
            continue
        copies = read(left.pdf)
        documents = [
            replace(copy.document, house=replace(copy.document.house, phone="400-999-9999"))
            for copy in copies
        ]
        forged = render(documents, layouts(), office.services.reporting._blobs.get).pdf
        if forged == left.pdf:
            assert layouts()[copies[0].kind].page is not None, "labels have no letterhead"
            continue
        judged = attacked(office, forged)
        assert judged is not None
        assert judged.pages is ProofAnswer.YES, "its pages do say what its data say"
        numbered = any(copy.number for copy in copies)
        expected = ProofAnswer.NO if numbered else ProofAnswer.UNPROVED
        assert (judged.issued, judged.verdict) == (expected, expected), left.name
        with pytest.raises(InvalidInput):
            office.services.verifying.seal(forged, office.certificate)


def test_another_number_under_ones_own_is_found(office: Office) -> None:
    services, left = office.services, office.of("service_report")
    other = number_of(services, resolved(services))
    report = read(left.pdf)[0].document
    forged = render(
        [replace(report, sheet=replace(report.sheet, number=other))],  # type: ignore[type-var]
        layouts(),
        services.reporting._blobs.get,
    ).pdf
    judged = attacked(office, forged)
    assert judged is not None
    assert judged.verdict is ProofAnswer.NO, "nobody signed that"
    assert judged.issued is ProofAnswer.UNPROVED, "nothing was issued under that number"
    right = left.request.subject
    assert office.judge(left.pdf, f" {right.lower()} ").verdict is ProofAnswer.YES
    wrong = office.judge(left.pdf, other)
    assert (wrong.another, wrong.issued, wrong.verdict) == (True, ProofAnswer.NO, ProofAnswer.NO)


def test_the_same_content_in_another_language_was_not_issued_as_this_file(office: Office) -> None:
    left = office.of("service_report")
    both = office.services.reporting.pdf(replace(left.request, language="both"))
    judged = office.judge(both.pdf)
    assert {one.standing for one in judged.registered} == {IssuedStanding.SAME_CONTENT}
    assert (judged.issued, judged.verdict) == (ProofAnswer.UNPROVED, ProofAnswer.UNPROVED)


def test_what_is_no_document_of_ours_is_refused(office: Office) -> None:
    for content in (b"", b"%PDF-1.7", b"%PDF-1.7\n" + b"<<" * 50_000, office.left[0].pdf[:9000]):
        with pytest.raises(AppError):
            office.judge(content)
    with pytest.raises(InvalidInput) as refused:
        office.judge(locked(office.left[0].pdf, "word"))
    assert refused.value.code == "file.locked"
