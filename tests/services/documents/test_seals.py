"""Seals: what they prove, of whom and since when, and what is put under one beside it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import InvalidInput, Unavailable
from app.i18n import translator
from app.reports.data.sheets import Issuer
from app.services.documents.reading import Authenticity, read, verify
from app.services.documents.seal_reading import Seal, SealTrust, seals_of
from app.services.documents.seal_update import is_seal_only
from app.services.documents.sealing import Certificate, seal
from app.services.documents.verifying import DocumentProof, ProofAnswer
from app.services.documents.verifying import judge as judge_file
from app.texts.proof import seals_said
from tests.forgeries import update
from tests.reports.samples import document, render, service_report
from tests.seals import (
    COMPANY,
    PASSPHRASE,
    Issued,
    issue,
    revocation_list,
    stamping_authority,
)

pytest.importorskip("pyhanko.sign", reason="the extra 'seal' is not installed")


class Offices:
    """Whoever issues and holds certificates in these tests."""

    def __init__(self, folder: Path) -> None:
        self.root = issue(folder, "root", organization="测试认证中心", days=(-999, 30))
        self.company = issue(folder, "company", by=self.root)
        self.other = issue(folder, "other", organization="别家公司", by=self.root)
        self.ended = issue(folder, "ended", by=self.root, days=(-900, -5))
        self.stamps = issue(
            folder, "stamps", organization="时间戳", by=self.root, days=(-900, 30), stamps=True
        )
        self.not_yet = issue(folder, "not_yet", by=self.root, days=(5, 900))
        self.encrypts = issue(folder, "encrypts", by=self.root, encrypts=True)
        self.web = issue(folder, "web", by=self.root, web=True)
        (folder / "false").mkdir()
        self.false_root = issue(folder / "false", "root", organization="测试认证中心")
        self.namesake = issue(folder / "false", "company", by=self.false_root)
        self.stranger = issue(folder, "stranger", organization="路人")


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Offices:
    """Made once."""
    return Offices(tmp_path_factory.mktemp("offices"))


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """A report of the company, unsealed."""
    house = Issuer(company=COMPANY)
    acceptance = replace(service_report().acceptance, merchant=None, technician=None, reviewer=None)
    made = document(service_report(acceptance=acceptance), "service_report")
    return render([replace(made, house=house)]).pdf


def sealed_by(pdf: bytes, one: Issued, stamps: str = "") -> bytes:
    return seal(pdf, Certificate(file=str(one.path), secret=PASSPHRASE, stamps=stamps))[0]


def sealed_in_spite_of_its_period(pdf: bytes, one: Issued, stamps: str = "") -> bytes:
    """A seal that an expired certificate made, as another program makes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.services.documents.sealing._check_period", lambda _certificate: None)
        return sealed_by(pdf, one, stamps)


def judge(pdf: bytes, *roots: bytes, company: str = COMPANY) -> DocumentProof:
    """Judged in the office of a company that has no register."""
    return judge_file(pdf, None, roots, company=company)


def only(pdf: bytes, *given: Issued) -> Seal:
    (found,) = seals_of(pdf, [one.pem for one in given], {COMPANY})
    return found


def test_a_seal_is_pades_says_by_whom_since_when_and_which_root_vouches(
    pdf: bytes, offices: Offices
) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    sealed = sealed_by(pdf, offices.company)
    assert sealed.startswith(pdf)
    assert b"/ETSI.CAdES.detached" in sealed[len(pdf) :]
    found = only(sealed, offices.root)
    assert (found.intact, found.whole, found.trust) == (True, True, SealTrust.TRUSTED)
    assert (found.signer, found.issuer, found.root) == (COMPANY, "测试认证中心", "测试认证中心")
    assert found.at is not None
    assert before <= found.at <= datetime.now(UTC)
    assert found.stamped_by == "", "only the clock of whoever sealed says so"
    proof = verify(sealed)
    assert (proof.verdict, proof.sealed, proof.sound) == (Authenticity.GENUINE, True, True)
    assert judge(sealed, offices.root.pem).verdict is ProofAnswer.YES


@pytest.mark.parametrize(
    ("by", "given", "trust", "answer"),
    [
        ("company", (), SealTrust.NOT_ASKED, ProofAnswer.UNPROVED),
        ("company", ("root",), SealTrust.TRUSTED, ProofAnswer.YES),
        ("company", ("company",), SealTrust.TRUSTED, ProofAnswer.YES),
        ("company", ("stranger",), SealTrust.STRANGER, ProofAnswer.NO),
        ("company", ("false_root",), SealTrust.NAMESAKE, ProofAnswer.NO),
        ("other", ("root",), SealTrust.OTHER_COMPANY, ProofAnswer.UNPROVED),
        ("other", ("other",), SealTrust.TRUSTED, ProofAnswer.YES),
        ("namesake", ("root",), SealTrust.NAMESAKE, ProofAnswer.NO),
        ("namesake", ("company",), SealTrust.NAMESAKE, ProofAnswer.NO),
        ("stranger", ("root",), SealTrust.STRANGER, ProofAnswer.NO),
    ],
)
def test_who_vouches_is_told_apart(
    by: str,
    given: tuple[str, ...],
    trust: SealTrust,
    answer: ProofAnswer,
    offices: Offices,
    pdf: bytes,
) -> None:
    sealed = sealed_by(pdf, getattr(offices, by))
    judged = judge(sealed, *(getattr(offices, one).pem for one in given))
    assert [one.trust for one in judged.seals] == [trust]
    assert (judged.pages, judged.seal) == (ProofAnswer.YES, answer)
    assert judged.verdict is answer


def test_the_letterhead_of_a_file_does_not_say_whose_seal_counts(
    pdf: bytes, offices: Offices
) -> None:
    made = read(pdf)[0].document
    evil = sealed_by(render([replace(made, house=Issuer(company="别家公司"))]).pdf, offices.other)
    genuine = sealed_by(pdf, offices.company)
    for file, company, answer in (
        (evil, COMPANY, ProofAnswer.UNPROVED),
        (evil, "", ProofAnswer.UNPROVED),
        (genuine, "", ProofAnswer.UNPROVED),
        (genuine, "别家公司", ProofAnswer.UNPROVED),
        (genuine, f" {COMPANY}", ProofAnswer.YES),
    ):
        assert judge(file, offices.root.pem, company=company).verdict is answer
    assert judge(genuine, offices.company.pem, company="").verdict is ProofAnswer.YES
    assert judge(evil, offices.other.pem, company="").verdict is ProofAnswer.YES, "he was named"


def test_a_certificate_that_ended_is_proved_by_a_time_stamp_only(
    pdf: bytes, offices: Offices
) -> None:
    with pytest.raises(InvalidInput) as refused:
        sealed_by(pdf, offices.ended)
    assert refused.value.code == "seal.not_valid_today"
    late = sealed_in_spite_of_its_period(pdf, offices.ended)
    assert only(late, offices.root).trust is SealTrust.ENDED
    assert only(late, offices.stranger).trust is SealTrust.STRANGER
    judged = judge(late, offices.root.pem)
    assert (judged.seal, judged.verdict) == (ProofAnswer.UNPROVED, ProofAnswer.UNPROVED)
    for days, trust in ((20, SealTrust.TRUSTED), (1, SealTrust.ENDED)):
        then = datetime.now(UTC) - timedelta(days=days)
        with stamping_authority(offices.stamps, then) as address:
            stamped = sealed_in_spite_of_its_period(pdf, offices.ended, address)
        assert only(stamped, offices.root).trust is trust


def test_a_time_stamp_proves_since_when(pdf: bytes, offices: Offices) -> None:
    with stamping_authority(offices.stamps) as address:
        sealed = sealed_by(pdf, offices.company, address)
    found = only(sealed, offices.root)
    assert (found.trust, found.stamped_by) == (SealTrust.TRUSTED, "时间戳")
    assert verify(sealed).sound
    assert only(sealed, offices.company).stamped_by == "", "nobody given vouches for the stamp"


def test_an_authority_that_does_not_answer_leaves_no_seal(pdf: bytes, offices: Offices) -> None:
    with stamping_authority(offices.stamps) as address:
        pass
    with pytest.raises(Unavailable) as silent:
        sealed_by(pdf, offices.company, address)
    assert silent.value.code == "seal.no_stamp"
    with pytest.raises(InvalidInput) as wrong:
        sealed_by(pdf, offices.company, "file:///etc/passwd")
    assert wrong.value.code == "seal.stamp_address"


def test_a_seal_of_an_earlier_version_is_still_read(pdf: bytes, offices: Offices) -> None:
    sealed = appended(pdf, offices.company, lambda _writer: None, subfilter="ADOBE_PKCS7_DETACHED")
    judged = judge(sealed, offices.root.pem)
    assert (judged.pages, judged.seal) == (ProofAnswer.YES, ProofAnswer.YES)


# --- what else may stand in the update that seals -------------------------------------------------


def appended(
    pdf: bytes, by: Issued, change: Callable[[Any], None], *, subfilter: str = "PADES", **facts: Any
) -> bytes:
    """A seal made by another program, which changes more in the same update."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    fields.append_signature_field(writer, fields.SigFieldSpec("POSCareSeal"))
    change(writer)
    out = io.BytesIO()
    metadata = signers.PdfSignatureMetadata(
        field_name="POSCareSeal", subfilter=fields.SigSeedSubFilter[subfilter], **facts
    )
    signer = signers.SimpleSigner.load_pkcs12(str(by.path), passphrase=PASSPHRASE.encode())
    signers.sign_pdf(writer, metadata, signer=signer, output=out)
    return out.getvalue()


def _page(writer: Any) -> Any:
    return writer.root["/Pages"]["/Kids"][0].get_object()


def _made(text: str) -> Any:
    """PDF syntax as an object."""
    from pyhanko.pdf_utils import generic

    stream = io.BytesIO(text.encode("latin-1"))
    return generic.read_object(stream, generic.Reference(1, 0, None))


NOTE = "<< /Type /Annot /Subtype /FreeText /Rect [9 9 400 440] /Contents (paid) /DA (/He 9 Tf) >>"


def note_within_the_page(writer: Any) -> None:
    """A note that is no object of its own."""
    page = _page(writer)
    page["/Annots"] = _made(f"[ {NOTE} ]")
    writer.update_container(page)


def note_beside_the_field(writer: Any) -> None:
    """A note in the list of the page's annotations."""
    page = _page(writer)
    page["/Annots"].append(_made(NOTE))
    writer.update_container(page)


def turned(writer: Any) -> None:
    """The page turned."""
    page = _page(writer)
    page["/Rotate"] = _made("90 ")
    writer.update_container(page)


def script_in_the_catalog(writer: Any) -> None:
    """A script."""
    writer.root["/OpenAction"] = _made("<< /S /JavaScript /JS (app.alert\\(1\\)) >>")
    writer.update_root()


def script_in_the_extensions(writer: Any) -> None:
    """Anything under a name sealing may write."""
    writer.root["/Extensions"] = _made(
        "<< /ESIC << /Type /DeveloperExtensions /BaseVersion /1.7 /ExtensionLevel 1"
        " /JS (app.alert\\(1\\)) >> >>"
    )
    writer.update_root()


def field_with_a_picture(writer: Any) -> None:
    """The field of the seal shows something."""
    field = writer.root["/AcroForm"]["/Fields"][0]
    field["/Rect"] = _made("[ 0 0 400 400 ]")
    writer.update_container(field)


def other_words_in_the_facts(writer: Any) -> None:
    """What a viewer shows as the program that made it."""
    information = writer.trailer["/Info"]
    information["/Author"] = _made("(paid 99 999)")
    writer.update_container(information)


@pytest.mark.parametrize(
    "change",
    [
        note_within_the_page,
        note_beside_the_field,
        turned,
        script_in_the_catalog,
        script_in_the_extensions,
        field_with_a_picture,
        other_words_in_the_facts,
    ],
)
def test_nothing_is_put_in_with_a_seal(
    change: Callable[[Any], None], pdf: bytes, offices: Offices
) -> None:
    made = appended(pdf, offices.company, change)
    judged = judge(made, offices.root.pem)
    assert judged.pages is not ProofAnswer.YES
    assert judged.verdict is not ProofAnswer.YES


BESIDE_THE_TABLE = {
    "the table of a hybrid file": (rb"/Size (\d+)\n", rb"/Size \1\n/XRefStm 87324\n"),
    "encryption": (rb"/Size (\d+)\n", rb"/Size \1\n/Encrypt 33 0 R\n"),
    "a script": (rb"/Size (\d+)\n", rb"/Size \1\n/JS (app.alert\(1\))\n"),
    "more objects than there are": (rb"/Size (\d+)", rb"/Size 9\1"),
    "a name twice": (rb"/Info (\d+) 0 R", rb"/Info \1 0 R /Info 1 0 R"),
    "a remark in the trailer": (rb"/Prev (\d+)\n", rb"/Prev \1 % paid 99 999\n"),
    "a remark before it": (rb"trailer\n", rb"% paid 99 999\ntrailer\n"),
    "a free object": (rb"(trailer\n)", rb"5 1\n0000000000 00001 f \n\1"),
    "another beginning of what is free": (rb"0000000000 65535 f", rb"0000000005 65535 f"),
    "a second trailer": (rb"\nstartxref", rb"\ntrailer\n<< /Root 1 0 R >>\nstartxref"),
}


@pytest.mark.parametrize("way", BESIDE_THE_TABLE)
def test_nothing_stands_beside_the_table_of_a_seal(way: str, pdf: bytes, offices: Offices) -> None:
    sealed = sealed_by(pdf, offices.company)
    assert is_seal_only(sealed, len(pdf))
    at = sealed.rindex(b"xref\n", 0, sealed.rindex(b"startxref"))
    old, new = BESIDE_THE_TABLE[way]
    table = re.sub(old, new, sealed[at:], count=1)
    assert table != sealed[at:]
    made = _measured_anew(sealed[:at] + table, len(table) - len(sealed[at:]))
    assert not is_seal_only(made, len(pdf))


def _measured_anew(pdf: bytes, longer: int) -> bytes:
    """What the signature says it covers, up to the new end: whoever signs can have it so."""
    *_rest, found = re.finditer(rb"/ByteRange \[0 \d+ \d+ (\d+)\]", pdf)
    covered = b"%d" % (int(found[1]) + longer)
    assert len(covered) == len(found[1])
    return pdf[: found.start(1)] + covered + pdf[found.end(1) :]


def test_a_reason_in_a_seal_is_no_word_of_ours(pdf: bytes, offices: Offices) -> None:
    made = appended(pdf, offices.company, lambda _writer: None, reason="merchant paid 99 999")
    assert judge(made, offices.root.pem).pages is not ProofAnswer.YES


def test_two_seals_are_none(pdf: bytes, offices: Offices) -> None:
    sealed = sealed_by(pdf, offices.company)
    with pytest.raises(InvalidInput) as refused:
        sealed_by(sealed, offices.company)
    assert refused.value.code == "seal.twice"
    assert judge(update(sealed, {900: b"null"}), offices.root.pem).verdict is (ProofAnswer.NO)


@pytest.mark.parametrize(
    ("by", "trust", "answer", "said"),
    [
        ("ended", SealTrust.ENDED, ProofAnswer.UNPROVED, "not valid today"),
        ("not_yet", SealTrust.NOT_YET, ProofAnswer.UNPROVED, "not valid yet"),
        ("encrypts", SealTrust.WRONG_USAGE, ProofAnswer.UNPROVED, "something else than signatures"),
        ("web", SealTrust.WRONG_USAGE, ProofAnswer.UNPROVED, "something else than signatures"),
        ("stranger", SealTrust.STRANGER, ProofAnswer.NO, "NO certificate given vouches"),
    ],
)
def test_each_fault_of_a_certificate_has_its_sentence(
    by: str, trust: SealTrust, answer: ProofAnswer, said: str, offices: Offices, pdf: bytes
) -> None:
    sealed = sealed_in_spite_of_its_period(pdf, getattr(offices, by))
    judged = judge(sealed, offices.root.pem)
    assert [one.trust for one in judged.seals] == [trust]
    assert (judged.seal, judged.verdict) == (answer, answer)
    assert said in "\n".join(seals_said(translator("en"), judged))


def test_whether_a_certificate_was_called_back_is_known_from_lists_that_were_given(
    pdf: bytes, offices: Offices, tmp_path: Path
) -> None:
    sealed = sealed_by(pdf, offices.company)

    def judged(*lists: bytes) -> tuple[SealTrust, ProofAnswer, str]:
        found = judge(sealed, offices.root.pem, *lists)
        return found.seals[0].trust, found.verdict, "\n".join(seals_said(translator("en"), found))

    trusted, genuine = SealTrust.TRUSTED, ProofAnswer.YES
    unknown = "cannot be proved that the certificate was not called back"
    assert judged()[:2] == (trusted, genuine)
    assert unknown in judged()[2]
    clean = revocation_list(offices.root, offices.other)
    assert judged(clean)[:2] == (trusted, genuine)
    assert "Not called back, by the list of its issuer" in judged(clean)[2]
    called_back = revocation_list(offices.root, offices.company)
    assert judged(called_back)[:2] == (SealTrust.REVOKED, ProofAnswer.NO)
    assert "CALLED BACK" in judged(clean, called_back)[2]
    assert unknown in judged(revocation_list(offices.root, days=(-30, -1)))[2], "no longer in force"
    foreign = revocation_list(offices.false_root, offices.company)
    assert judged(foreign)[:2] == (trusted, genuine), "a list its issuer did not sign"
    assert unknown in judged(foreign)[2]
    with pytest.raises(InvalidInput, match=r"seal\.not_a_root"):
        judged(b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n")


def test_a_time_stamp_from_before_it_was_called_back_keeps_a_seal(
    pdf: bytes, offices: Offices
) -> None:
    with stamping_authority(offices.stamps, datetime.now(UTC) - timedelta(hours=12)) as stamps:
        sealed = sealed_by(pdf, offices.company, stamps)
    for since, trust in ((0, SealTrust.TRUSTED), (-1, SealTrust.REVOKED)):
        called_back = revocation_list(offices.root, offices.company, since=since)
        assert judge(sealed, offices.root.pem, called_back).seals[0].trust is trust
