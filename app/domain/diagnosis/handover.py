"""Makes the handover text for an outside party, ready to be copied, in both languages.

The wording stands in the catalogue; lines whose facts are unknown are left out.  Free text was
masked when it was taken down, so no card number leaves in it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.diagnosis.evidence import EvidenceKind
from app.domain.diagnosis.interview import Interview
from app.domain.faults import ContactRole
from app.languages import SEMICOLON, LocalizedText

_TERMINAL_LINES = frozenset({"supplier", "acquirer", "manufacturer", "internal", "carrier"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What the register and the incident say, as text; empty where unknown."""

    number: str = ""
    merchant: str = ""
    mid: str = ""
    address: str = ""
    model: str = ""
    tid: str = ""
    serial: str = ""
    firmware: str = ""
    link: str = ""
    iccid: str = ""
    warranty: str = ""
    time: str = ""
    technician: str = ""
    phone: str = ""
    company: str = ""


def handover(session: Interview, role: ContactRole, case: CaseFacts) -> LocalizedText:
    """What to tell this contact about this case."""
    lines = tuple(_lines(session, role, case))
    return LocalizedText.joined(lines, "\n")


def _lines(session: Interview, role: ContactRole, case: CaseFacts) -> Iterator[LocalizedText]:
    knowledge, top = session.reasoner.knowledge, session.top
    fault_class = knowledge.phrases[f"class.{top.fault_class}"]
    title = "handover.title" if case.number else "handover.title_new"
    yield knowledge.text_of(
        title, role=knowledge.phrases[f"role.{role}"], number=case.number, **{"class": fault_class}
    )
    yield from (stop.tell for stop in session.stops)
    yield from _known_lines(session, role, case)
    yield knowledge.text_of(
        "handover.finding",
        share=f"{top.share:.0%}",
        mode=session.modes[0].text,
        **{"class": fault_class},
    )
    if top.reasons:
        yield knowledge.text_of(
            "handover.known", reasons=LocalizedText.joined(top.reasons, SEMICOLON)
        )
    done = [item.label for item in session.evidence if item.kind is EvidenceKind.CHECK]
    if done:
        yield knowledge.text_of("handover.done", checks=LocalizedText.joined(done, SEMICOLON))
    if session.result_unknown:
        yield knowledge.phrases["handover.unknown"]
    first = session.advice.contacts[0] is role and not session.planned
    ask = session.advice.ask if first else knowledge.contacts[role].ask
    yield knowledge.text_of("handover.ask", ask=ask)
    if case.technician or case.phone:
        yield knowledge.text_of(
            "handover.from", technician=case.technician, phone=case.phone, company=case.company
        )
    yield knowledge.phrases["handover.masked"]


def _known_lines(session: Interview, role: ContactRole, case: CaseFacts) -> Iterator[LocalizedText]:
    text_of = session.reasoner.knowledge.text_of
    known = dataclasses.asdict(case)
    wanted: list[tuple[str, tuple[str, ...]]] = [
        ("handover.merchant", ("merchant",)),
        ("handover.address", ("address",)),
    ]
    if role in _TERMINAL_LINES:
        wanted += [("handover.terminal", ("tid", "serial")), ("handover.version", ("firmware",))]
    if role in (ContactRole.CARRIER, ContactRole.ACQUIRER):
        wanted.append(("handover.sim", ("iccid",)))
    if role in (ContactRole.SUPPLIER, ContactRole.MANUFACTURER):
        wanted.append(("handover.warranty", ("warranty",)))
    wanted.append(("handover.reported", ("time",)))
    for phrase, needed in wanted:
        if any(known[name] for name in needed):
            yield text_of(phrase, **{name: value or "-" for name, value in known.items()})
    shown = [item.label for item in session.evidence if item.kind is EvidenceKind.CODE]
    if shown or session.code:
        yield text_of(
            "handover.shown", code=LocalizedText.joined(shown, SEMICOLON) if shown else session.code
        )
    if session.text:
        yield text_of("handover.symptom", symptom=session.text)
    facts = [item.label for item in session.evidence if item.kind is EvidenceKind.FACT]
    if facts and role is not ContactRole.ISSUER:
        yield text_of("handover.facts", facts=LocalizedText.joined(facts, SEMICOLON))
