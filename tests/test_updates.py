"""An update is looked for only in the place that was set; what is fetched is what was offered."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import ssl
import sys
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app import __version__, updates
from app.domain.errors import AppError, Cancelled, InvalidInput, Unavailable

NEWER = "99.1"
INSTALLER = b"MZ" + bytes(range(256)) * 40


def offer(folder: Path, version: str = NEWER, **file: Any) -> Path:
    """A place that offers a version."""
    folder.mkdir(parents=True, exist_ok=True)
    name = "POSCare-setup.exe"
    (folder / name).write_bytes(INSTALLER)
    told = {
        "name": name,
        "size": len(INSTALLER),
        "sha256": hashlib.sha256(INSTALLER).hexdigest(),
        **file,
    }
    content = {
        "version": version,
        "published": "2026-12-01",
        "changes": {"zh": "修复打印", "en": "Printing mended"},
        "files": {updates.system_name(): told},
    }
    path = folder / updates.OFFER
    path.write_text(json.dumps(content), encoding="utf-8-sig")
    return folder


def test_a_newer_version_is_told_with_what_changed_and_fetched(tmp_path: Path) -> None:
    offered = updates.look(str(offer(tmp_path / "share")))
    assert (offered.version, offered.is_newer, offered.is_older) == (NEWER, True, False)
    assert offered.changes.zh == "修复打印"
    steps: list[tuple[int, int]] = []
    path = updates.fetch(offered, tmp_path, progress=lambda *step: steps.append(step))
    assert path.read_bytes() == INSTALLER
    assert steps[-1] == (len(INSTALLER), len(INSTALLER))


@pytest.mark.parametrize(
    ("older", "newer"),
    [("1.9", "1.10"), ("1.0", "1.0.1"), ("0.9.9", "1"), ("1.2.3", "1.2.3.1")],
)
def test_versions_are_compared_as_numbers(older: str, newer: str) -> None:
    assert updates.version_order(older) < updates.version_order(newer)
    assert updates.version_order("1") == updates.version_order("1.0.0")


def test_an_older_version_is_never_fetched(tmp_path: Path) -> None:
    offered = updates.look(str(offer(tmp_path / "share", "0.0.1")))
    assert offered.is_older
    with pytest.raises(InvalidInput, match=r"update\.older"):
        updates.fetch(offered, tmp_path)
    assert not (tmp_path / "POSCare-setup.exe").exists()


def test_the_same_version_is_no_news(tmp_path: Path) -> None:
    offered = updates.look(str(offer(tmp_path, __version__)))
    assert not offered.is_newer
    assert not offered.is_older


@pytest.mark.parametrize("wrong", [{"sha256": "0" * 64}, {"size": 5}, {"size": len(INSTALLER) + 1}])
def test_what_differs_from_the_offer_is_not_kept(tmp_path: Path, wrong: dict[str, Any]) -> None:
    offered = updates.look(str(offer(tmp_path / "share", **wrong)))
    kept = tmp_path / "kept"
    kept.mkdir()
    with pytest.raises(Unavailable, match=r"update\.damaged"):
        updates.fetch(offered, kept)
    assert not list(kept.iterdir())


def test_fetching_can_be_stopped(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    with pytest.raises(Cancelled):
        updates.fetch(updates.look(str(offer(tmp_path / "share"))), kept, cancelled=lambda: True)
    assert not list(kept.iterdir())


@pytest.mark.parametrize(
    "name", ["../evil.exe", "..\\evil.exe", "C:evil.exe", "/etc/passwd", "", ".hidden", "a\0b"]
)
def test_an_offer_names_no_file_outside_its_place(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unavailable, match=r"update\.unreadable"):
        updates.look(str(offer(tmp_path, name=name)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b'{"version": "1.1", "files": []}',
        b'{"version": "newest", "files": {}}',
        b'{"version": "1.1", "files": {}, "changes": 5}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b" " * (updates.LARGEST_OFFER + 1),
    ],
)
def test_what_cannot_be_read_is_a_refusal(tmp_path: Path, content: bytes) -> None:
    (tmp_path / updates.OFFER).write_bytes(content)
    with pytest.raises(Unavailable, match=r"update\.unreadable"):
        updates.look(str(tmp_path))


@pytest.mark.parametrize("place", ["http://updates.example/x", "file:///etc", "ftp://a/b"])
def test_only_folders_and_encrypted_addresses_are_asked(place: str) -> None:
    with pytest.raises(InvalidInput, match=r"update\.not_https"):
        updates.look(place)


def test_no_place_and_a_place_that_is_away_say_so(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"update\.no_source"):
        updates.look("  ")
    for place in (str(tmp_path / "gone"), "https://127.0.0.1:9/poscare"):
        with pytest.raises(Unavailable, match=r"update\.unreachable"):
            updates.look(place)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A web server with encryption that offers what lies in ``web``, and leads elsewhere from
    ``/away``; the program trusts its certificate."""
    folder = offer(tmp_path / "web")

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/away"):
                self.send_response(302)
                self.send_header("Location", f"http://127.0.0.1:{port}/{updates.OFFER}")
                self.end_headers()
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write((folder / Path(self.path).name).read_bytes())

        def log_message(self, *_args: Any) -> None:
            """Nobody reads it."""

    certificate = _certificate(tmp_path)
    web = HTTPServer(("127.0.0.1", 0), Answers)
    port = web.server_address[1]
    secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secured.load_cert_chain(certificate)
    web.socket = secured.wrap_socket(web.socket, server_side=True)
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(ssl, "_create_default_https_context", lambda: trusting)
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{port}"
    web.shutdown()
    thread.join()
    web.server_close()


def _certificate(folder: Path) -> Path:
    import ipaddress

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "updates of the test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path = folder / "certificate.pem"
    path.write_bytes(
        made.public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


def test_a_server_is_asked_as_a_folder_is(server: str, tmp_path: Path) -> None:
    offered = updates.look(f"{server}/poscare/")
    assert updates.fetch(offered, tmp_path).read_bytes() == INSTALLER


def test_no_answer_leads_away_from_encryption(server: str) -> None:
    with pytest.raises(Unavailable, match=r"update\.unreachable"):
        updates.look(f"{server}/away")


def test_the_proxy_is_that_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for a proxy that is not there, it does not go around it."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert urllib.request.getproxies()["https"] == "http://127.0.0.1:9"
    with pytest.raises(AppError, match=r"update\.unreachable"):
        updates.look("https://updates.example/poscare")


def test_the_script_of_the_packages_writes_what_the_program_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaging = Path(__file__).resolve().parents[1] / "resources" / "packaging"
    monkeypatch.syspath_prepend(str(packaging))
    spec = importlib.util.spec_from_file_location("offer", packaging / "offer.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "offer", script)
    spec.loader.exec_module(script)
    name = script.PACKAGES[updates.system_name()].format(version=__version__)
    (tmp_path / name).write_bytes(INSTALLER)
    (tmp_path / "zh.md").write_text("首个版本", encoding="utf-8")
    content = script.offer_of(tmp_path, tmp_path / "zh.md")
    (tmp_path / updates.OFFER).write_text(json.dumps(content), encoding="utf-8")
    offered = updates.look(str(tmp_path))
    assert offered.version == __version__
    assert offered.changes.zh == "首个版本"
    assert offered.changes.en
    assert offered.file is not None
    assert (offered.file.name, offered.file.size) == (name, len(INSTALLER))
