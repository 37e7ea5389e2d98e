"""Builders of valid drafts and records; a test overrides what it is about."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

from app.domain.incidents.drafts import IncidentDraft
from app.domain.parts.catalogue import PartKindDraft
from app.domain.register.people import TechnicianDraft
from app.domain.register.terminals import TerminalDraft
from app.services import Services
from app.services.core.rights import read_again

# How numbers made here begin; no sample and no test writes one of them down.
SERIALS, TIDS, MIDS = "TESTM9100", "3", "848290099"

_numbers = itertools.count(1)


def terminal_draft(**changes: Any) -> TerminalDraft:
    """A placed smart terminal.

    Its numbers belong to no sample estate and to no number written in a test, however many
    terminals were made before in the same process (``tests/test_factories.py``).
    """
    n = next(_numbers)
    values: dict[str, Any] = {
        "serial": f"{SERIALS}{n:07d}",
        "tid": f"{TIDS}{n:07d}",
        "mid": f"{MIDS}{n:06d}",
        "merchant_name": f"测试便利店{n}",
        "uscc": "91350100M000100Y43",
        "address": f"浦东新区测试路{n}号",
        "area": "浦东新区",
        "contact_name": "王先生",
        "contact_phone": "17700000412",
        "acquirer": "银联商务",
        "manufacturer": "新大陆",
        "model": "N910",
        "kind": "智能触屏",
        "firmware": "3.2.1",
        "link": "4G",
        "iccid": "8986007304828991589",
        "installed_on": "2024-12-10",
        "warranty_until": "2026-12-10",
        "latitude": "31.23",
        "longitude": "121.52",
    }
    return TerminalDraft(**{**values, **changes})


def make_terminal(services: Services, **changes: Any) -> str:
    """A registered terminal's id."""
    return services.terminals.register(terminal_draft(**changes))


def make_technician(services: Services, code: str = "T01", **changes: Any) -> str:
    """A technician's id."""
    return services.directory.save_technician(
        TechnicianDraft(code=code, **{"name": "张工", **changes})
    )


def change_technician(services: Services, technician_id: str, **changes: Any) -> None:
    """Change somebody's entry; what is not named stays."""
    known = {t.id: t for t in services.directory.technicians(everybody=True)}[technician_id]
    before = {
        field.name: getattr(known, field.name) for field in dataclasses.fields(TechnicianDraft)
    }
    draft = TechnicianDraft(**{**before, **changes})
    services.directory.save_technician(draft, known.id, known.version)


def sign_out(services: Services) -> None:
    """Nobody works here any more, as at the next start."""
    services.context.person = None
    read_again(services.context)


def make_part(services: Services, number: str = "BAT-910", **changes: Any) -> str:
    """The id of a part of the catalogue."""
    draft = PartKindDraft(number=number, **{"name": "电池", "unit_name": "块", **changes})
    return services.parts.save(draft)


def make_incident(services: Services, terminal_id: str = "", **changes: Any) -> str:
    """A reported incident's id, on a new terminal unless one is given."""
    values: dict[str, Any] = {
        "terminal_id": terminal_id or make_terminal(services),
        "displayed_code": "A0",
        "symptom": "重新签到后仍然",
    }
    return services.incidents.open(IncidentDraft(**{**values, **changes}))


def correct_incident(services: Services, incident_id: str, **changes: Any) -> None:
    """Correct what was reported; the terminal and the symptom stay unless changed."""
    seen = services.incidents.get(incident_id)
    kept = {"terminal_id": seen.terminal_id or "", "symptom": seen.symptom}
    services.incidents.edit(incident_id, seen.version, IncidentDraft(**{**kept, **changes}))
