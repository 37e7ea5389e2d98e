"""What keeps a seat from its server is said with its own cause, and a server that does not prove
who it is gets nothing."""

from __future__ import annotations

import shutil
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from app import bootstrap
from app.domain.errors import Unavailable
from app.i18n import translator
from app.texts import PROBLEMS, error_text
from app.texts.hub import PROBLEMS as HUB_PROBLEMS
from db.engine import database_url
from db.server import connection_arguments, refusal_of
from db.server_refusals import REASONS
from tests.exchange.certificates import Authority
from tests.postgres import Server

pytestmark = pytest.mark.postgres


@dataclass(frozen=True)
class Site:
    """A server that shows certificates of a company at a port of this machine."""

    port: int
    database: str
    company: Authority
    stranger: Authority
    shown: Path
    server: Server

    def show(self, made: tuple[bytes, bytes]) -> None:
        """Show this certificate from now on."""
        for path, content in zip((self.shown, self.shown.with_suffix(".key")), made, strict=True):
            path.write_bytes(content)
            path.chmod(0o600)
            shutil.chown(path, self.server.folder.owner())
        self.server.reload()

    def address(self, certificate: Path | str = "", host: str = "localhost", more: str = "") -> str:
        """Of its database, with the file of an authority, or without one."""
        root = f"sslrootcert={certificate}&" if certificate else ""
        return f"postgresql://postgres@{host}:{self.port}/{self.database}?{root}{more}"


@pytest.fixture(scope="module")
def site(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Without passwords, so that nothing but the certificate keeps anybody out."""
    folder = tmp_path_factory.mktemp("certificates")
    shown = server.sockets / "seat.pem"
    with server.empty_database() as url:
        company, stranger = Authority(folder, "company"), Authority(folder, "stranger")
        name = database_url(url).database or ""
        made = Site(0, name, company, stranger, shown, server)
        made.show(company.issue("localhost"))
        ssl = f"-c ssl=on -c ssl_cert_file={shown} -c ssl_key_file={shown.with_suffix('.key')}"
        with server.at_a_port(ssl) as port:
            yield Site(port, name, company, stranger, shown, server)


def refused(target: str) -> Unavailable:
    with pytest.raises(Unavailable) as raised:
        bootstrap.check_address(target)
    for language in ("zh", "en"):
        said = error_text(translator(language), raised.value)
        assert "{" not in said
    return raised.value


def test_the_certificate_of_the_company_is_enough(site: Site) -> None:
    found = bootstrap.check_address(site.address(site.company.path))
    assert found is not None
    assert found.code == "db.server_empty"


def test_each_fault_of_a_certificate_is_told_apart(site: Site, tmp_path: Path) -> None:
    company = site.company.path
    assert refused(site.address(site.stranger.path)).code == "db.other_authority"
    assert refused(site.address()).code == "db.no_certificate"
    assert refused(site.address(tmp_path / "none.pem")).code == "db.certificate_unreadable"
    verified = site.address(company, host="127.0.0.1", more="sslmode=verify-full")
    assert refused(verified).code == "db.wrong_name"
    site.show(site.company.issue("localhost", days=-2))
    try:
        assert refused(site.address(company)).code == "db.certificate_expired"
    finally:
        site.show(site.company.issue("localhost"))


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
@pytest.mark.parametrize(
    "host", ["localhost", "db.example", "192.0.2.7", "127.0.0.1?hostaddr=192.0.2.7"]
)
def test_no_address_asks_for_less_than_a_proof(mode: str, host: str) -> None:
    address = f"postgresql://u@{host}{'&' if '?' in host else '/x?'}sslmode={mode}"
    with pytest.raises(Unavailable) as raised:
        connection_arguments(database_url(address))
    assert raised.value.code == "db.not_verified"
    assert error_text(translator("zh"), raised.value).count(mode) == 1


@contextmanager
def older_server(version: str) -> Iterator[int]:
    """The port of something that greets as PostgreSQL of a version does (PostgreSQL documentation,
    "Message Flow", "Start-up"), for no distribution has one that old any more."""

    def message(kind: bytes, content: bytes) -> bytes:
        return kind + struct.pack("!i", len(content) + 4) + content

    def serve(door: socket.socket) -> None:
        line, _address = door.accept()
        with line:
            line.recv(8)
            line.sendall(b"N")  # no encryption
            line.recv(4096)
            line.sendall(
                message(b"R", struct.pack("!i", 0))
                + message(b"S", f"server_version\0{version}\0".encode())
                + message(b"S", b"client_encoding\0UTF8\0")
                + message(b"Z", b"I")
            )
            line.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as door:
        served = threading.Thread(target=serve, args=(door,))
        served.start()
        yield door.getsockname()[1]
        served.join(10)


def test_a_server_that_is_too_old_is_said() -> None:
    with older_server("14.9") as port:
        error = refused(f"postgresql://u@127.0.0.1:{port}/x")
    assert (error.code, error.params["version"]) == ("db.old_server", 14)


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_has_a_sentence_for_seats_and_for_the_exchange(reason: str) -> None:
    assert f"hub.{reason}" in HUB_PROBLEMS
    if reason in _SAID:
        found = refusal_of(_SAID[reason], database_url("postgresql://u@127.0.0.1/x"))
        assert found is not None
        assert found.code in PROBLEMS
        assert "127.0.0.1" in error_text(translator("en"), found) or reason == "service_variable"


_SAID = {
    "unknown_host": "failed to resolve host 'db': Name or service not known",
    "wrong_name": 'server certificate for "a" does not match host name "b"',
    "certificate_unreadable": 'root certificate file "ca.pem" does not exist',
    "other_authority": "SSL error: certificate verify failed",
    "not_encrypted": "server does not support SSL, but SSL was required",
    "not_admitted_here": "no pg_hba.conf entry for host, no encryption",
    "weak_sign_in": "channel binding required but not supported by server",
    "service_variable": 'definition of service "x" not found',
    "password": 'FATAL:  用户 "u" Password 认证失败',
    "account_disabled": 'FATAL:  不允许角色"u" 进行登录',
    "full": "FATAL:  对不起, 已经有太多的客户",
    "starting": "FATAL:  the database system is starting up",
    "not_admitted": 'FATAL:  permission denied for database "x"',
    "no_database": 'FATAL:  数据库 "x" 不存在',
    "nobody_listens": "connection failed: Connection refused",
    "no_answer": "connection timeout expired",
    "cut": "server closed the connection unexpectedly",
    "encryption_failed": "tlsv1 alert protocol version",
}
