"""The table of rights: which role may do which kind of operation.

Every write verb of a service has a kind ``<subject>.<verb>`` here, and nothing is allowed that the
table does not name.  The same table greys the buttons of the window and refuses in the services.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.errors import NotPermitted
from app.domain.people.roles import Role


@dataclass(frozen=True, slots=True)
class Right:
    """Who may: `roles` always, `own` when the record is the person's own.

    Own is an incident assigned to the person, or reported by them while it is nobody's; a visit
    planned for them; work handed to them; a warning they have; their leave; their van; their own
    entry among people
    (`app.services.core.ownership`).
    """

    roles: frozenset[Role]
    own: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: a code of `app.texts`, the kind of operation, and who may."""

    code: str
    kind: str
    who: tuple[Role, ...] = ()

    def error(self) -> NotPermitted:
        """The same as an error."""
        return NotPermitted(self.code, self.kind, self.who)


_ALL = frozenset(Role)
_WORKING = _ALL - {Role.AUDITOR}
_OFFICE = frozenset({Role.LEAD, Role.MANAGER, Role.ADMINISTRATOR})
_MANAGING = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_NOBODY: frozenset[Role] = frozenset()

_EVERYBODY_MAY = Right(_ALL)
_WHO_WORKS = Right(_WORKING)
_THE_OFFICE = Right(_OFFICE)
_OFFICE_OR_OWN = Right(_OFFICE, _WORKING)
_MANAGERS = Right(_MANAGING)
_AUDITORS_OR_OWN = Right(_OFFICE | {Role.AUDITOR}, _WORKING)
_ADMINISTRATORS = Right(_ADMINISTRATOR)
_ONLY_OWN = Right(_NOBODY, _ALL)
_OWN_WORK = Right(_NOBODY, _WORKING)

RIGHTS: Mapping[str, Right] = {
    # incidents: an open case is everybody's work, closed and withdrawn ones are not
    "incident.open": _WHO_WORKS,
    "incident.edit": _WHO_WORKS,
    "incident.triage": _WHO_WORKS,
    "incident.assign": _OFFICE_OR_OWN,
    "incident.dispatch": _THE_OFFICE,
    "incident.take_back": _THE_OFFICE,
    "incident.accept": _OWN_WORK,
    "incident.refuse": _OWN_WORK,
    "incident.start": _WHO_WORKS,
    "incident.hold": _WHO_WORKS,
    "incident.resume": _WHO_WORKS,
    "incident.resolve": _WHO_WORKS,
    "incident.close": _WHO_WORKS,
    "incident.reopen": _OFFICE_OR_OWN,
    "incident.cancel": _OFFICE_OR_OWN,
    "incident.mark_duplicate": _OFFICE_OR_OWN,
    "incident.add_work": _WHO_WORKS,
    "incident.note_trip": _WHO_WORKS,
    "incident.note_check": _WHO_WORKS,
    "incident.remove_check": _WHO_WORKS,
    "incident.note_stop_withdrawn": _WHO_WORKS,
    "incident.note_stops": _WHO_WORKS,
    "incident.add_part": _WHO_WORKS,
    "incident.remove_part": _WHO_WORKS,
    "incident.hand_over": _WHO_WORKS,
    "incident.add_addendum": _WHO_WORKS,
    "incident.import": _THE_OFFICE,
    "incident.join_parent": _THE_OFFICE,
    "incident.leave_parent": _THE_OFFICE,
    "knowledge.forget": _MANAGERS,
    "knowledge.edit": _MANAGERS,
    "knowledge.retire": _MANAGERS,
    "knowledge.undo": _MANAGERS,
    # warnings: whoever has one may say what they found
    "warning.acknowledge": _OFFICE_OR_OWN,
    "warning.act": _OFFICE_OR_OWN,
    "warning.note": _OFFICE_OR_OWN,
    "warning.plan": _THE_OFFICE,
    "warning.close": _THE_OFFICE,
    "warning.reopen": _THE_OFFICE,
    "warning.make_campaign": _THE_OFFICE,
    "warning.make_parent": _THE_OFFICE,
    "warning.hand_over": _THE_OFFICE,
    "warning.set_level": _MANAGERS,
    # campaigns: ticked at the shop by whoever is there
    "campaign.create": _THE_OFFICE,
    "campaign.edit": _THE_OFFICE,
    "campaign.do": _WHO_WORKS,
    "campaign.excuse": _THE_OFFICE,
    "campaign.take_up": _THE_OFFICE,
    "campaign.cancel": _THE_OFFICE,
    "campaign.plan_visits": _THE_OFFICE,
    # register
    "terminal.register": _WHO_WORKS,
    "terminal.update": _WHO_WORKS,
    "terminal.relocate": _WHO_WORKS,
    "terminal.swap": _WHO_WORKS,
    "terminal.change_state": _WHO_WORKS,
    "custody.hand_over": _WHO_WORKS,
    "register.import": _THE_OFFICE,
    "model.save": _THE_OFFICE,
    "acquirer.set_profile": _THE_OFFICE,
    "contact.save": _WHO_WORKS,
    "part.save": _THE_OFFICE,
    "part.import": _THE_OFFICE,
    "stock.receive": _OFFICE_OR_OWN,
    "stock.load_van": _OFFICE_OR_OWN,
    "stock.unload_van": _OFFICE_OR_OWN,
    "stock.count": _OFFICE_OR_OWN,
    "merchant.set_language": _WHO_WORKS,
    "merchant.set_service": _MANAGERS,
    "agreement.save": _MANAGERS,
    "meter.record": _WHO_WORKS,
    # maintenance
    "plan.save": _MANAGERS,
    "plan.set_active": _MANAGERS,
    "plan.install": _MANAGERS,
    "checklist.save": _MANAGERS,
    # done by the exchange itself, when a laptop joins
    "database.bring": _EVERYBODY_MAY,
    # the steps of a run, which every start brings up to date; asking for one is generation.run
    "generation.keep_anchors": _EVERYBODY_MAY,
    "generation.change_dates": _EVERYBODY_MAY,
    "generation.answer_dates": _EVERYBODY_MAY,
    "generation.join_visits": _EVERYBODY_MAY,
    "generation.add_visits": _EVERYBODY_MAY,
    "generation.run": _THE_OFFICE,
    "occurrence.settle_missed": _THE_OFFICE,
    "generation.undo": _THE_OFFICE,
    "visit.level": _THE_OFFICE,
    "visit.add_extra": _WHO_WORKS,
    "visit.schedule": _OFFICE_OR_OWN,
    "visit.dispatch": _THE_OFFICE,
    "visit.take_back": _THE_OFFICE,
    "visit.accept": _OWN_WORK,
    "visit.refuse": _OWN_WORK,
    "visit.add_task": _WHO_WORKS,
    "visit.take_along": _WHO_WORKS,
    "visit.start": _WHO_WORKS,
    "occurrence.complete": _WHO_WORKS,
    "occurrence.skip": _OFFICE_OR_OWN,
    "visit.finish": _WHO_WORKS,
    "visit.cancel": _OFFICE_OR_OWN,
    "checklist.begin": _WHO_WORKS,
    "checklist.answer": _WHO_WORKS,
    "checklist.follow_up": _WHO_WORKS,
    "checklist.finish": _WHO_WORKS,
    "dispatch.see": _WHO_WORKS,
    "leave.enter": _OFFICE_OR_OWN,
    "leave.remove": _OFFICE_OR_OWN,
    "technician.set_week": _THE_OFFICE,
    "calendar.load": _THE_OFFICE,
    "calendar.load_company": _THE_OFFICE,
    "calendar.set_company_day": _THE_OFFICE,
    "territory.keep": _THE_OFFICE,
    "vehicle.save": _MANAGERS,
    "area.save": _MANAGERS,
    "area.merge": _MANAGERS,
    # documents: an auditor prints, and printing takes a number
    "attachment.add": _WHO_WORKS,
    "attachment.change": _WHO_WORKS,
    "attachment.remove": _WHO_WORKS,
    "attachment.decode": _EVERYBODY_MAY,
    "incident.sign": _WHO_WORKS,
    "visit.sign": _WHO_WORKS,
    "document.issue": _EVERYBODY_MAY,
    "document.hand_out": _EVERYBODY_MAY,
    "document.hand_out_calendar": _EVERYBODY_MAY,
    "document.publish_key": _EVERYBODY_MAY,
    "document.seal": _WHO_WORKS,
    "wording.save": _MANAGERS,
    # the exchange with the office
    "conflict.settle": _THE_OFFICE,
    "operation.withdraw": _WHO_WORKS,
    "exchange.arrange": _MANAGERS,
    "exchange.carry": _WHO_WORKS,
    "exchange.read": _AUDITORS_OR_OWN,
    "log.read": _AUDITORS_OR_OWN,
    # the program and its people
    "technician.make_administrator": _EVERYBODY_MAY,
    "form.keep": _EVERYBODY_MAY,
    "backup.make": _EVERYBODY_MAY,
    "backup.restore": _MANAGERS,
    "encryption.change": _MANAGERS,
    "settings.change": _MANAGERS,
    # the note of what somebody who might changed; it is no change itself
    "settings.note": _EVERYBODY_MAY,
    "technician.save": _MANAGERS,
    "people.set_role": _ADMINISTRATORS,
    "people.give_code": _MANAGERS,
    "people.set_password": _ONLY_OWN,
    "people.set_pin": _ONLY_OWN,
}
"""Kind of operation → who may."""


OF_THE_PROGRAM = frozenset(
    {
        "database.bring",
        "generation.keep_anchors",
        "generation.change_dates",
        "generation.answer_dates",
        "generation.join_visits",
        "generation.add_visits",
        "attachment.decode",
        "document.publish_key",
        "settings.note",
    }
)
"""What the program does by itself, whoever sits at it: not in anybody's name."""

_WITHOUT_WRITING = frozenset({"backup.make", "exchange.read", "log.read"})
"""What can be done with a database that is looked at only."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose rights count now.

    `guarded` once anybody has a password: before that everybody is the one person of the laptop
    and may everything.  `role` is that of who signed in; None while nobody has.  `view_only` when
    the database cannot be written, whoever asks; `server_away` when that is because it is the copy
    an office seat keeps of a server that does not answer.
    """

    guarded: bool = False
    role: Role | None = None
    view_only: bool = False
    server_away: bool = False

    @property
    def leads(self) -> bool:
        """Whether they answer for the work of others, and may see how it compares."""
        return not self.guarded or self.role in _OFFICE

    def asks_whose(self, kind: str) -> bool:
        """Whether the answer hangs on whose record it is."""
        right = RIGHTS[kind]
        return self.guarded and self.role in right.own and self.role not in right.roles

    def refusal(self, kind: str, *, own: bool = False) -> Refusal | None:
        """Why this may not be done, or None when it may.  `KeyError` for a kind the table does not
        know: that is a bug, never a permission."""
        right = RIGHTS[kind]
        if self.view_only and kind not in _WITHOUT_WRITING:
            code = "permission.server_away" if self.server_away else "permission.view_only"
            return Refusal(code, kind)
        if not self.guarded:
            return None
        if self.role is None:
            return Refusal("permission.sign_in", kind)
        if self.role in right.roles or (own and self.role in right.own):
            return None
        who = tuple(role for role in Role if role in right.roles)
        if not who:
            return Refusal("permission.only_self", kind)
        code = "permission.own" if self.role in right.own else "permission.role"
        return Refusal(code, kind, who)
