"""The nine fault classes of the product, and who acts on each.

The identifiers are the same in code, data files, exports and the database.  Non-failures (the
terminal did what it should) never enter MTBF or failure rates: EN 13306 calls only the loss of the
item's own ability a failure.
"""

from __future__ import annotations

from enum import StrEnum


class FaultClass(StrEnum):
    """Where the cause of an abnormal state lies."""

    HARDWARE = "hardware"
    SOFTWARE = "software"
    NETWORK = "network"
    OPERATION = "operation"
    VIOLATION = "violation"
    BALANCE = "balance"
    FROZEN = "frozen"
    SYSTEM = "system"
    OTHER = "other"


ITEM_FAILURES = frozenset({FaultClass.HARDWARE, FaultClass.SOFTWARE})
"""Classes that are failures of the terminal itself.  A network fault is one only when its cause is
the terminal's own modem or SIM slot, which the cause says."""


class ContactRole(StrEnum):
    """Whom to turn to; the support directory holds the numbers."""

    SUPPLIER = "supplier"
    ACQUIRER = "acquirer"
    ISSUER = "issuer"
    CARRIER = "carrier"
    MANUFACTURER = "manufacturer"
    INTERNAL = "internal"
    POLICE = "police"
