"""Certificates to seal with, made for the test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PASSPHRASE = "口令1"
COMPANY = "测试终端服务有限公司"


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with its key: in a PKCS#12 file behind `PASSPHRASE`, and as PEM."""

    path: Path
    pem: bytes
    certificate: Any
    key: Any


def issue(
    folder: Path,
    name: str = "company",
    *,
    organization: str = COMPANY,
    by: Issued | None = None,
    days: tuple[int, int] = (-1, 30),
    stamps: bool = False,
    encrypts: bool = False,
    web: bool = False,
) -> Issued:
    """A certificate valid from and until so many days from today, issued by another or by itself;
    `stamps` when it is that of a time stamping authority, `encrypts` when it is for encryption
    only, `web` when it is that of a web server."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import pkcs12

    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COMMON_NAME, f"POSCare test {name}"),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organization),
        ]
    )
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        not encrypts, not encrypts, encrypts, False, False, by is None, by is None, False, False
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(usage, True)
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), True)
    )
    if stamps:
        purpose = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, True)
    if web:
        purpose = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(purpose, False)
    certificate = builder.sign(by.key if by else key, hashes.SHA256())
    path = folder / f"{name}.p12"
    encryption = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, encryption)
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    return Issued(path, pem, certificate, key)


def revocation_list(
    by: Issued, *revoked: Issued, days: tuple[int, int] = (-1, 30), since: int = -1
) -> bytes:
    """A list of an authority (PEM), in force from and until so many days from today, of
    certificates it called back `since` that day."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    now = datetime.now(UTC)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(by.certificate.subject)
        .last_update(now + timedelta(days=days[0]))
        .next_update(now + timedelta(days=days[1]))
    )
    for one in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(one.certificate.serial_number)
        entry = entry.revocation_date(now + timedelta(days=since))
        builder = builder.add_revoked_certificate(entry.build())
    made = builder.sign(by.key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM)


def company_certificate(folder: Path) -> tuple[Path, bytes]:
    """The company's certificate, which it issued itself: its file, and as PEM."""
    made = issue(folder)
    return made.path, made.pem


@contextmanager
def stamping_authority(authority: Issued, at: datetime | None = None) -> Iterator[str]:
    """A time stamping authority on this computer that stamps with `at`, else with now; gives its
    address."""
    from asn1crypto import keys, tsp, x509
    from cryptography.hazmat.primitives import serialization
    from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

    encoding = serialization.Encoding.DER
    key = authority.key.private_bytes(
        encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    stamper = DummyTimeStamper(
        x509.Certificate.load(authority.certificate.public_bytes(encoding)),
        keys.PrivateKeyInfo.load(key),
        fixed_dt=at,
    )

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            answer = stamper.request_tsa_response(tsp.TimeStampReq.load(question)).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Nothing to say."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
