"""Who this computer is to others: its name, its keys, and whether it is the office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app import chosen_files, files
from app.domain.errors import Unavailable, as_problem
from app.domain.text import line, required
from app.exchange import office
from app.exchange.keys import KeyPair, KeyRing
from app.exchange.package import Role
from app.exchange.stations import ARRANGE, CHANGED, office_of
from app.secret_store import SecretPlace
from app.services import Services
from app.services.core import operation_log
from app.services.core.rights import require
from db.stations import STATION

_NAME = "exchange:name"
"""The fact that holds what people call this computer."""
_KEY = "exchange:key"
"""The fact that names the installation keys were made for, so that lost ones are noticed."""

_RENEWED = "exchange:key_renewed_at"
"""The fact that tells when this computer last made new keys in the place of its old ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKey:
    """What this computer is called, and its public keys: `text` is the line others are given.
    `alone`: it is not the office and has none, so it may still become either; its key serves both
    and need not be given out again.  `place` is where the private ones lie."""

    station: str
    name: str
    role: Role
    alone: bool
    fingerprint: str
    text: str
    place: SecretPlace

    @property
    def standing(self) -> str:
        """Its role in words to be shown, ``alone`` before it has one."""
        return "alone" if self.alone else self.role


class Identity:
    """Use cases around the keys of this computer.  `called` is its name as long as nobody gives it
    another one."""

    def __init__(self, services: Services, keys: KeyRing, called: Callable[[], str]) -> None:
        self._services = services
        self._keys = keys
        self._called = called

    @property
    def role(self) -> Role:
        """What this computer is."""
        return "office" if office.is_office(self._services) else "laptop"

    @property
    def name(self) -> str:
        """What this computer is called."""
        with self._services.context.read() as session:
            kept = operation_log.fact(session, _NAME)
        return str(kept or self._called())

    def station(self) -> str:
        """The key of this computer in the operation log."""
        with self._services.context.read() as session:
            known = operation_log.fact(session, STATION)
        if known is not None:
            return str(known)
        with self._services.context.write_trust() as unit:
            return operation_log.station_of(unit.session)

    def key(self, name: str = "") -> OwnKey:
        """The public keys of this computer, made when first asked for; `name` is what it is called
        from now on.  Raises `InvalidInput`, `Unavailable` (``exchange.key_missing``), with a `name`
        `NotPermitted`."""
        if name:
            require(self._services.context, ARRANGE)
            with as_problem("name"):
                self._keep(_NAME, required(line(name)))
        pair, called, role = self.pair(), self.name, self.role
        return OwnKey(
            station=pair.station,
            name=called,
            role=role,
            alone=self._alone(role),
            fingerprint=pair.public(called, role).fingerprint,
            text=pair.text(called, role, self._services.context.device),
            place=self._keys.place(pair.station) or SecretPlace.FILE,
        )

    def _alone(self, role: Role) -> bool:
        if role == "office":
            return False
        with self._services.context.read() as session:
            return office_of(session) is None

    def write_key(self, path: Path, name: str = "") -> OwnKey:
        """Write the public keys of this computer to a file.  Raises as `key`."""
        chosen_files.check(path)
        own = self.key(name)
        try:
            files.write(path, f"{own.text}\n".encode())
        except OSError as failure:
            raise files.unavailable(failure, path) from failure
        return own

    def renew(self) -> OwnKey:
        """Make new keys, because the old ones are lost or in wrong hands; everybody has to trust
        the new ones anew.  Raises `Unavailable`, `NotPermitted`."""
        require(self._services.context, ARRANGE)
        pair = self._keys.make(self.station())
        self._keep(_KEY, pair.station)
        self._keep(_RENEWED, self._services.context.now().isoformat())
        return self.key()

    def renewed_at(self) -> datetime | None:
        """When this computer last made new keys in the place of its old ones: what was encrypted
        to those nobody can open any more."""
        with self._services.context.read() as session:
            kept = operation_log.fact(session, _RENEWED)
        return datetime.fromisoformat(kept) if kept else None

    def pair(self) -> KeyPair:
        """The private keys of this computer, made when first asked for.  Raises `Unavailable`:
        ``exchange.key_missing`` when there were some, ``exchange.key_unreadable``."""
        station = self.station()
        found = self._keys.find(station)
        if found is not None:
            return found
        with self._services.context.read() as session:
            before = operation_log.fact(session, _KEY)
        if before == station:
            raise Unavailable("exchange.key_missing", path=str(self._keys.path(station)))
        made = self._keys.make(station)
        self._keep(_KEY, station)
        return made

    def _keep(self, name: str, value: str) -> None:
        with self._services.context.write_trust() as unit:
            operation_log.keep_fact(unit.session, name, value)
            unit.touched(CHANGED)
