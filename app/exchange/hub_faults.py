"""What keeps the exchange server from doing what is asked, as codes with a sentence each.

A refusal while connecting comes as text only (`db.server_refusals`); whatever comes later has an
SQLSTATE (PostgreSQL documentation, appendix A).
"""

from __future__ import annotations

from typing import Any

from app.domain.errors import Unavailable
from app.exchange.hub_address import HubAddress
from db.server_refusals import is_out_of_date, reason_of

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
PASSING = frozenset(
    {"hub.cut", "hub.busy", "hub.starting", "hub.full", "hub.no_answer", "hub.nobody_listens"}
)
"""What is likely to pass: trying again in a moment may succeed."""


def fault_of(failure: Exception, address: HubAddress) -> Unavailable | None:
    """What a driver error means to a person; None for one that is not foreseen: a bug."""
    code = _code(failure)
    if code is None:
        return None
    if code == "hub.other_authority" and is_out_of_date(
        address.host, address.port, address.certificate
    ):
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
    reason = reason_of(str(failure))
    return f"hub.{reason}" if reason else None
