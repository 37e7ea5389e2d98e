"""Reading a document back: what is inside is what was printed, and a forgery is found out."""

from __future__ import annotations

import json
import re
import subprocess
import zlib
from pathlib import Path

import pytest

from app.domain.errors import InvalidInput, Unavailable
from app.reports.data.content import content_of, hash_of
from app.services.documents.reading import Authenticity, read, verify
from tests.reports.samples import document, render, service_report
from tests.reports.samples_more import document_named, everything, source
from tests.seals import company_certificate


@pytest.mark.parametrize("name", everything())
def test_every_document_is_read_back_and_proved(name: str) -> None:
    printed = document_named(name, "both")
    pdf = render([printed], source).pdf
    (copy,) = read(pdf)
    assert copy.content == json.loads(json.dumps(content_of(printed)))
    assert copy.sha256 == hash_of(content_of(printed))
    assert copy.printed
    proof = verify(pdf)
    assert (proof.verdict, proof.sound, proof.pages) == (Authenticity.GENUINE, True, ())


def test_a_batch_is_proved_document_by_document() -> None:
    names = ("service_report_photos", "addendum", "inspection")
    pdf = render([document_named(name, "zh") for name in names], source).pdf
    assert [copy.kind for copy in read(pdf)] == ["service_report", "addendum", "inspection"]
    assert verify(pdf).verdict is Authenticity.GENUINE


def _packed(content: bytes) -> bytes:
    """As small as it becomes: it has to fit where the stream was."""
    found = []
    for memory in range(1, 10):
        packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, memory)
        found.append(packer.compress(content) + packer.flush())
    return min(found, key=len)


def _forged(pdf: bytes, old: bytes, new: bytes) -> bytes:
    """The file with one stream changed, as a forger with a PDF editor would."""
    for match in re.finditer(rb"stream\n(.*?)\nendstream", pdf, re.S):
        try:
            content = zlib.decompress(match.group(1))
        except zlib.error:
            continue
        if old in content:
            packed = _packed(content.replace(old, new))
            packed += b"\n" * (len(match.group(1)) - len(packed))
            assert len(packed) == len(match.group(1))
            return pdf[: match.start(1)] + packed + pdf[match.end(1) :]
    raise AssertionError("nothing to forge")


def test_changed_data_is_found_out() -> None:
    pdf = render([document(service_report(), "service_report")]).pdf
    forged = _forged(pdf, b'"result":"solved"', b'"result":"waited"')
    proof = verify(forged)
    assert not proof.sound
    assert not proof.copies[0].printed
    assert proof.verdict is Authenticity.DIFFERS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"priority":"p2"', b'"priority":"zz"'),
        (b'"channel":"merchant_call"', b'"channel":"merchant\\b\\t"'),
        (b'"kind":"travel"', b'"kind":"trav<l"'),
    ],
)
def test_data_no_document_of_ours_can_hold_is_judged_not_tripped_over(
    old: bytes, new: bytes
) -> None:
    pdf = render([document(service_report(), "service_report")]).pdf
    assert not verify(_forged(pdf, old, new)).sound


@pytest.mark.parametrize("name", ["schedule_year", "schedule_week", "labels", "warning_digest"])
def test_a_value_this_version_does_not_know_is_judged_too(name: str) -> None:
    pdf = render([document_named(name, "zh")], source).pdf
    old = {"labels": b'"stickers":"a4-24"', "warning_digest": b'"severity":"medium"'}
    new = {"labels": b'"stickers":"a4-4"', "warning_digest": b'"severity":"sodium"'}
    if name.startswith("schedule"):
        forged = _forged(pdf, b'"missed"', b'"forgot"')
    else:
        forged = _forged(pdf, old[name], new[name])
    assert not verify(forged).sound


def test_changed_pages_are_found_out() -> None:
    other = render([document(service_report(technician="李工"), "service_report")]).pdf
    # the pages of one report with the data of another
    forged = _forged(other, "李工".encode(), "张工".encode())
    proof = verify(forged)
    assert proof.verdict is Authenticity.DIFFERS
    assert proof.pages == (1,)


def test_a_copy_made_by_another_version_is_told_from_a_forgery(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.reports.render.PRODUCER", "POSCare 0.9")
    older = render([document(service_report(), "service_report")]).pdf
    monkeypatch.undo()
    assert verify(older).verdict is Authenticity.SAME_PAGES


def test_other_files_are_refused(tmp_path: Path) -> None:
    import io

    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    foreign = Canvas(out)
    foreign.drawString(100, 100, "foreign")
    foreign.save()
    for content, code in (
        (b"not a pdf", "file.not_a_pdf"),
        (b"", "file.not_a_pdf"),
        (out.getvalue(), "document.no_data"),
    ):
        with pytest.raises(InvalidInput) as refused:
            verify(content)
        assert refused.value.problems[0].code == code
    pdf = render([document(service_report(), "service_report")]).pdf
    for old, new in (
        (b'"priority":"p2"', b'"priority":17'),
        (b'"kind":"service_report"', b'"kind":"sheet"'),
        (b'"version":1', b'"version":2'),
        (b'"format":"poscare-document"', b'"format":"other"'),
        (b'"reopened":0', b'"extra":0'),
        (b'"languages":["zh"]', b'"languages":["xx"]'),
        (b'"languages":["zh"]', b'"languages":[]'),
    ):
        with pytest.raises(InvalidInput):
            read(_forged(pdf, old, new))


# --- the company's seal --------------------------------------------------------------------------

pyhanko = pytest.importorskip("pyhanko", reason="the extra 'seal' is not installed")


@pytest.fixture(scope="module")
def pkcs12(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A company certificate in a PKCS#12 file (passphrase 口令1), and the certificate as PEM."""
    return company_certificate(tmp_path_factory.mktemp("seal"))


def test_a_wrong_passphrase_or_file_is_said(pkcs12: tuple[Path, bytes], tmp_path: Path) -> None:
    from app.services.documents.sealing import Certificate, seal

    path, _ = pkcs12
    pdf = render([document(service_report(), "service_report")]).pdf
    other = tmp_path / "other.p12"
    other.write_bytes(b"no certificate")
    for certificate in (
        Certificate(),
        Certificate(file=str(path), secret="falsch"),
        Certificate(file=str(other)),
        Certificate(file=str(tmp_path / "none.p12")),
    ):
        with pytest.raises(InvalidInput):
            seal(pdf, certificate)
    with pytest.raises(Unavailable):
        seal(pdf, Certificate(library=str(tmp_path / "no-such-library.so")))


SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")


@pytest.mark.skipif(not SOFTHSM.exists(), reason="SoftHSM, a token in software, is not installed")
def test_a_token_behind_pkcs11_seals_too(
    pkcs12: tuple[Path, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed")
    from app.services.documents.seal_reading import SealTrust, seals_of
    from app.services.documents.sealing import Certificate, seal

    path, root = pkcs12
    _make_token(path, root, tmp_path, monkeypatch)
    pdf = render([document(service_report(), "service_report")]).pdf
    certificate = Certificate(library=str(SOFTHSM), token="company", label="seal", secret="1234")
    sealed, _ = seal(pdf, certificate)
    (found,) = seals_of(sealed, (root,))
    assert (found.unbroken, found.trust) == (True, SealTrust.TRUSTED)
    with pytest.raises(Unavailable):
        seal(pdf, Certificate(library=str(SOFTHSM), token="other", label="seal", secret="1234"))


def _make_token(path: Path, root: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A software token with the company's key and certificate."""
    import pkcs11
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.serialization import pkcs12 as reader
    from pkcs11.util.rsa import decode_rsa_private_key
    from pkcs11.util.x509 import decode_x509_certificate

    config = folder / "softhsm2.conf"
    (folder / "tokens").mkdir()
    config.write_text(f"directories.tokendir = {folder / 'tokens'}\n", encoding="utf-8")
    monkeypatch.setenv("SOFTHSM2_CONF", str(config))
    subprocess.run(
        [
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            "company",
            "--so-pin",
            "0000",
            "--pin",
            "1234",
        ],
        check=True,
        capture_output=True,
    )
    key, _, _ = reader.load_key_and_certificates(path.read_bytes(), "口令1".encode())
    assert key is not None
    encoded = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    der = x509.load_pem_x509_certificate(root).public_bytes(serialization.Encoding.DER)
    token = pkcs11.lib(str(SOFTHSM)).get_token(token_label="company")
    shared = {
        pkcs11.Attribute.LABEL: "seal",
        pkcs11.Attribute.ID: b"1",
        pkcs11.Attribute.TOKEN: True,
    }
    with token.open(user_pin="1234", rw=True) as session:
        session.create_object({**decode_rsa_private_key(encoded), **shared})
        session.create_object({**decode_x509_certificate(der), **shared})
