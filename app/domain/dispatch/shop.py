"""A shop at hand: whom to call, where it is, its terminals, and what is open there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from app.domain.campaigns.campaigns import CampaignTask
from app.domain.incidents.incidents import IncidentSummary
from app.domain.incidents.terminal_stops import OpenStop
from app.domain.maintenance.visits import VisitSummary
from app.domain.register.terminals import TerminalSummary

_LONGEST_NAME = 60
"""Characters of a name in a link: a code of it must still be readable from a screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A merchant with everything one asks before driving there.  `incidents` are the open ones
    and the latest others, `visits` those that are still to be made, `campaign_tasks` what campaigns
    want done there."""

    id: str
    mid: str
    name: str
    contact_name: str
    phone: str
    address: str
    area: str
    opening_hours: str
    latitude: float | None
    longitude: float | None
    terminals: tuple[TerminalSummary, ...] = ()
    incidents: tuple[IncidentSummary, ...] = ()
    visits: tuple[VisitSummary, ...] = ()
    campaign_tasks: tuple[CampaignTask, ...] = ()
    stops: tuple[OpenStop, ...] = ()
    """Safety stops of its terminals that nobody lifted."""


def tel_link(phone: str) -> str:
    """What a phone dials when it reads the code (RFC 3966); empty when there is no number.  An
    extension is dialled after a pause."""
    number, _, extension = phone.partition("转")
    digits = re.sub(r"[^\d+]", "", number)
    if not digits:
        return ""
    after = re.sub(r"\D", "", extension)
    return f"tel:{digits}" + (f",{after}" if after else "")


def map_link(shop: Shop) -> str:
    """A link that shows the place in the map of a phone (AMap URI API); empty when nothing is known
    of where it is.  Coordinates are taken as WGS 84, as a phone gives them; without any the address
    is searched for."""
    name = shop.name[:_LONGEST_NAME]
    if shop.latitude is not None and shop.longitude is not None:
        position = f"{shop.longitude:.6f},{shop.latitude:.6f}"
        asked = {"position": position, "name": name, "coordinate": "wgs84", "callnative": "1"}
        return "https://uri.amap.com/marker?" + urlencode(asked, safe=",", quote_via=quote)
    if not shop.address:
        return ""
    asked = {"keyword": f"{shop.area}{shop.address}"[: _LONGEST_NAME * 2], "callnative": "1"}
    return "https://uri.amap.com/search?" + urlencode(asked, quote_via=quote)
