"""Advice from a ranking of fault classes: reasons, checks in order, what to say, whom to call.

Checks are ordered by chance to fix divided by minutes, which for a single fault and independent
costs minimises the expected time of repair (Heckerman, Breese and Rommelse 1995).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.domain.diagnosis.bayes import Beliefs, CatalogueModel
from app.domain.diagnosis.catalogue import Act, Check, Code, CodeAct, Stop
from app.domain.diagnosis.evidence import Evidence, EvidenceKind, Fact, OddsShift
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.diagnosis.requests import BusinessRequest
from app.domain.faults import ContactRole, FaultClass
from app.languages import LocalizedText

_TELLING = 0.15
"""Natural logarithm of the odds a reason must have moved to be named."""
_AGAINST = -0.9
_REASONS = 2
_LEAST_CHANCE = 0.04
_MOST_CHECKS = 7
_CLEAR_MODE = 0.5
_CLEAR_CLASS = 0.5
_SPOKEN = 0.45


@dataclass(frozen=True, slots=True)
class Recommended:
    """A check worth doing, its chance to end the trouble, minutes and tools."""

    check: Check
    chance: float

    @property
    def rate(self) -> float:
        """Chance to fix per minute."""
        return self.chance / self.check.minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What holds whatever the shares are: hard stops and those not settled yet, an unknown result,
    a clashing code, requests that are all there is, what is `impossible` at this terminal, and each
    fact of the register with what was reported against it."""

    stops: tuple[Stop, ...]
    unsettled: tuple[Stop, ...]
    query_first: bool
    clash: bool
    planned: tuple[BusinessRequest, ...] = ()
    impossible: frozenset[Act] = frozenset()
    contradictions: tuple[tuple[Evidence, Evidence], ...] = ()

    @property
    def ruled_out(self) -> frozenset[Act]:
        """What nobody may be made to do, neither after a stop nor before it is settled, or can."""
        stopped = (act for stop in (*self.stops, *self.unsettled) for act in stop.rules_out)
        return self.impossible.union(stopped)

    def permits(self, check: Check) -> bool:
        """Whether a check may be proposed."""
        if self.planned:
            return False  # nothing has failed
        if check.only_after and not any(stop.id in check.only_after for stop in self.stops):
            return False
        if self.stops and not check.allowed_after_stop:
            return False
        return check.does.isdisjoint(self.ruled_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What to tell the merchant, whom to contact with what ready, and warnings."""

    say: LocalizedText
    contacts: tuple[ContactRole, ...]
    ready: tuple[LocalizedText, ...]
    ask: LocalizedText
    visit: bool
    warnings: tuple[LocalizedText, ...]


def reasons(
    knowledge: Knowledge,
    shifts: Sequence[OddsShift],
    fault_class: FaultClass,
    facts: Mapping[str, Fact],
) -> tuple[LocalizedText, ...]:
    """Why a class stands where it does, as whole sentences: the evidence for it, or else the
    evidence against it.  A fact that names another class is no reason for this one."""
    ranked = sorted(shifts, key=lambda s: (_unnamed(s), -abs(s.classes[fault_class])))
    own = (None, knowledge.phrases[f"class.{fault_class}"])
    others = {fact.id for fact in facts.values() if fact.values.get("last") not in own}
    for_it = [
        s.evidence
        for s in ranked
        if s.classes[fault_class] >= _TELLING
        and not (s.evidence.kind is EvidenceKind.FACT and s.evidence.ref in others)
    ]
    if clauses := _clauses(knowledge, for_it):
        return (knowledge.text_of("because.for", reasons=_together(knowledge, clauses)),)
    against = [s for s in ranked if s.classes[fault_class] <= _AGAINST][:1]
    if against:
        clause = _clause(knowledge, against[0].evidence)
        return (knowledge.text_of("because.against", reasons=clause),)
    return ()


def _unnamed(shift: OddsShift) -> bool:
    """Whether it names nothing: that the wording resembles a class is told last."""
    return shift.evidence.kind is EvidenceKind.WORDING


def _together(knowledge: Knowledge, clauses: Sequence[LocalizedText]) -> LocalizedText:
    first, *others = clauses
    for clause in others:
        first = knowledge.text_of("because.and", first=first, second=clause)
    return first


def _clauses(knowledge: Knowledge, items: Iterable[Evidence]) -> list[LocalizedText]:
    """One clause for each thing that was said, the most telling first, `_REASONS` at most: two
    signs read out of the same words are one reason."""
    told: dict[str, Evidence] = {}
    for item in items:
        told.setdefault(item.said or item.id, item)
    return [_clause(knowledge, item) for item in itertools.islice(told.values(), _REASONS)]


def _clause(knowledge: Knowledge, item: Evidence) -> LocalizedText:
    """What one item says, in the words that were given and with what they were taken for."""
    if item.negated and not item.said:
        return knowledge.text_of("because.negated", label=item.label)
    if not item.said:
        return knowledge.text_of(f"because.{item.kind}", label=item.label)
    quoted = knowledge.text_of(
        "because.screen" if item.screen else "because.said", said=_shortened(item.said)
    )
    if item.negated or any(item.said.casefold() == text.casefold() for _, text in item.label.texts):
        return quoted
    return knowledge.text_of("because.read_as", said=quoted, label=item.label)


def requested(knowledge: Knowledge, evidence: Iterable[Evidence]) -> tuple[LocalizedText, ...]:
    """Why nothing but a request is seen: what was said."""
    asked = [item for item in evidence if item.kind is EvidenceKind.REQUEST]
    clauses = _clauses(knowledge, asked)[:_REASONS]
    if not clauses:
        return ()
    return (knowledge.text_of("because.for", reasons=_together(knowledge, clauses)),)


def grounds(
    knowledge: Knowledge,
    stops: Iterable[Stop],
    taken_back: Iterable[str],
    why: Iterable[LocalizedText],
    evidence: Iterable[Evidence],
) -> tuple[LocalizedText, ...]:
    """What the report prints: what was stopped and what to do with it, the reasons stops were taken
    back with, why this class, what was asked and tried."""
    stopped = [knowledge.text_of("stop.reason", title=stop.text, do=stop.do) for stop in stops]
    stopped += [knowledge.text_of("stop.withdrawn", reason=reason) for reason in taken_back]
    own = (EvidenceKind.ANSWER, EvidenceKind.CHECK)
    reasons = tuple(why)
    known = [
        item.label
        for item in evidence
        if item.kind in own
        and item.value
        and not any(item.label.zh in reason.zh for reason in reasons)  # said already
    ]
    return (*stopped, *reasons, *known)


_QUOTED = 40
"""Characters of a clause that a reason quotes."""


def _shortened(said: str) -> str:
    return said if len(said) <= _QUOTED else f"{said[: _QUOTED - 1]}…"


def checks(
    knowledge: Knowledge,
    beliefs: Beliefs,
    done: Collection[str],
    bounds: Bounds,
) -> tuple[Recommended, ...]:
    """Checks worth doing, best first; one that needs another before it stands behind it."""
    chances = beliefs.cause_chances()
    found: list[Recommended] = []
    for check in knowledge.checks.values():
        if check.id in done or not bounds.permits(check):
            continue
        chance = sum(chances.get(cause, 0.0) * fix for cause, fix in check.fixes.items())
        called = bool(check.only_after) or (bounds.query_first and check.id == QUERY)
        if chance >= _LEAST_CHANCE or called:
            found.append(Recommended(check, chance))
    found.sort(
        key=lambda r: (not (bounds.query_first and r.check.id == QUERY), -r.rate, r.check.id)
    )
    return tuple(_in_order(found)[:_MOST_CHECKS])


QUERY = "query_result"
"""The check that comes first whenever the result of a payment is unknown."""


def _in_order(found: list[Recommended]) -> list[Recommended]:
    listed = {item.check.id for item in found}
    placed: list[Recommended] = []
    names: set[str] = set()
    waiting = list(found)
    while waiting:
        for item in waiting:
            if all(name in names or name not in listed for name in item.check.after):
                placed.append(item)
                names.add(item.check.id)
                waiting.remove(item)
                break
        else:  # a circle, which `knowledge check` reports; show them as they are
            return placed + waiting
    return placed


def advice(
    knowledge: Knowledge,
    model: CatalogueModel,
    beliefs: Beliefs,
    codes: Sequence[Code],
    bounds: Bounds,
) -> Advice:
    """What to say and whom to call, as precise as the beliefs allow."""
    if bounds.planned:
        return _planned(knowledge, bounds.planned)
    classes = beliefs.classes(model)
    top = max(classes, key=lambda c: classes[c])
    note = knowledge.classes[top]
    mode = max(
        (m for m in beliefs.modes if model.class_of[m] is top), key=lambda m: beliefs.modes[m]
    )
    clear = classes[top] >= _CLEAR_CLASS and beliefs.modes[mode] >= _CLEAR_MODE * classes[top]
    known = knowledge.modes[mode]
    roles = _roles(
        known.contact if clear and known.contact else note.contact, codes, top, bounds.stops
    )
    ask = knowledge.contacts[roles[0]].ask
    if roles == (ContactRole.CARRIER,) and Act.SIM in bounds.impossible:
        # No SIM, no hotline of one: the network is the shop's.
        roles, ask = (ContactRole.INTERNAL,), knowledge.phrases["advice.shop_network"]
    guide = knowledge.contacts[roles[0]]
    return Advice(
        say=bounds.stops[0].say
        if bounds.stops
        else _say(knowledge, known.say if clear and known.say else note.say, classes[top]),
        contacts=roles,
        ready=tuple(knowledge.phrases[f"ready.{name}"] for name in guide.ready),
        ask=ask,
        visit=note.visit or bool(bounds.stops),
        warnings=tuple(_warnings(knowledge, codes, bounds)),
    )


def _planned(knowledge: Knowledge, requests: Sequence[BusinessRequest]) -> Advice:
    first = requests[0]
    guide = knowledge.contacts[first.contacts[0]]
    ready = (*guide.ready, *(name for name in _REQUEST_READY if name not in guide.ready))
    return Advice(
        say=first.say,
        contacts=tuple(dict.fromkeys(role for each in requests for role in each.contacts)),
        ready=tuple(knowledge.phrases[f"ready.{name}"] for name in ready),
        ask=first.text,
        visit=False,
        warnings=(),
    )


_REQUEST_READY = ("papers", "address")
"""What every request needs beside what its contact asks for."""


def _say(knowledge: Knowledge, text: LocalizedText, share: float) -> LocalizedText:
    """A cause is named to the merchant only when there is one."""
    return text if share >= _SPOKEN else knowledge.phrases["advice.say_open"]


_CODE_SPEAKS_FOR = frozenset(
    {
        FaultClass.BALANCE,
        FaultClass.FROZEN,
        FaultClass.VIOLATION,
        FaultClass.SYSTEM,
        FaultClass.OTHER,
    }
)


def _roles(
    usual: ContactRole, codes: Sequence[Code], top: FaultClass, stops: Sequence[Stop]
) -> tuple[ContactRole, ...]:
    if stops:
        return tuple(dict.fromkeys(role for stop in stops for role in stop.contacts))
    if len(codes) == 1 and codes[0].contacts and top in _CODE_SPEAKS_FOR:
        return codes[0].contacts
    return (usual,)


def _warnings(
    knowledge: Knowledge, codes: Sequence[Code], bounds: Bounds
) -> Iterable[LocalizedText]:
    for stop in bounds.stops:
        yield knowledge.text_of("stop.line", title=stop.text, do=stop.do)
    if bounds.query_first:
        yield knowledge.phrases["advice.query_first"]
    if bounds.clash:
        yield knowledge.phrases["advice.clash"]
    for fact, item in bounds.contradictions:
        yield knowledge.text_of("advice.register_differs", fact=fact.label, said=item.said)
    if any(code.act is CodeAct.CAPTURE for code in codes):
        yield knowledge.phrases["advice.capture"]


def share_of(classes: Mapping[FaultClass, float]) -> tuple[tuple[FaultClass, float], ...]:
    """The classes, likeliest first."""
    return tuple(sorted(classes.items(), key=lambda item: (-item[1], item[0])))


_FOLLOWS = frozenset({EvidenceKind.CODE, EvidenceKind.MESSAGE, EvidenceKind.SYMPTOM})


def reported(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """What was reported rather than asked or known."""
    return tuple(item for item in evidence if item.kind in _FOLLOWS)
