"""Remembers outside the database and its folders that a journal was kept.

The database knows its newest series (`db.stations.JOURNAL`), but who removes the journal can take
that fact out of the database as well.  The key store of the system opens only to who signed in to
it, so a copy there outlasts whoever has no more than the files.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, Protocol

from app.domain.errors import Unavailable

log = logging.getLogger(__name__)


class Secrets(Protocol):
    """What is used of `app.secret_store.SecretStore`."""

    def get(self, name: str, *, noted: bool = True) -> str | None:
        """A secret, None when there is none.  Raises `Unavailable`."""

    def set(self, name: str, secret: str) -> object:
        """Keep a secret.  Raises `Unavailable`."""


class JournalMemory:
    """What is remembered of the journals of this user's databases, by their stations; without
    `secrets` nothing is."""

    def __init__(self, secrets: Secrets | None = None) -> None:
        self._secrets = secrets

    def recall(self, station: str) -> Mapping[str, Any]:
        """The newest `series` and one that was `lost`, as in the database; nothing when nothing was
        remembered, or the key store cannot be reached now."""
        if self._secrets is None or not station:
            return {}
        try:
            # Also where the note that something is kept was deleted with the journal.
            kept = self._secrets.get(_name(station), noted=False)
            found = json.loads(kept) if kept else {}
        except (Unavailable, ValueError) as failure:
            log.warning("not recalled which journal was kept: %s", failure)
            return {}
        return found if isinstance(found, dict) else {}

    def keep(self, station: str, fact: Mapping[str, Any]) -> None:
        """Remember it; where that fails the database alone knows."""
        if self._secrets is None or not station:
            return
        try:
            self._secrets.set(_name(station), json.dumps(dict(fact)))
        except Unavailable as failure:
            log.warning("not remembered outside the database which journal is kept: %s", failure)


def _name(station: str) -> str:
    return f"journal-{station}"
