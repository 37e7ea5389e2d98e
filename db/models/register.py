"""Tables of the register: people, models, merchants, terminals, and where each has stood.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa

from app.domain.faults import ContactRole, FaultClass
from app.domain.people.roles import Role
from app.domain.register.custody import CustodyCause, HolderKind, Pack
from app.domain.register.terminals import Link, TerminalKind, TerminalState
from db.models.shape import (
    EventRow,
    Row,
    Versioned,
    event_limits,
    flag,
    lines,
    moment,
    notes,
    one_of,
    optional_day,
    optional_moment,
    optional_real,
    optional_reference,
    reference,
    required_words,
    table,
    within,
    words,
)


class AreaRow(Row, table=True):
    """A district or region, possibly inside a larger one."""

    __tablename__ = "area"
    __table_args__ = table(lines("name"), sa.UniqueConstraint("name"))

    name: str = required_words()
    parent_id: str | None = optional_reference("area.id")


class AcquirerRow(Row, table=True):
    """收单机构: the institution a merchant's payments are acquired by."""

    __tablename__ = "acquirer"
    audited: ClassVar[str] = "acquirer"
    __table_args__ = table(lines("name", "code_profile"), sa.UniqueConstraint("name"))

    name: str = required_words()
    code_profile: str = words()


class ManufacturerRow(Row, table=True):
    """厂商: the maker of devices."""

    __tablename__ = "manufacturer"
    __table_args__ = table(lines("name"), sa.UniqueConstraint("name"))

    name: str = required_words()


class TerminalModelRow(Versioned, table=True):
    """A model of a manufacturer with what is known of all its devices."""

    __tablename__ = "terminal_model"
    audited: ClassVar[str] = "model"
    __table_args__ = table(
        lines("name", "code_profile", "required_firmware", "pts_version"),
        one_of("kind", TerminalKind),
        sa.UniqueConstraint("manufacturer_id", "name"),
        within("battery_life_months", 1, 240),
    )

    manufacturer_id: str = reference("manufacturer.id", index=False)
    name: str = required_words()
    kind: str = words(TerminalKind.OTHER)
    code_profile: str = words()
    required_firmware: str = words()
    pts_version: str = words()
    pts_expires_on: date | None = optional_day()
    pts_use_until: date | None = optional_day()
    battery_life_months: int | None = None


class MerchantRow(Versioned, table=True):
    """商户: a shop that takes payments."""

    __tablename__ = "merchant"
    audited: ClassVar[str] = "merchant"
    __table_args__ = table(
        lines("mid", "name", "uscc", "address", "contact_name", "phone", "opening_hours"),
        lines("contract"),
        notes("remarks"),
        sa.CheckConstraint("length(name) > 0", name="name_given"),
        sa.UniqueConstraint("mid"),
        within("latitude", -90, 90),
        within("longitude", -180, 180),
    )

    mid: str = required_words()
    name: str = required_words(index=True)
    uscc: str = words()
    address: str = words()
    area_id: str | None = optional_reference("area.id")
    contact_name: str = words()
    phone: str = words(index=True)
    opening_hours: str = words()
    contract: str = words()
    vip: bool = flag()
    report_language: str = words()
    latitude: float | None = optional_real()
    longitude: float | None = optional_real()
    remarks: str = words()


class TerminalRow(Versioned, table=True):
    """终端: a device, for as long as it exists."""

    __tablename__ = "terminal"
    audited: ClassVar[str] = "terminal"
    __table_args__ = table(
        lines("serial", "serial_key", "firmware", "app_version", "iccid", "imei", "seal_no"),
        lines("hardware_version", "ports", "hidden_marks"),
        notes("remarks"),
        one_of("state", TerminalState),
        one_of("link", Link),
        sa.CheckConstraint("serial_key = upper(serial)", name="serial_key"),
        sa.UniqueConstraint("serial_key"),
        sa.Index("ix_terminal_state_serial_key", "state", "serial_key"),
    )

    serial: str = required_words()
    serial_key: str = required_words()
    model_id: str = reference("terminal_model.id")
    state: str = required_words()
    firmware: str = words()
    app_version: str = words()
    hardware_version: str = words()
    link: str = words(Link.UNKNOWN)
    ports: str = words()
    iccid: str = words()
    imei: str = words()
    seal_no: str = words()
    hidden_marks: str = words()
    installed_on: date | None = optional_day()
    warranty_until: date | None = optional_day()
    contract_until: date | None = optional_day()
    certificate_until: date | None = optional_day()
    sim_until: date | None = optional_day()
    counted_on: date | None = optional_day()
    last_seen_on: date | None = optional_day()
    last_transaction_on: date | None = optional_day()
    remarks: str = words()


class PlacementRow(Row, table=True):
    """One stay of a device at a merchant's counter; open while `until` is NULL.

    The TID belongs to the position, so a swap closes one placement and opens another with the
    same TID.
    """

    __tablename__ = "placement"
    __table_args__ = table(
        lines("tid", "address", "ended_because"),
        within("latitude", -90, 90),
        within("longitude", -180, 180),
        sa.CheckConstraint("until IS NULL OR until >= since", name="order"),
        sa.Index(
            "uq_placement_terminal_open",
            "terminal_id",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
        ),
        sa.Index(
            "uq_placement_tid_open",
            "tid",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
        ),
    )

    terminal_id: str = reference("terminal.id")
    merchant_id: str = reference("merchant.id")
    acquirer_id: str | None = optional_reference("acquirer.id")
    tid: str = required_words(index=True)
    address: str = words()
    latitude: float | None = optional_real()
    longitude: float | None = optional_real()
    since: datetime = moment()
    until: datetime | None = optional_moment()
    ended_because: str = words()
    replaced_by_id: str | None = optional_reference("placement.id", index=False)


class CustodyRow(Row, table=True):
    """Who holds a device, from when, in a sealed pack or not; open while `until` is NULL.

    Entries are never changed but for their end: the ledger says what was believed when.
    """

    __tablename__ = "custody"
    __table_args__ = table(
        lines("holder", "reference", "actor", "device"),
        notes("note"),
        one_of("kind", HolderKind),
        one_of("pack", Pack),
        one_of("cause", CustodyCause),
        sa.CheckConstraint("until IS NULL OR until >= since", name="order"),
        sa.Index(
            "uq_custody_terminal_open",
            "terminal_id",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
        ),
        sa.Index("ix_custody_terminal_id_since", "terminal_id", "since"),
    )

    terminal_id: str = reference("terminal.id", index=False)
    kind: str = required_words()
    holder: str = words()
    pack: str = words(Pack.UNKNOWN)
    reference: str = words()
    expected_on: date | None = optional_day()
    since: datetime = moment()
    until: datetime | None = optional_moment()
    cause: str = required_words()
    note: str = words()
    actor: str = words()
    device: str = words()


class TerminalEventRow(EventRow, table=True):
    """What happened to a device: registered, imported, moved, swapped, changed state, edited.

    An edit has one row for each field that changed.
    """

    __tablename__ = "terminal_event"
    __table_args__ = table(
        lines("kind"),
        event_limits(),
        sa.Index("ix_terminal_event_terminal_id_at", "terminal_id", "at"),
        sa.Index("ix_terminal_event_at", "at"),
    )

    terminal_id: str = reference("terminal.id", index=False)
    kind: str = required_words()


class TechnicianRow(Versioned, table=True):
    """工程师: who does the work."""

    __tablename__ = "technician"
    audited: ClassVar[str] = "technician"
    __table_args__ = table(
        lines("code", "name", "phone", "email", "badge_no"),
        one_of("role", Role),
        sa.CheckConstraint("length(name) > 0", name="name_given"),
        sa.UniqueConstraint("code"),
        within("latitude", -90, 90),
        within("longitude", -180, 180),
        within("capacity_minutes", 0, 1440),
    )

    code: str = required_words()
    name: str = required_words()
    phone: str = words()
    email: str = words()
    badge_no: str = words()
    role: str = words(Role.TECHNICIAN)
    active: bool = flag(default=True)
    capacity_minutes: int = 420
    latitude: float | None = optional_real()
    longitude: float | None = optional_real()
    fieldwork: bool = flag(default=True)


class TechnicianAreaRow(Row, table=True):
    """An area a technician serves."""

    __tablename__ = "technician_area"
    __table_args__ = table(sa.UniqueConstraint("technician_id", "area_id"))

    technician_id: str = reference("technician.id", index=False)
    area_id: str = reference("area.id")


class TechnicianSkillRow(Row, table=True):
    """A class of faults a technician is trained for; without any, all of them."""

    __tablename__ = "technician_skill"
    __table_args__ = table(
        one_of("skill", FaultClass), sa.UniqueConstraint("technician_id", "skill")
    )

    technician_id: str = reference("technician.id", index=False)
    skill: str = required_words()


class SupportContactRow(Versioned, table=True):
    """One way to reach somebody who can act: number, hours, what to have ready."""

    __tablename__ = "support_contact"
    audited: ClassVar[str] = "contact"
    __table_args__ = table(
        lines("organisation", "phone", "hours", "languages", "email"),
        notes("prepare", "escalation"),
        one_of("role", ContactRole),
        sa.CheckConstraint("length(organisation) > 0", name="organisation_given"),
    )

    role: str = required_words()
    organisation: str = required_words()
    phone: str = words()
    email: str = words()
    hours: str = words()
    languages: str = words()
    prepare: str = words()
    escalation: str = words()
    acquirer_id: str | None = optional_reference("acquirer.id")
    manufacturer_id: str | None = optional_reference("manufacturer.id")
    area_id: str | None = optional_reference("area.id")
    last_verified_on: date | None = optional_day()
    answered_by: str = words()
    active: bool = flag(default=True)


class ImportRunRow(Row, table=True):
    """One committed import: which file, how many rows, what became of them."""

    __tablename__ = "import_run"
    __table_args__ = table(lines("kind", "file_name", "sha256", "actor"))

    at: datetime = moment()
    actor: str = required_words()
    kind: str = required_words()
    file_name: str = required_words()
    sha256: str = required_words()
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
