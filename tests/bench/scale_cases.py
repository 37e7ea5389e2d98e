"""What a person waits for on an estate of any size, each beside what the bare database takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.services import Services
from app.services.diagnosis.learning import learned_for
from app.services.incidents.incident_queries import IncidentFilter
from app.services.register.terminal_queries import TerminalFilter

PAGE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleCase:
    """One thing that is waited for.  `floor` is the SQL of the least that has to be read; `most`
    the seconds it may take at any size, 0 where it is shown once known and nobody waits."""

    name: str
    ask: Callable[[Services], object]
    floor: str
    most: float


def _page(**wanted: str) -> Callable[[Services], object]:
    return lambda services: services.incidents.first(IncidentFilter(**wanted), PAGE)


def _terminals(order: str) -> Callable[[Services], object]:
    return lambda services: services.terminals.first(TerminalFilter(order=order), PAGE)


def _learned(services: Services) -> object:
    with services.context.read() as session:
        return learned_for(session, ["code:A0", "code:51"])


_SOME = "SELECT * FROM incident ORDER BY id LIMIT 256"
_DEVICES = "SELECT * FROM terminal ORDER BY id LIMIT 256"
_LIKE = "SELECT id FROM incident WHERE symptom LIKE '%{}%' ORDER BY reported_at DESC LIMIT 256"

CASES = (
    ScaleCase(name="unfinished by due", ask=_page(states="unfinished"), floor=_SOME, most=0.016),
    ScaleCase(name="all by due", ask=_page(), floor=_SOME, most=0.05),
    ScaleCase(name="closed by due", ask=_page(states="closed"), floor=_SOME, most=0.05),
    ScaleCase(name="all by report", ask=_page(order="-reported"), floor=_SOME, most=0.05),
    ScaleCase(name="all by number", ask=_page(order="number"), floor=_SOME, most=0.05),
    ScaleCase(name="all by state", ask=_page(order="state"), floor=_SOME, most=0.05),
    ScaleCase(name="all by merchant", ask=_page(order="merchant"), floor=_SOME, most=0.05),
    ScaleCase(
        name="shape of the whole list",
        ask=lambda services: services.incidents.listing(IncidentFilter()),
        floor="SELECT count(*) FROM incident",
        most=0,
    ),
    ScaleCase(name="search 黑屏", ask=_page(words="黑屏"), floor=_LIKE.format("黑屏"), most=0.03),
    ScaleCase(
        name="search 余额不足",
        ask=_page(words="余额不足"),
        floor=_LIKE.format("余额不足"),
        most=0.03,
    ),
    ScaleCase(name="search 4G卡", ask=_page(words="4G卡"), floor=_LIKE.format("4G卡"), most=0.03),
    ScaleCase(
        name="search 黑屏 among the unfinished",
        ask=_page(words="黑屏", states="unfinished"),
        floor=_LIKE.format("黑屏"),
        most=0.03,
    ),
    ScaleCase(name="typing 1", ask=_page(words="1"), floor=_SOME, most=0.03),
    ScaleCase(name="typing 139", ask=_page(words="139"), floor=_SOME, most=0.03),
    ScaleCase(
        name="search a TID",
        ask=_page(words="20000042"),
        floor="SELECT * FROM incident WHERE tid = '20000042' LIMIT 256",
        most=0.03,
    ),
    ScaleCase(
        name="find anything: a serial number",
        ask=lambda services: services.finding.find("TESTN85000000001"),
        floor="SELECT * FROM terminal WHERE serial_key = 'TESTN85000000001'",
        most=0.03,
    ),
    ScaleCase(name="what a diagnosis learned", ask=_learned, floor=_SOME, most=0.02),
    ScaleCase(name="terminals by serial", ask=_terminals("serial"), floor=_DEVICES, most=0.05),
    ScaleCase(name="terminals by TID", ask=_terminals("tid"), floor=_DEVICES, most=0.05),
    ScaleCase(name="terminals by merchant", ask=_terminals("merchant"), floor=_DEVICES, most=0.05),
    ScaleCase(name="terminals by area", ask=_terminals("area"), floor=_DEVICES, most=0.05),
    ScaleCase(name="terminals by model", ask=_terminals("model"), floor=_DEVICES, most=0.05),
)
