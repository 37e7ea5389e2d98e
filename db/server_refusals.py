"""Why no connection to a PostgreSQL server came about, as one word that every sentence about it is
found by: office seats, the exchange and the test of both windows say the same.

A refusal while connecting comes as text only, from the client library in English or from the server
in its own language.
"""

from __future__ import annotations

import socket
import ssl
import struct

OLDEST_SERVER = 15
"""PostgreSQL before it let everybody make tables in a new database."""

_BY_TEXT = (
    # The client library's own words first; a certificate's reason before the general one.
    ("failed to resolve host", "unknown_host"),
    ("could not translate host name", "unknown_host"),
    ("name or service not known", "unknown_host"),
    ("nodename nor servname", "unknown_host"),
    ("getaddrinfo failed", "unknown_host"),
    ("does not match host name", "wrong_name"),
    ("could not get server's host name", "wrong_name"),
    ("root certificate file", "certificate_unreadable"),
    ("certificate verify failed", "other_authority"),
    ("does not support ssl", "not_encrypted"),
    ("no encryption", "not_admitted_here"),
    ("channel binding", "weak_sign_in"),
    ("authentication method requirement", "weak_sign_in"),
    ("definition of service", "service_variable"),
    ("service file", "service_variable"),
    # What the server says, in English and in Chinese.
    ("password authentication failed", "password"),
    ("password 认证失败", "password"),
    ("no password supplied", "password"),
    ("authentication failed", "password"),
    ("is not permitted to log in", "account_disabled"),
    ("不允许角色", "account_disabled"),
    ("pg_hba.conf", "not_admitted_here"),
    ("too many", "full"),
    ("remaining connection slots", "full"),
    ("太多", "full"),
    ("连接位置", "full"),
    ("starting up", "starting"),
    ("shutting down", "starting"),
    ("recovery mode", "starting"),
    ("not yet accepting connections", "starting"),
    ("启动中", "starting"),
    ("关闭中", "starting"),
    ("permission denied for database", "not_admitted"),
    ("权限不够", "not_admitted"),
    ("no space left", "disk_full"),
    # A name may stand for several addresses, of which the others did not even answer.
    ("connection refused", "nobody_listens"),
    ("no such file or directory", "nobody_listens"),
    ("timeout expired", "no_answer"),
    ("connection timed out", "no_answer"),
    ("no route to host", "no_answer"),
    ("network is unreachable", "no_answer"),
    # Also over an encrypted connection that was there already.
    ("closed the connection", "cut"),
    ("closed unexpectedly", "cut"),
    ("connection reset", "cut"),
    ("broken pipe", "cut"),
    ("eof", "cut"),
    ("ssl syscall error", "cut"),
    ("tls", "encryption_failed"),
    ("ssl", "encryption_failed"),
    ("connection", "cut"),
)
REASONS = frozenset(reason for _said, reason in _BY_TEXT) | {"no_database", "certificate_expired"}
"""Every word `reason_of` gives, and what `is_out_of_date` makes of one of them."""


def reason_of(message: str) -> str | None:
    """The reason that driver or server give in a text; None for one that is not foreseen."""
    text = message.lower()
    if ('database "' in text and "does not exist" in text) or (
        "数据库" in text and "不存在" in text
    ):
        return "no_database"
    if ('role "' in text and "does not exist" in text) or ("角色" in text and "不存在" in text):
        return "password"
    return next((reason for fragment, reason in _BY_TEXT if fragment in text), None)


_ASK_FOR_TLS = struct.pack("!ii", 8, 80877103)
"""The first message of an encrypted connection (PostgreSQL documentation, "Message Formats",
SSLRequest)."""
_OUT_OF_DATE = frozenset({9, 10})
"""X509_V_ERR_CERT_NOT_YET_VALID and _CERT_HAS_EXPIRED of OpenSSL."""
_PATIENCE = 5.0
"""Seconds for a look at a certificate."""


def is_out_of_date(host: str, port: int, certificate: str) -> bool:
    """Whether the certificate of a server is only out of date.  The client library says no more
    than that it does not hold (``other_authority``), so the certificate is looked at again; nothing
    is sent.  `certificate` is the file of the authority, empty for those the system trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if certificate:
            context.load_verify_locations(certificate)
        else:
            context.load_default_certs()
        with socket.create_connection((host, port), _PATIENCE) as line:
            line.sendall(_ASK_FOR_TLS)
            if line.recv(1) == b"S":
                context.wrap_socket(line, server_hostname=host).close()
    except ssl.SSLCertVerificationError as refused:
        return refused.verify_code in _OUT_OF_DATE
    except OSError:
        pass
    return False
