"""A server over the network: who it is, who we are, and what cannot weaken either."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from psycopg import pq
from sqlalchemy.engine import make_url

from app.domain.errors import Unavailable
from app.exchange import hub_carrier
from app.exchange.hub_address import OPTIONS, HubAddress, connection_options
from app.exchange.hub_carrier import Carrier
from app.exchange.hub_connection import HubConnection, connect
from app.exchange.hub_parcels import ParcelFolder
from app.i18n import translator
from app.texts import error_text
from tests.exchange.certificates import Authority
from tests.exchange.cutting_proxy import CuttingProxy
from tests.exchange.hub_network import HubNetwork, exchange_of
from tests.exchange.test_sync_cases import assert_equal, report
from tests.postgres import Server

pytestmark = pytest.mark.postgres

SECRET = "geheim 口令"


@dataclass(frozen=True)
class Site:
    """A server with TLS, and the certificates around it."""

    server: Server
    port: int
    database: str
    authority: Authority
    stranger: Authority
    certificate: Path

    def address(self, user: str) -> HubAddress:
        """How everybody reaches it; the administrator at the machine itself."""
        if user == "postgres":
            host, certificate = str(self.server.sockets), ""
        else:
            host, certificate = "localhost", str(self.authority.path)
        return HubAddress(
            host=host, port=self.port, database=self.database, user=user, certificate=certificate
        )

    def administer(self, statement: str) -> None:
        """Let the administrator do something."""
        with connect(self.address("postgres"), "") as connection:
            connection.execute(statement)

    def show(self, certificate: tuple[bytes, bytes]) -> None:
        """The server shows this certificate from now on."""
        key = self.certificate.with_suffix(".key")
        self.certificate.write_bytes(certificate[0])
        key.write_bytes(certificate[1])
        key.chmod(0o600)
        if os.geteuid() == 0:
            shutil.chown(key, "nobody")


_RULES = """
local all postgres trust
local all all scram-sha-256
hostssl all all 127.0.0.1/32 scram-sha-256
hostnossl all all all reject
"""


@pytest.fixture(scope="module")
def site(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server at a port of this machine that admits nobody without encryption and password."""
    folder = tmp_path_factory.mktemp("certificates")
    rules = server.folder / "pg_hba.conf"
    before = rules.read_text()
    shown = server.sockets / "server.pem"
    with server.empty_database() as url:
        rules.write_text(_RULES)
        made = Site(
            server,
            0,
            make_url(url).database or "",
            Authority(folder, "company"),
            Authority(folder, "stranger"),
            shown,
        )
        made.show(made.authority.issue("localhost"))
        with server.at_a_port(
            f"-c ssl=on -c ssl_cert_file={shown} -c ssl_key_file={shown.with_suffix('.key')}"
        ) as port:
            yield replace(made, port=port)
            rules.write_text(before)


@pytest.fixture
def hub(
    site: Site,
    joined_folder: Path,
    template: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[HubNetwork]:
    """An office and a laptop that exchange through the server."""
    monkeypatch.setattr(hub_carrier, "LONGEST_WAIT", 0.0)
    shutil.copytree(joined_folder, tmp_path / "network")
    made = HubNetwork(tmp_path / "network", template, site.address, laptops=1)
    made.begin()
    yield made
    made.close()
    site.administer("DROP SCHEMA hub CASCADE")


def refusal(action: Callable[[], object], password: str = SECRET) -> Unavailable:
    """Why the server cannot be used: a sentence in both languages that never holds the password."""
    with pytest.raises(Unavailable) as refused:
        action()
    for language in ("zh", "en"):
        said = error_text(translator(language), refused.value)
        assert said.count("{") == 0
        assert password not in said
    assert password not in str(refused.value)
    assert refused.value.code.startswith("hub.")
    return refused.value


def test_case_62_only_the_right_server_is_talked_to(site: Site, hub: HubNetwork) -> None:
    """Another name, another authority, no certificate file, an expired certificate, no encryption:
    refused with a sentence each, and the work stays."""
    one = hub.laptops[0]
    report(one)
    login = hub.logins[one.letter]
    right = site.address(login.login)

    def code(**other: Any) -> str:
        address = replace(right, **other)
        return refusal(lambda: HubConnection(address, login.password), login.password).code

    assert code(host="127.0.0.1") == "hub.wrong_name"
    assert code(certificate=str(site.stranger.path)) == "hub.other_authority"
    assert code(certificate=str(site.stranger.path) + "x") == "hub.certificate_unreadable"
    assert code(host="127.0.0.1", certificate="") == "hub.not_admitted_here"
    assert exchange_of(one).status().waiting == 1


@pytest.mark.parametrize(
    ("days", "signed_by", "code"),
    [(-1, "authority", "hub.certificate_expired"), (30, "stranger", "hub.other_authority")],
)
def test_case_62_a_server_that_shows_a_bad_certificate_is_refused(
    site: Site, days: int, signed_by: str, code: str
) -> None:
    """Expired, or somebody in the middle who signed one of his own."""
    signer: Authority = getattr(site, signed_by)
    with _shown(site, signer.issue("localhost", days=days)):
        assert _code_once_it_is(site, code)
    assert _code_once_it_is(site, "hub.password")


@contextlib.contextmanager
def _shown(site: Site, certificate: tuple[bytes, bytes]) -> Iterator[None]:
    site.show(certificate)
    site.administer("SELECT pg_reload_conf()")
    yield
    site.show(site.authority.issue("localhost"))
    site.administer("SELECT pg_reload_conf()")


def _code_once_it_is(site: Site, wanted: str) -> bool:
    """The server takes a moment to load its certificate anew; what it refuses with then."""
    found = (
        refusal(lambda: HubConnection(site.address("nobody"), SECRET)).code for _ in range(2000)
    )
    return wanted in found


def test_case_62_a_server_without_encryption_gets_nothing(tmp_path: Path) -> None:
    """Whoever sits in the middle says that the server knows no encryption."""
    received = []

    def answer(listener: socket.socket) -> None:
        line, _whose = listener.accept()
        with line:
            line.recv(8)  # asks for TLS
            line.sendall(b"N")
            received.append(line.recv(100))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        helper = threading.Thread(target=answer, args=(listener,))
        helper.start()
        address = HubAddress(
            host="127.0.0.1",
            port=listener.getsockname()[1],
            database="d",
            user="u",
            certificate=str(Authority(tmp_path, "company").path),
        )
        assert refusal(lambda: HubConnection(address, SECRET)).code == "hub.not_encrypted"
        helper.join(10)
    assert received == [b""]


def test_case_61_an_encrypted_line_that_is_cut(site: Site, hub: HubNetwork, tmp_path: Path) -> None:
    """A broken line is told from a server that cannot be trusted: it is opened again."""
    one = hub.laptops[0]
    login = hub.logins[one.letter]
    content = os.urandom(300_000)
    folder = ParcelFolder(tmp_path / "parcels")
    made = folder.add("", "test", lambda path: path.write_bytes(content))
    proxy = CuttingProxy(site.port)
    address = replace(site.address(login.login), port=proxy.port)
    try:
        for cut in ((20_000, 1 << 40), (1 << 40, 20_000)):
            proxy.cutting([cut] * 100)
            with contextlib.closing(
                Carrier(lambda: HubConnection(address, login.password))
            ) as carrier:
                if cut[0] < cut[1]:
                    carrier.send(made, folder, lambda _done, _of: None)
                else:
                    [waiting] = carrier.ask(lambda line: line.hello()).waiting
                    carrier.fetch(waiting, folder, lambda _done, _of: None)
                    assert folder.arriving(waiting).read_bytes() == content
            assert proxy.connections > 10
            # A laptop's parcels go to the office; here the laptop plays both.
            hub.administer("UPDATE hub.parcel SET recipient = sender")
    finally:
        proxy.close()


def test_case_63_a_changed_password_and_a_disabled_account(site: Site, hub: HubNetwork) -> None:
    """What was done meanwhile stays, waits, and arrives once the login is right again."""
    one = hub.laptops[0]
    login = hub.logins[one.letter]
    for statement, code in (
        (f"ALTER ROLE {login.login} PASSWORD 'another'", "hub.password"),
        (f"ALTER ROLE {login.login} NOLOGIN", "hub.password"),
    ):
        site.administer(statement)
        waiting = exchange_of(one).status().waiting
        report(one)
        assert refusal(lambda: hub.passed(one), login.password).code == code
        assert exchange_of(one).status().waiting == waiting + 1
    site.administer(f"ALTER ROLE {login.login} PASSWORD '{login.password}'")
    assert refusal(lambda: hub.passed(one), login.password).code == "hub.account_disabled"
    hub.admit(one)
    hub.settle_down()
    assert exchange_of(one).status().waiting == 0
    assert_equal(hub)


@pytest.mark.parametrize("through", ["variables", "service"])
def test_case_74_the_environment_weakens_nothing(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, through: str
) -> None:
    """Whatever variables and service file say: encrypted, to the right server, with SCRAM."""
    weak = {
        "sslmode": "disable",
        "sslrootcert": str(site.stranger.path),
        "channel_binding": "disable",
        "require_auth": "password",
        "gssencmode": "prefer",
        "hostaddr": "127.0.0.2",
        "options": "-c default_transaction_read_only=on",
    }
    if through == "variables":
        for one in pq.Conninfo.get_defaults():
            if one.envvar and one.keyword.decode() in weak:
                monkeypatch.setenv(one.envvar.decode(), weak[one.keyword.decode()])
    else:
        lines = "".join(f"{name}={value}\n" for name, value in weak.items())
        (tmp_path / "services").write_text(f"[weak]\n{lines}")
        monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
        monkeypatch.setenv("PGSERVICE", "weak")
    site.administer("CREATE ROLE checker LOGIN PASSWORD 'secret 1'")
    # A hub that was set up lets only its own logins in.
    site.administer(f'GRANT CONNECT ON DATABASE "{site.address("checker").database}" TO checker')
    try:
        with connect(site.address("checker"), "secret 1") as connection:
            row = connection.execute(
                "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            ).fetchone()
            assert row == (True, "TLSv1.3")
            for setting, value in (
                ("default_transaction_read_only", "off"),
                ("tcp_keepalives_idle", "15"),
                ("statement_timeout", "1min"),
            ):
                assert connection.execute(f"SHOW {setting}".encode()).fetchone() == (value,)
        wrong = replace(site.address("checker"), host="127.0.0.1")
        assert refusal(lambda: connect(wrong, "secret 1"), "secret 1").code == "hub.wrong_name"
    finally:
        site.administer("DROP OWNED BY checker")
        site.administer("DROP ROLE checker")


def test_case_74_everything_the_environment_could_say_is_said() -> None:
    """Each option the client library reads from a variable is given, but the service, which never
    goes before what is given."""
    readable = {one.keyword.decode() for one in pq.Conninfo.get_defaults() if one.envvar}
    address = HubAddress(host="h", database="d", user="u", certificate="c")
    given = connection_options(address, "")
    assert readable - set(given) == {"service"}
    assert given["sslmode"] == OPTIONS["sslmode"] == "verify-full"


def test_case_74_a_service_that_does_not_exist_is_told(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSERVICE", "nowhere")
    found = refusal(lambda: HubConnection(site.address("nobody"), SECRET))
    assert found.code == "hub.service_variable"


def test_no_password_of_a_login_is_in_the_log_of_the_server(site: Site, hub: HubNetwork) -> None:
    """The administrator makes logins; a server that logs statements logs no password."""
    site.administer("ALTER SYSTEM SET log_statement = 'all'")
    site.administer("SELECT pg_reload_conf()")
    hub.admit(hub.laptops[0])
    site.administer("ALTER SYSTEM RESET log_statement")
    log = (site.server.sockets / "log").read_text(encoding="utf-8", errors="replace")
    assert "SCRAM-SHA-256$" in log
    assert hub.logins[hub.laptops[0].letter].password not in log
