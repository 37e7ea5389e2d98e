"""The data of a service report, in the blocks of the trade's form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from app.languages import LocalizedText
from app.reports.data.sheets import (
    ADDED_LATER,
    Device,
    Merchant,
    Photo,
    SignedBlock,
    TestedItem,
    UnshownFile,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkStep:
    """A line of the work log: when, what, with which result."""

    at: datetime
    kind: str
    text: str
    outcome: str = ""
    minutes: int = 0
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """A part fitted; `warranty_until` is the last day of its own warranty."""

    name: str
    part_no: str = ""
    old_serial: str = ""
    new_serial: str = ""
    quantity: int = 1
    price_cents: int = 0
    in_warranty: bool = False
    warranty_until: date | None = field(default=None, metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Block 4: what was reported and what it turned out to be."""

    reported: str = ""
    code: str = ""
    code_meaning: LocalizedText = field(default_factory=LocalizedText)
    code_profile: LocalizedText = field(default_factory=LocalizedText)
    down_from: datetime | None = None
    restored_at: datetime | None = None
    suggested: str = ""
    share_percent: int | None = None
    confirmed: str = ""
    mode: LocalizedText = field(default_factory=LocalizedText)
    cause: LocalizedText = field(default_factory=LocalizedText)
    remedy: LocalizedText = field(default_factory=LocalizedText)
    other: str = ""
    reasons: tuple[LocalizedText, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandledRequest:
    """What was asked for, where nothing failed: the addresses before and after a move, and who told
    the acquirer; empty where nobody did."""

    what: LocalizedText = field(default_factory=LocalizedText)
    old_address: str = ""
    new_address: str = ""
    reported_by: str = ""
    reported_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Swap:
    """Block 6: one device for another."""

    old_serial: str
    new_serial: str
    unsent_cleared: bool = True
    custody: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairOutcome:
    """Block 9: how it ended."""

    result: str = ""
    work_done: str = ""
    advice: str = ""
    waiting_reference: str = ""
    waiting_for: str = ""
    fee_cents: int = 0
    callout_fee_cents: int = field(default=0, metadata=ADDED_LATER)
    labour_fee_cents: int = field(default=0, metadata=ADDED_LATER)
    next_visit: str = ""
    firmware_before: str = ""
    firmware_after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Block 10: what the merchant says, and who signs."""

    merchant: SignedBlock | None = None
    technician: SignedBlock | None = None
    reviewer: SignedBlock | None = None
    confirmation: str = ""
    confirmed_by: str = ""
    remark: str = ""
    satisfaction: str = ""


@dataclass(frozen=True, slots=True)
class OtherReported:
    """Another trouble of the same report: what became of it (`TroubleEnd`), and why it was left or
    the number of the incident it was reported as."""

    trouble: LocalizedText
    end: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReportSheet:
    """Everything a service report says."""

    number: str
    made_at: datetime
    state: str
    service: str
    priority: str
    channel: str
    reported_at: datetime
    reporter: str = ""
    promised_at: datetime | None = None
    arrived_at: datetime | None = None
    finished_at: datetime | None = None
    technician: str = ""
    technician_code: str = ""
    badge_no: str = ""
    merchant: Merchant = field(default_factory=Merchant)
    device: Device = field(default_factory=Device)
    fault: Fault = field(default_factory=Fault)
    steps: tuple[WorkStep, ...] = ()
    parts: tuple[PartLine, ...] = ()
    swap: Swap | None = None
    tests: tuple[TestedItem, ...] = ()
    security: tuple[TestedItem, ...] = ()
    photos: tuple[Photo, ...] = ()
    outcome: RepairOutcome = field(default_factory=RepairOutcome)
    acceptance: Acceptance = field(default_factory=Acceptance)
    reopened: int = 0
    request: HandledRequest | None = field(default=None, metadata=ADDED_LATER)
    kept: tuple[UnshownFile, ...] = field(default=(), metadata=ADDED_LATER)
    terminal_stops: tuple[LocalizedText, ...] = field(default=(), metadata=ADDED_LATER)
    """Safety stops that other incidents left at the terminal and nobody had lifted."""
    others: tuple[OtherReported, ...] = field(default=(), metadata=ADDED_LATER)
