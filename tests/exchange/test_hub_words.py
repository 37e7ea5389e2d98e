"""Addresses as people write them, and what client library and servers say, in words of ours."""

from __future__ import annotations

import pytest

from app.domain.errors import InvalidInput
from app.exchange import hub_faults
from app.exchange.hub_address import HubAddress, hub_address
from app.exchange.hub_faults import fault_of
from app.i18n import translator
from app.texts import error_text
from app.texts.hub import PROBLEMS

ADDRESS = HubAddress(host="db.example.com", database="d", user="u", certificate="ca.pem")


@pytest.mark.parametrize(
    ("written", "host", "port"),
    [
        ("127.0.0.1", "127.0.0.1", 5432),
        ("127.0.0.1:6000", "127.0.0.1", 6000),
        ("::1", "::1", 5432),
        ("[::1]:6000", "::1", 6000),
        ("[::1]", "::1", 5432),
        (" /run/postgresql ", "/run/postgresql", 5432),
        ("/run/postgresql:6000", "/run/postgresql", 6000),
    ],
)
def test_a_server_of_this_machine_needs_no_certificate(written: str, host: str, port: int) -> None:
    found = hub_address(written, "d", "u", "")
    assert (found.host, found.port, found.encrypted) == (host, port, False)
    assert hub_address(found.server, "d", "u", "") == found


@pytest.mark.parametrize(
    "server", ["localhost", "db.example.com", "10.0.0.5:6000", "127.0.0.1.evil.com", "0.0.0.0"]
)
def test_every_other_needs_one(server: str) -> None:
    """Also a name for this machine: a name can be made to lead elsewhere."""
    with pytest.raises(InvalidInput) as refused:
        hub_address(server, "d", "u", "")
    assert [one.code for one in refused.value.problems] == ["hub.certificate_missing"]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        hub_address("h:99999", " ", "", "/nowhere/ca.pem")
    assert {(one.field, one.code) for one in refused.value.problems} == {
        ("hub_server", "address.bad_port"),
        ("hub_database", "text.missing"),
        ("hub_user", "text.missing"),
        ("hub_certificate", "file.unreadable"),
    }


SAID = {
    # as libpq 15 to 18 and PostgreSQL 15 to 17 say it, on Linux, macOS and Windows
    'could not translate host name "h" to address: Unknown host': "hub.unknown_host",
    "[Errno 11001] getaddrinfo failed": "hub.unknown_host",
    'connection to server at "10.0.0.5", port 5432 failed: Connection refused (0x0000274D/10061)'
    " Is the server running on that host and accepting TCP/IP connections?": "hub.nobody_listens",
    "connection timeout expired": "hub.no_answer",
    'connection to server at "h" (10.0.0.5), port 5432 failed: No route to host': "hub.no_answer",
    'server certificate for "a" (and 2 other names) does not match host name "b"': "hub.wrong_name",
    'root certificate file "ca.pem" does not exist': "hub.certificate_unreadable",
    'could not read root certificate file "ca.pem": no certificate': "hub.certificate_unreadable",
    "server does not support SSL, but SSL was required": "hub.not_encrypted",
    "SSL error: tlsv1 alert protocol version": "hub.encryption_failed",
    "channel binding required, but server authenticated client without it": "hub.weak_sign_in",
    'authentication method requirement "scram-sha-256" failed: server requested a cleartext'
    " password": "hub.weak_sign_in",
    'FATAL:  password authentication failed for user "u"': "hub.password",
    '致命错误:  用户 "u" Password 认证失败': "hub.password",
    'FATAL:  role "u" does not exist': "hub.password",
    '致命错误:  角色 "u" 不存在': "hub.password",
    'FATAL:  role "u" is not permitted to log in': "hub.account_disabled",
    '致命错误:  不允许角色"u" 进行登录': "hub.account_disabled",
    'FATAL:  no pg_hba.conf entry for host "1.2.3.4", no encryption': "hub.not_admitted_here",
    '致命错误:  没有用于主机 "1.2.3.4", SSL加密 的 pg_hba.conf 记录': "hub.not_admitted_here",
    'FATAL:  database "d" does not exist': "hub.no_database",
    '致命错误:  数据库 "d" 不存在': "hub.no_database",
    "FATAL:  sorry, too many clients already": "hub.full",
    "FATAL:  remaining connection slots are reserved for superusers": "hub.full",
    "FATAL:  the database system is starting up": "hub.starting",
    "致命错误:  数据库系统启动中": "hub.starting",
    "server closed the connection unexpectedly": "hub.cut",
    "SSL SYSCALL error: EOF detected": "hub.cut",
    "SSL SYSCALL error: Connection reset by peer (0x00002746/10054)": "hub.cut",
    "SSL error: unexpected eof while reading": "hub.cut",
    "SSL connection has been closed unexpectedly": "hub.cut",
    'definition of service "x" not found': "hub.service_variable",
    # the first of two addresses of a name did not answer, the second said why
    "to ::1: Connection refused\nFATAL:  password authentication failed": "hub.password",
}


@pytest.mark.parametrize("said", SAID)
def test_what_is_said_while_connecting(said: str) -> None:
    found = fault_of(RuntimeError(said), ADDRESS)
    assert found is not None
    assert found.code == SAID[said]


@pytest.mark.parametrize(
    "code", sorted({code for _state, code in hub_faults.BY_STATE} | set(SAID.values()))
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_fault_has_a_sentence_that_names_the_server(code: str, language: str) -> None:
    class Failure(Exception):
        sqlstate = next((state for state, one in hub_faults.BY_STATE if one == code), None)

    text = next((said for said, one in SAID.items() if one == code), "")
    found = fault_of(Failure(text), ADDRESS)
    assert found is not None
    said = error_text(translator(language), found)
    assert found.code == code
    assert code in PROBLEMS
    assert "db.example.com" in said or code in {
        "hub.certificate_unreadable",
        "hub.service_variable",
    }
