"""What keeps the exchange server from doing what is asked, as codes with a sentence each.

A refusal while connecting comes as text only, from the client library in English or from the server
in its own language; whatever comes later has an SQLSTATE (PostgreSQL documentation, appendix A).
"""

from __future__ import annotations

import socket
import ssl
import struct
from typing import Any

from app.domain.errors import Unavailable
from app.exchange.hub_address import HubAddress

BY_STATE = (
    ("PH001", "hub.not_admitted"),
    ("PH002", "hub.revoked"),
    ("PH003", "hub.no_recipient"),
    ("PH004", "hub.too_large"),
    ("PH005", "hub.only_the_office"),
    ("3F000", "hub.not_set_up"),  # no such schema
    ("42P01", "hub.not_set_up"),  # no such table
    ("42883", "hub.not_set_up"),  # no such function
    ("42501", "hub.not_admitted"),  # no privilege
    ("53100", "hub.disk_full"),
    ("53300", "hub.full"),
    ("53", "hub.disk_full"),
    ("54000", "hub.too_large"),
    ("25006", "hub.read_only"),
    ("55P03", "hub.busy"),
    ("57014", "hub.busy"),  # the server's own time limit
    ("40", "hub.busy"),
    ("57P", "hub.cut"),
    ("08", "hub.cut"),
    ("58", "hub.disk_full"),  # input or output error
    ("XX", "hub.damaged"),
)
_BY_TEXT = (
    # The client library's own words first; a certificate's reason before the general one.
    ("failed to resolve host", "hub.unknown_host"),
    ("could not translate host name", "hub.unknown_host"),
    ("name or service not known", "hub.unknown_host"),
    ("nodename nor servname", "hub.unknown_host"),
    ("getaddrinfo failed", "hub.unknown_host"),
    ("does not match host name", "hub.wrong_name"),
    ("could not get server's host name", "hub.wrong_name"),
    ("root certificate file", "hub.certificate_unreadable"),
    ("certificate verify failed", "hub.other_authority"),
    ("does not support ssl", "hub.not_encrypted"),
    ("no encryption", "hub.not_admitted_here"),
    ("channel binding", "hub.weak_sign_in"),
    ("authentication method requirement", "hub.weak_sign_in"),
    ("definition of service", "hub.service_variable"),
    ("service file", "hub.service_variable"),
    # What the server says, in English and in Chinese.
    ("password authentication failed", "hub.password"),
    ("password 认证失败", "hub.password"),
    ("no password supplied", "hub.password"),
    ("is not permitted to log in", "hub.account_disabled"),
    ("不允许角色", "hub.account_disabled"),
    ("pg_hba.conf", "hub.not_admitted_here"),
    ("too many", "hub.full"),
    ("remaining connection slots", "hub.full"),
    ("太多", "hub.full"),
    ("连接位置", "hub.full"),
    ("starting up", "hub.starting"),
    ("shutting down", "hub.starting"),
    ("recovery mode", "hub.starting"),
    ("not yet accepting connections", "hub.starting"),
    ("启动中", "hub.starting"),
    ("关闭中", "hub.starting"),
    ("permission denied for database", "hub.not_admitted"),
    ("权限不够", "hub.not_admitted"),
    ("no space left", "hub.disk_full"),
    # A name may stand for several addresses, of which the others did not even answer.
    ("connection refused", "hub.nobody_listens"),
    ("no such file or directory", "hub.nobody_listens"),
    ("timeout expired", "hub.no_answer"),
    ("connection timed out", "hub.no_answer"),
    ("no route to host", "hub.no_answer"),
    ("network is unreachable", "hub.no_answer"),
    # Also over an encrypted connection that was there already.
    ("closed the connection", "hub.cut"),
    ("closed unexpectedly", "hub.cut"),
    ("connection reset", "hub.cut"),
    ("broken pipe", "hub.cut"),
    ("eof", "hub.cut"),
    ("ssl syscall error", "hub.cut"),
    ("tls", "hub.encryption_failed"),
    ("ssl", "hub.encryption_failed"),
    ("connection", "hub.cut"),
)

PASSING = frozenset(
    {"hub.cut", "hub.busy", "hub.starting", "hub.full", "hub.no_answer", "hub.nobody_listens"}
)
"""What is likely to pass: trying again in a moment may succeed."""


_PATIENCE = 5.0
"""Seconds for a look at a certificate."""


def fault_of(failure: Exception, address: HubAddress) -> Unavailable | None:
    """What a driver error means to a person; None for one that is not foreseen: a bug."""
    code = _code(failure)
    if code is None:
        return None
    if code == "hub.other_authority" and _is_expired(address):
        code = "hub.certificate_expired"
    details = getattr(getattr(failure, "diag", None), "message_detail", None)
    params: dict[str, Any] = {
        "server": address.server,
        "database": address.database,
        "user": address.user,
        "certificate": address.certificate,
        "detail": str(details or ""),
    }
    return Unavailable(code, **params)


def _code(failure: Exception) -> str | None:
    state = getattr(failure, "sqlstate", None)
    if state is not None:
        return next((code for prefix, code in BY_STATE if state.startswith(prefix)), None)
    text = str(failure).lower()
    if ('database "' in text and "does not exist" in text) or (
        "数据库" in text and "不存在" in text
    ):
        return "hub.no_database"
    if ('role "' in text and "does not exist" in text) or ("角色" in text and "不存在" in text):
        return "hub.password"
    return next((code for fragment, code in _BY_TEXT if fragment in text), None)


_ASK_FOR_TLS = struct.pack("!ii", 8, 80877103)
"""The first message of an encrypted connection (PostgreSQL documentation, "Message Formats",
SSLRequest)."""
_OUT_OF_DATE = frozenset({9, 10})
"""X509_V_ERR_CERT_NOT_YET_VALID and _CERT_HAS_EXPIRED of OpenSSL."""


def _is_expired(address: HubAddress) -> bool:
    """Whether the certificate of a server is only out of date.  The client library says no more
    than that it does not hold, so the certificate is looked at again; nothing is sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(address.certificate)
        with socket.create_connection((address.host, address.port), _PATIENCE) as line:
            line.sendall(_ASK_FOR_TLS)
            if line.recv(1) == b"S":
                context.wrap_socket(line, server_hostname=address.host).close()
    except ssl.SSLCertVerificationError as refused:
        return refused.verify_code in _OUT_OF_DATE
    except OSError:
        pass
    return False
