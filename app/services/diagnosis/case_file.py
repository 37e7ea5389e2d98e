"""One incident under guided diagnosis: its session, what the register says of it, and whom to ask.

Gathered in one go on a worker; the session itself then needs no database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.diagnosis.handover import CaseFacts, handover
from app.domain.diagnosis.interview import Interview
from app.domain.faults import ContactRole
from app.domain.incidents.incidents import Incident
from app.domain.register.people import SupportContact
from app.domain.register.terminals import Link, Terminal
from app.languages import LocalizedText
from app.services.core.context import ServiceContext


def draft_key(incident_id: str) -> str:
    """Where the unfinished session about an incident is kept."""
    return f"diagnosis/{incident_id}"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """`stored` says that the session was read from the incident, not begun anew."""

    incident_id: str
    session: Interview
    case: CaseFacts
    contacts: Mapping[ContactRole, tuple[SupportContact, ...]] = field(default_factory=dict)
    stored: bool = False

    def handover(self, role: ContactRole, session: Interview | None = None) -> LocalizedText:
        """What to tell this contact, ready to be copied."""
        return handover(session or self.session, role, self.case)


def case_facts(
    context: ServiceContext, incident: Incident, terminal: Terminal | None, technician_phone: str
) -> CaseFacts:
    """What a handover says about the case; empty where nothing is known."""
    reported = incident.reported_at.astimezone(context.zone)
    shared = {
        "number": incident.number,
        "time": f"{reported:%Y-%m-%d %H:%M}",
        "technician": incident.technician or context.actor,
        "phone": technician_phone,
        "company": context.letterhead.company,
    }
    if terminal is None:
        return CaseFacts(serial=incident.unknown_serial, tid=incident.tid, **shared)
    return CaseFacts(
        merchant=terminal.merchant_name,
        mid=terminal.mid,
        address=terminal.address,
        model=f"{terminal.manufacturer} {terminal.model}".strip(),
        tid=incident.tid or terminal.tid,
        serial=terminal.serial,
        firmware=terminal.firmware,
        link=_link(terminal),
        iccid=terminal.iccid,
        warranty=terminal.warranty_until.isoformat() if terminal.warranty_until else "",
        **shared,
    )


def _link(terminal: Terminal) -> str:
    """How it is connected, as people write it in either language."""
    if not terminal.link or terminal.link is Link.UNKNOWN:
        return ""
    link = str(terminal.link).replace("_", "-")
    return link.upper() if link[0].isdigit() else link
