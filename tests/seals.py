"""A company certificate to seal with, made for the test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

PASSPHRASE = "口令1"


def company_certificate(folder: Path) -> tuple[Path, bytes]:
    """A certificate in a PKCS#12 file behind `PASSPHRASE`, and the certificate as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import pkcs12

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COMMON_NAME, "POSCare test seal"),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "测试终端服务有限公司"),
        ]
    )
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(
            x509.KeyUsage(True, True, False, False, False, False, False, False, False), True
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "company.p12"
    encryption = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, encryption)
    )
    return path, certificate.public_bytes(serialization.Encoding.PEM)
