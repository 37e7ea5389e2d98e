"""Technicians, and the directory of everybody who can be asked to act."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from app.domain import text
from app.domain.errors import BadValue, InvalidInput, Problems
from app.domain.faults import ContactRole, FaultClass
from app.domain.parsing import parse_latitude, parse_longitude
from app.domain.people.roles import Role
from app.domain.register import identifiers


@dataclass(frozen=True, slots=True, kw_only=True)
class Technician:
    """Somebody of the house.  `capacity_minutes` is a working day without breaks; `fieldwork` says
    whether visits are planned for them, whatever their role; `skills` are the classes of faults
    they are trained for, all when none is named."""

    id: str
    version: int
    code: str
    name: str
    phone: str
    email: str
    badge_no: str
    role: Role
    active: bool
    capacity_minutes: int
    fieldwork: bool
    latitude: float | None
    longitude: float | None
    areas: tuple[str, ...] = ()
    skills: tuple[FaultClass, ...] = ()

    @property
    def home(self) -> str:
        """Where the day begins and ends, as people enter it."""
        return written_home(self.latitude, self.longitude)


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnicianDraft:
    """A technician as entered."""

    code: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    badge_no: str = ""
    role: str = Role.TECHNICIAN
    active: bool = True
    capacity_minutes: int = 420
    fieldwork: bool = True
    latitude: float | None = None
    longitude: float | None = None
    areas: tuple[str, ...] = ()
    skills: tuple[FaultClass, ...] = ()

    @property
    def home(self) -> str:
        """Where the day begins and ends, as people enter it."""
        return written_home(self.latitude, self.longitude)


def written_home(latitude: float | None, longitude: float | None) -> str:
    """A home place as text: degrees north and east; nothing where it is not known."""
    if latitude is None or longitude is None:
        return ""
    return f"{latitude:g}, {longitude:g}"


def read_home(raw: str) -> tuple[float | None, float | None]:
    """Degrees north and east out of a text like “31.2304, 121.4737”, as maps copy it.  Raises
    `InvalidInput` about `home`."""
    parts = [part for part in re.split(r"[\s,，;；]+", raw.strip()) if part]
    if not parts:
        return None, None
    if len(parts) != 2:
        raise InvalidInput.of("home", "technician.home", value=raw)
    try:
        return parse_latitude(parts[0]), parse_longitude(parts[1])
    except BadValue as refusal:
        raise InvalidInput.of("home", refusal.code, **refusal.params) from None


def check_technician(draft: TechnicianDraft) -> TechnicianDraft:
    """The draft cleaned.  Raises `InvalidInput`."""
    problems = Problems()
    cleaned: dict[str, str] = {}
    for name in ("name", "email", "badge_no"):
        with problems.field(name):
            cleaned[name] = text.line(getattr(draft, name))
    with problems.field("code"):
        cleaned["code"] = text.required(text.compact(draft.code).upper()[:20])
    with problems.field("name"):
        text.required(cleaned.get("name", "?"))
    with problems.field("phone"):
        cleaned["phone"] = identifiers.parse_phone(draft.phone)
    if cleaned.get("email") and "@" not in cleaned["email"]:
        problems.add("email", "email.malformed", value=cleaned["email"])
    if draft.role not in tuple(Role):
        problems.add("role", "choice.unknown", value=draft.role)
    if not 0 <= draft.capacity_minutes <= 1440:
        problems.add(
            "capacity_minutes",
            "number.out_of_range",
            value=draft.capacity_minutes,
            least=0,
            most=1440,
        )
    if (draft.latitude is None) != (draft.longitude is None):
        problems.add("home", "technician.home", value=str(draft.latitude or draft.longitude))
    for value, most in ((draft.latitude, 90), (draft.longitude, 180)):
        if value is not None and not abs(value) <= most:
            problems.add("home", "number.out_of_range", value=value, least=-most, most=most)
    problems.raise_if_any()
    return TechnicianDraft(
        role=draft.role,
        latitude=draft.latitude,
        longitude=draft.longitude,
        active=draft.active,
        capacity_minutes=draft.capacity_minutes,
        fieldwork=draft.fieldwork,
        areas=draft.areas,
        skills=tuple(skill for skill in FaultClass if skill in draft.skills),
        **cleaned,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportContact:
    """One way to reach somebody who can act, and what is known of it."""

    id: str
    version: int
    role: ContactRole
    organisation: str
    phone: str
    email: str
    hours: str
    languages: str
    prepare: str
    escalation: str
    acquirer: str
    manufacturer: str
    area: str
    last_verified_on: date | None
    answered_by: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDraft:
    """A contact as entered.  Empty acquirer, manufacturer and area mean: for all."""

    role: ContactRole = ContactRole.ACQUIRER
    organisation: str = ""
    phone: str = ""
    email: str = ""
    hours: str = ""
    languages: str = ""
    prepare: str = ""
    escalation: str = ""
    acquirer: str = ""
    manufacturer: str = ""
    area: str = ""
    last_verified_on: date | None = None
    answered_by: str = ""
    active: bool = True


def check_contact(draft: ContactDraft, today: date) -> ContactDraft:
    """The draft cleaned.  Raises `InvalidInput`."""
    problems = Problems()
    cleaned: dict[str, str] = {}
    for name in (
        "organisation",
        "email",
        "hours",
        "languages",
        "acquirer",
        "manufacturer",
        "area",
        "answered_by",
    ):
        with problems.field(name):
            cleaned[name] = text.line(getattr(draft, name))
    for name in ("prepare", "escalation"):
        with problems.field(name):
            cleaned[name] = text.note(getattr(draft, name), 2_000)
    with problems.field("organisation"):
        text.required(cleaned.get("organisation", "?"))
    with problems.field("phone"):
        cleaned["phone"] = identifiers.parse_phone(draft.phone)
    if not draft.phone.strip() and not draft.email.strip():
        problems.add("phone", "contact.unreachable")
    if draft.last_verified_on is not None and draft.last_verified_on > today:
        problems.add("last_verified_on", "date.in_future")
    problems.raise_if_any()
    return ContactDraft(
        role=draft.role,
        last_verified_on=draft.last_verified_on,
        active=draft.active,
        **cleaned,
    )
