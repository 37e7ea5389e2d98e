"""Remembers outside the database and its folders what must not be changed in them unseen: that a
journal was kept, and what people sign in with.

Who removes the journal can take out of the database that there was one (`db.stations.JOURNAL`), and
who writes a file can put another password into it.  The key store of the system opens only to who
signed in to it, so what is remembered there outlasts whoever has no more than the files.
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


class OutsideMemory:
    """What is remembered of this user's databases, by their stations: facts called `what`; without
    `secrets` nothing is."""

    def __init__(self, secrets: Secrets | None = None, what: str = "journal") -> None:
        self._secrets = secrets
        self._what = what

    @property
    def forgets(self) -> bool:
        """Whether nothing is remembered at all."""
        return self._secrets is None

    def recall(self, station: str) -> Mapping[str, Any]:
        """The facts as they were kept; none when nothing was remembered, or the key store cannot be
        reached now."""
        if self._secrets is None or not station:
            return {}
        try:
            # Also where the note that something is kept was deleted with the files.
            kept = self._secrets.get(self._name(station), noted=False)
            found = json.loads(kept) if kept else {}
        except (Unavailable, ValueError) as failure:
            log.warning("not recalled from outside the database (%s): %s", self._what, failure)
            return {}
        return found if isinstance(found, dict) else {}

    def keep(self, station: str, fact: Mapping[str, Any]) -> None:
        """Remember it; where that fails the database alone knows."""
        if self._secrets is None or not station:
            return
        try:
            self._secrets.set(self._name(station), json.dumps(dict(fact)))
        except Unavailable as failure:
            log.warning("not remembered outside the database (%s): %s", self._what, failure)

    def _name(self, station: str) -> str:
        return f"{self._what}-{station}"
