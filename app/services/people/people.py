"""People who sign in: passwords, PINs, one-time codes, and who works here now.

Hashing is slow on purpose and done outside transactions.  No sentence, log line or duration tells
whether a code is somebody's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.errors import InvalidInput, NotFound, as_problem
from app.domain.people import credentials
from app.domain.people.rights import Refusal
from app.domain.people.roles import Role, SignedIn, stands_over
from app.domain.text import compact
from app.services.core import rights
from app.services.core.context import ServiceContext
from app.services.core.operations import operation
from app.services.people import attempts, proofs
from app.services.people.kept_proofs import KeptProofs
from app.services.people.known_proofs import KnownProofs, Shown
from db.models.people import CredentialRow
from db.models.register import TechnicianRow

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInState:
    """How somebody can sign in.  `code_until` is open for a recovery code; `code_waits` says that a
    code was given and not used yet."""

    technician_id: str
    has_password: bool
    has_pin: bool
    code_waits: bool
    code_until: datetime | None


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """A code to be told to its person once; `until` is open for a recovery code."""

    code: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is kept about a person and what proves who they are, read together."""

    person: SignedIn
    active: bool
    password: bytes = b""
    pin: bytes = b""
    pin_failures: int = 0
    code: bytes = b""
    code_until: datetime | None = None


class People:
    """Use cases of signing in.  The person who works here is kept in the `ServiceContext`."""

    def __init__(self, context: ServiceContext, kept: KnownProofs | None = None) -> None:
        self._context = context
        self._kept: KnownProofs = kept or KeptProofs(context)

    # --- who is here ---------------------------------------------------------------------------

    def sign_in_needed(self) -> bool:
        """Whether somebody has a password and nobody has signed in."""
        standing = rights.read_again(self._context)
        return standing.guarded and standing.role is None

    def states(self) -> dict[str, SignInState]:
        """How people can sign in, by the id of the technician; those who never could are left
        out."""
        now = self._context.now()
        with self._context.read() as session:
            rows = session.execute(sa.select(CredentialRow)).scalars()
            return {row.technician_id: _state(row, now) for row in rows}

    def sign_in(self, code: str, password: str) -> SignedIn:
        """Prove who one is with the password, and work here from now on.

        Raises `InvalidInput`: ``sign_in.wrong`` whatever is wrong, ``sign_in.wait``.
        """
        attempts.begin(self._context, code)
        known = self._by_code(code)
        secret = credentials.normal(password)
        right = proofs.proves(known.password if known and known.active else b"", secret)
        if not right or known is None:
            raise _wrong()
        if proofs.is_outdated(known.password):
            self._keep(known.person.id, password=proofs.hash_of(secret))
        elif known.pin_failures:
            self._keep(known.person.id)
        return self._let_in(known.person)

    def unlock(self, secret: str) -> None:
        """Prove with PIN or password that one still is who signed in.

        Raises `InvalidInput`: ``pin.wrong``, ``sign_in.wait``, and ``pin.used_up`` after
        `PIN_TRIES` wrong PINs; `NotPermitted` when nobody is signed in.
        """
        person = self._here("people.set_password")
        attempts.begin(self._context, person.code)
        known = self._by_code(person.code)
        if known is None or not known.active:
            raise InvalidInput.of("password", "pin.wrong")
        given = credentials.normal(secret)
        pin_given = bool(known.pin) and given.isdigit() and len(given) <= credentials.LONGEST_PIN
        tries = known.pin_failures + pin_given
        if (pin_given and self._is_pin(known, given)) or proofs.proves(known.password, given):
            attempts.succeeded(self._context, person.code)
            self._keep(person.id)
        elif pin_given and tries >= credentials.PIN_TRIES:
            raise InvalidInput.of("password", "pin.used_up", tries=credentials.PIN_TRIES)
        else:
            raise InvalidInput.of("password", "pin.wrong")

    def _is_pin(self, known: _Known, given: str) -> bool:
        if known.pin_failures >= credentials.PIN_TRIES:
            return False
        # Counted first: whoever pulls the plug gains no try.
        self._change(known.person.id, _count_pin_failure)
        return proofs.proves(known.pin, given)

    # --- what lets in --------------------------------------------------------------------------

    def set_password(self, technician_id: str, password: str, old: str = "") -> OneTimeCode | None:
        """Give oneself a password; `old` is the one until now.  With the first password of all
        everybody has to sign in; it must be an administrator's, and makes its owner one when there
        is none.  Returns the recovery code of an administrator who had none, for a safe place.

        Raises `InvalidInput`, `NotFound`, `NotPermitted`.
        """
        known = self._by_id(technician_id)
        guarded = rights.read_again(self._context).guarded
        if guarded:
            rights.require(self._context, "people.set_password", key=technician_id)
        else:
            known = self._as_administrator(known)
        kept = _checked_password(password, known.person)
        if known.password:
            self._prove(known, old)
        wanted = known.person.role is Role.ADMINISTRATOR and not known.code
        recovery = _recovery() if wanted else None
        code = _hashed(recovery) if wanted else None
        self._keep(technician_id, password=proofs.hash_of(kept), code=code)
        if not guarded:
            self._let_in(known.person)
        return recovery

    def _as_administrator(self, known: _Known) -> _Known:
        """Whoever gets the first password, as administrator.  Raises `InvalidInput`."""
        if not known.active:
            raise InvalidInput.of("password", "people.not_active", name=known.person.name)
        if known.person.role is not Role.ADMINISTRATOR:
            self._make_administrator(known.person.id)
        return replace(known, person=replace(known.person, role=Role.ADMINISTRATOR))

    @operation("technician.make_administrator")
    def _make_administrator(self, technician_id: str) -> None:
        """The first administrator.  Raises `InvalidInput` when there is one."""
        with self._context.write() as unit:
            there_is = sa.select(col(TechnicianRow.name)).where(
                col(TechnicianRow.role) == Role.ADMINISTRATOR, col(TechnicianRow.active).is_(True)
            )
            name = unit.session.execute(there_is.limit(1)).scalar()
            if name is not None:
                raise InvalidInput.of("password", "password.first_administrator", name=name)
            row = unit.session.get_one(TechnicianRow, technician_id)
            row.role = Role.ADMINISTRATOR
            unit.touched("technician", [row.id])

    def set_pin(self, technician_id: str, pin: str, password: str) -> None:
        """Give oneself a PIN that opens the locked window, or none with an empty one.

        Raises `InvalidInput`, `NotFound`, `NotPermitted`.
        """
        rights.require(self._context, "people.set_pin", key=technician_id)
        known = self._by_id(technician_id)
        if not known.password:
            raise InvalidInput.of("password", "pin.no_password")
        with as_problem("pin"):
            kept = credentials.check_pin(pin) if pin else ""
        self._prove(known, password)
        self._keep(technician_id, pin=proofs.hash_of(kept) if kept else b"")

    def give_code(self, technician_id: str) -> OneTimeCode:
        """A code with which somebody can set a new password once, within `CODE_LIFE`; for oneself a
        recovery code that lasts until it is used.  An earlier code opens no longer, and failed
        attempts of that person count no longer.

        Raises `NotFound`, `NotPermitted`, `InvalidInput` (``people.no_sign_in``) while nobody needs
        to sign in.
        """
        rights.require(self._context, "people.give_code")
        known = self._by_id(technician_id)
        if not self._context.standing.guarded:
            raise InvalidInput.of("code", "people.no_sign_in")
        person = self._here("people.give_code")
        for_oneself = person.id == technician_id
        if not for_oneself and not stands_over(person.role, known.person.role):
            raise Refusal("permission.role", "people.give_code", (Role.ADMINISTRATOR,)).error()
        if not known.active:
            raise InvalidInput.of("code", "people.not_active", name=known.person.name)
        made = _recovery() if for_oneself else self._code()
        shown = Shown(person.id, "password", self._by_id(person.id).password)
        self._keep(technician_id, code=_hashed(made), code_until=made.until, shown=shown)
        attempts.succeeded(self._context, known.person.code)
        return made

    def redeem(self, code: str, one_time: str, password: str) -> OneTimeCode | None:
        """Sign in with a one-time code and set a new password.  Returns the next recovery code of
        an administrator.

        Raises `InvalidInput`: ``sign_in.wrong`` whatever is wrong about code and person,
        ``sign_in.wait``, what is wrong with the new password.
        """
        _checked_password(password)
        attempts.begin(self._context, code, attempts.Way.GIVEN_CODE)
        known = self._by_code(code)
        open_code = known.code if known and known.active and self._is_open(known) else b""
        if not proofs.proves(open_code, credentials.plain_code(one_time)) or known is None:
            raise _wrong()
        # The right code was given, so that the attempt is none whatever the password is like.
        attempts.succeeded(self._context, code)
        kept = _checked_password(password, known.person)
        recovery = _recovery() if known.person.role is Role.ADMINISTRATOR else None
        self._keep(
            known.person.id,
            password=proofs.hash_of(kept),
            pin=b"",
            code=_hashed(recovery),
            shown=Shown(known.person.id, "code", known.code),
        )
        self._let_in(known.person)
        return recovery

    # --- inside --------------------------------------------------------------------------------

    def _here(self, kind: str) -> SignedIn:
        """Who signed in, for an operation of this kind.  Raises `NotPermitted`."""
        person = self._context.person
        if person is None:
            raise Refusal("permission.sign_in", kind).error()
        return person

    def _let_in(self, person: SignedIn) -> SignedIn:
        attempts.succeeded(self._context, person.code)
        self._context.person, self._context.actor = person, person.code
        rights.read_again(self._context)
        log.info("signed in as %s", person.role)
        return person

    def _prove(self, known: _Known, password: str) -> None:
        """Raises `InvalidInput` unless this is the person's password."""
        attempts.begin(self._context, known.person.code)
        if not proofs.proves(known.password, credentials.normal(password)):
            raise InvalidInput.of("old_password", "password.wrong")
        attempts.succeeded(self._context, known.person.code)

    def _is_open(self, known: _Known) -> bool:
        return known.code_until is None or self._context.now() < known.code_until

    def _code(self) -> OneTimeCode:
        until = self._context.now() + credentials.CODE_LIFE
        return OneTimeCode(proofs.new_code(credentials.CODE_LENGTH), until)

    def _by_code(self, code: str) -> _Known | None:
        wanted = compact(code).upper()
        with self._context.read() as session:
            return _read(session, col(TechnicianRow.code) == wanted)

    def _by_id(self, technician_id: str) -> _Known:
        with self._context.read() as session:
            found = _read(session, col(TechnicianRow.id) == technician_id)
        if found is None:
            raise NotFound("technician", technician_id)
        return found

    def _keep(
        self,
        technician_id: str,
        *,
        password: bytes | None = None,
        pin: bytes | None = None,
        code: bytes | None = None,
        code_until: datetime | None = None,
        shown: Shown | None = None,
    ) -> None:
        """Keep what is given; nothing was guessed wrong any more.  `shown` let somebody do it,
        without it the person's own password."""
        given = {"password": password, "pin": pin, "code": code}
        new = {part: proof for part, proof in given.items() if proof is not None}
        note = None
        if new:
            own = Shown(technician_id, "password", self._by_id(technician_id).password)
            note = self._kept.expect(technician_id, new, shown or own)

        def change(row: CredentialRow) -> None:
            row.pin_failures = 0
            row.password = row.password if password is None else password
            row.pin = row.pin if pin is None else pin
            if code is not None:
                row.code, row.code_until = code, code_until

        self._change(technician_id, change, note)
        if new:
            self._kept.settle(technician_id, new)

    def _change(
        self,
        technician_id: str,
        change: Callable[[CredentialRow], None],
        note: Callable[[Session], None] | None = None,
    ) -> None:
        with self._context.write_locally() as unit:
            query = sa.select(CredentialRow).where(
                col(CredentialRow.technician_id) == technician_id
            )
            row = unit.session.execute(query.with_for_update()).scalar()
            if row is None:
                row = CredentialRow(technician_id=technician_id, changed_at=unit.now)
            change(row)
            row.changed_at = unit.now
            unit.session.add(row)
            unit.touched("technician", [technician_id])
            if note is not None:
                note(unit.session)


def _read(session: Session, who: sa.ColumnElement[bool]) -> _Known | None:
    """One query, so that it takes as long for a code that is nobody's."""
    query = (
        sa.select(TechnicianRow, CredentialRow)
        .outerjoin(CredentialRow, col(CredentialRow.technician_id) == col(TechnicianRow.id))
        .where(who)
    )
    found = session.execute(query).first()
    if found is None:
        return None
    row, kept = found
    person = SignedIn(id=row.id, code=row.code, name=row.name, role=Role(row.role))
    if kept is None:
        return _Known(person=person, active=row.active)
    return _Known(
        person=person,
        active=row.active,
        password=kept.password,
        pin=kept.pin,
        pin_failures=kept.pin_failures,
        code=kept.code,
        code_until=kept.code_until,
    )


def _state(row: CredentialRow, now: datetime) -> SignInState:
    return SignInState(
        technician_id=row.technician_id,
        has_password=bool(row.password),
        has_pin=bool(row.pin),
        code_waits=bool(row.code) and (row.code_until is None or now < row.code_until),
        code_until=row.code_until,
    )


def _count_pin_failure(row: CredentialRow) -> None:
    row.pin_failures += 1


def _checked_password(password: str, person: SignedIn | None = None) -> str:
    about = (person.code, person.name) if person else ()
    with as_problem("password"):
        return credentials.check_password(password, about)


def _recovery() -> OneTimeCode:
    return OneTimeCode(proofs.new_code(credentials.RECOVERY_LENGTH), None)


def _hashed(code: OneTimeCode | None) -> bytes:
    return proofs.hash_of(code.code) if code else b""


def _wrong() -> InvalidInput:
    return InvalidInput.of("password", "sign_in.wrong")
