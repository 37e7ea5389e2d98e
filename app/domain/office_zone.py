"""The time zone of the office, so that a laptop set to another prints the same times on paper."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.errors import BadValue


def zone_named(name: str) -> ZoneInfo | None:
    """The zone with this name of the IANA list, such as ``Asia/Shanghai``; None, the computer's
    own, without a name.  Raises `BadValue`."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadValue("zone.unknown", value=name) from None
