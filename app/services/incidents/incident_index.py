"""What an incident may be found by, kept for the search."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session

from app.services.register.terminal_queries import Position
from db import search

CALLED = (
    "number",
    "tid",
    "unknown_serial",
    "displayed_code",
    "symptom",
    "reporter_name",
    "reporter_phone",
    "work_done",
)
"""What an incident itself says that it may be found by."""


def index_incident(
    session: Session, incident_id: str, called: Iterable[str], position: Position | None
) -> None:
    """Make an incident findable by everything people call it and the terminal it is about."""
    about = (position.serial, position.merchant_name, position.contact_phone) if position else ()
    words = " ".join(filter(None, (*called, *about)))
    search.put(session, "incident", {incident_id: words})
