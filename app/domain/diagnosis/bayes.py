"""Bayesian ranking of failure modes: one fault is assumed, each piece of evidence shifts its odds.

The model is the troubleshooting network of Heckerman, Breese and Rommelse (Decision-theoretic
troubleshooting, CACM 38(3), 1995) as used for printers in SACSO (Jensen et al., 2001), with its
single-fault assumption: a fault class holds failure modes, a mode holds causes, and exactly one
cause is at work.  Beliefs are updated by Bayes' rule in two steps, class and mode within the
class, so that two signs which agree on the class but not on the mode strengthen the class.
Correlated signs of one text are discounted, because people say one thing in several ways.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from app.domain.diagnosis.catalogue import Leaning
from app.domain.diagnosis.knowledge import Knowledge
from app.domain.faults import FaultClass

_FLOOR = 1e-6
_MODE_DOUBT = 0.12
"""How much a sign leaves to other modes of the class it points at."""

DISCOUNTS = (1.1, 1.05, 0.75, 0.6, 0.45)
"""Weights of the signs of one text, the most telling first; later ones keep the last weight.

Level and slope are the two figures fitted to labelled cases (ten-fold, by log loss): the named
doubts of the catalogue are a little too cautious.  The cases tuned on ask for a first weight of a
fifth more; wordings seen for the first time were then claimed with too much confidence, so it is a
tenth."""

PRIOR_STRENGTH = 200.0
"""Closed incidents it takes until the estate's own counts weigh as much as the shipped prior."""
PRIOR_MOST = 0.7
"""The most the estate's own counts may weigh."""
LEARNT_STRENGTH = 25.0
"""Confirmed cases of one sign it takes until they weigh as much as the catalogue."""
LEARNT_MOST = 0.75
"""The most confirmed cases may weigh against the catalogue."""

Counts = Mapping[FaultClass, int]


@dataclass(frozen=True, slots=True)
class LearnedCounts:
    """What the estate's confirmed incidents teach: how often each class, overall and per piece of
    evidence (``code:51``, ``sign:paper_out``)."""

    classes: Counts = field(default_factory=dict)
    evidence: Mapping[str, Counts] = field(default_factory=dict)


class CatalogueModel:
    """What never changes while reasoning over one catalogue: classes, modes, reference beliefs."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.classes = tuple(knowledge.classes)
        self.class_of = {mode.id: mode.fault_class for mode in knowledge.modes.values()}
        self.modes_of: dict[FaultClass, list[str]] = {c: [] for c in self.classes}
        for mode in knowledge.modes.values():
            self.modes_of[mode.fault_class].append(mode.id)
        self.causes_of = {mode.id: mode.causes for mode in knowledge.modes.values()}
        total = sum(note.share for note in knowledge.classes.values())
        self.base = {c: note.share / total for c, note in knowledge.classes.items()}
        within: dict[FaultClass, float] = dict.fromkeys(self.classes, 0.0)
        for mode in knowledge.modes.values():
            within[mode.fault_class] += mode.share
        self.usual = {m.id: m.share / within[m.fault_class] for m in knowledge.modes.values()}
        self.cause_share: dict[str, dict[str, float]] = {}
        for mode in knowledge.modes.values():
            shares = {cause: knowledge.causes[cause].share for cause in mode.causes}
            norm = sum(shares.values())
            self.cause_share[mode.id] = {c: s / norm for c, s in shares.items()}

    def prior(self, counts: Counts) -> dict[FaultClass, float]:
        """The estate's own class frequencies, smoothed so that ten tickets do not shout."""
        seen = sum(counts.values())
        if not seen:
            return dict(self.base)
        weight = min(PRIOR_MOST, seen / (seen + PRIOR_STRENGTH))
        smooth = seen + len(self.classes)
        return {
            c: (1 - weight) * self.base[c] + weight * (counts.get(c, 0) + 1) / smooth
            for c in self.classes
        }

    def shares(self, leaning: Leaning) -> dict[FaultClass, float]:
        """What a leaning says of the classes alone: shares that sum to one, its doubt included."""
        shares = {c: leaning.doubt * self.base[c] for c in self.classes}
        for mode, share in leaning.points.items():
            shares[self.class_of[mode]] += (1 - leaning.doubt) * share
        return shares

    def ratios(self, leaning: Leaning, learnt: Counts | None = None) -> dict[FaultClass, float]:
        """Likelihood ratios per class, refined by confirmed cases of the same evidence."""
        if not leaning.points:
            return dict.fromkeys(self.classes, 1.0)
        shares = self.shares(leaning)
        seen = sum(learnt.values()) if learnt else 0
        if learnt and seen:
            weight = min(LEARNT_MOST, seen / (seen + LEARNT_STRENGTH))
            smooth = seen + len(self.classes) * 0.5
            shares = {
                c: (1 - weight) * shares[c] + weight * (learnt.get(c, 0) + 0.5) / smooth
                for c in self.classes
            }
        return {c: max(_FLOOR, shares[c] / self.base[c]) for c in self.classes}


@dataclass(frozen=True, slots=True)
class Beliefs:
    """How likely each mode is, and each cause within its mode."""

    modes: Mapping[str, float]
    causes: Mapping[str, Mapping[str, float]]

    @classmethod
    def start(cls, model: CatalogueModel, prior: Mapping[FaultClass, float]) -> Beliefs:
        """Before any evidence."""
        modes = {mode: prior[c] * model.usual[mode] for mode, c in model.class_of.items()}
        return cls(modes, model.cause_share)

    def classes(self, model: CatalogueModel) -> dict[FaultClass, float]:
        """How likely each class is."""
        found = dict.fromkeys(model.classes, 0.0)
        for mode, share in self.modes.items():
            found[model.class_of[mode]] += share
        return found

    def lean(
        self,
        model: CatalogueModel,
        leaning: Leaning,
        ratios: Mapping[FaultClass, float],
        weight: float = 1.0,
    ) -> Beliefs:
        """Beliefs after a sign: the class by its likelihood ratio, the mode within the class."""
        factors = {c: ratio**weight for c, ratio in ratios.items()}
        class_of = model.class_of
        named = {class_of[mode] for mode in leaning.points}
        inside = dict.fromkeys(named, 0.0)
        for mode, share in leaning.points.items():
            inside[class_of[mode]] += share
        modes = {mode: belief * factors[class_of[mode]] for mode, belief in self.modes.items()}
        for mode, ratio in leaning.against.items():
            modes[mode] *= ratio**weight
        for c in named:
            tilts = {}
            for mode in model.modes_of[c]:
                share = leaning.points.get(mode, 0.0) / inside[c]
                tilt = (1 - _MODE_DOUBT) * share / model.usual[mode] + _MODE_DOUBT
                tilts[mode] = tilt**weight
            mass = sum(self.modes[mode] for mode in tilts)
            total = sum(self.modes[mode] * tilt for mode, tilt in tilts.items())
            if total > 0:
                for mode, tilt in tilts.items():
                    modes[mode] *= tilt * mass / total
        return Beliefs(_normal(modes), self.causes)

    def reverse(self, model: CatalogueModel, leaning: Leaning, weight: float = 1.0) -> Beliefs:
        """Beliefs after a sign was said not to be there."""
        away = {
            mode: belief * (1 - 0.85 * _of_class(model, leaning, model.class_of[mode])) ** weight
            for mode, belief in self.modes.items()
        }
        return Beliefs(_normal(away), self.causes)

    def observe(self, chances: Mapping[str, float]) -> Beliefs:
        """Beliefs after an answer that is given with these chances under each mode."""
        modes = {m: b * chances.get(m, 1.0) for m, b in self.modes.items()}
        return Beliefs(_normal(modes), self.causes)

    def tried(self, fixes: Mapping[str, float], *, helped: bool) -> Beliefs:
        """Beliefs after a check was done: which causes it could have mended, and whether it did.

        This is the repair step of Heckerman et al.: a failed repair lowers its causes by the
        chance it had to mend them."""
        modes: dict[str, float] = {}
        causes: dict[str, Mapping[str, float]] = {}
        for mode, belief in self.modes.items():
            inside = {
                cause: share * _tried(fixes.get(cause, 0.0), helped)
                for cause, share in self.causes[mode].items()
            }
            mass = sum(inside.values())
            modes[mode] = belief * mass
            causes[mode] = {c: s / mass for c, s in inside.items()} if mass else self.causes[mode]
        return Beliefs(_normal(modes), causes)

    def raised(self, modes: Collection[str], least: float) -> Beliefs:
        """Beliefs in which these modes together have at least this share."""
        inside = sum(self.modes[mode] for mode in modes)
        if inside >= least or inside <= 0:
            return self
        up, down = least / inside, (1 - least) / (1 - inside)
        raised = {m: b * (up if m in modes else down) for m, b in self.modes.items()}
        return Beliefs(_normal(raised), self.causes)

    def flattened(self, model: CatalogueModel, most: float) -> Beliefs:
        """Beliefs in which no class has more than this share."""
        classes = self.classes(model)
        over = {c for c, share in classes.items() if share > most}
        if not over:
            return self
        # What one class loses may lift another above the bound.
        while len(over) * most < 1 and any(
            classes[c] * (1 - len(over) * most) > most * (1 - sum(classes[o] for o in over))
            for c in classes.keys() - over
        ):
            over.add(max(classes.keys() - over, key=lambda c: classes[c]))
        left = 1 - sum(classes[c] for c in over)
        up = (1 - len(over) * most) / left if left > 0 else 0.0
        scale = {c: most / share if c in over else up for c, share in classes.items()}
        modes = {m: b * scale[model.class_of[m]] for m, b in self.modes.items()}
        return Beliefs(_normal(modes), self.causes)

    def cause_chances(self) -> dict[str, float]:
        """How likely each cause is, over all modes."""
        found: dict[str, float] = {}
        for mode, belief in self.modes.items():
            for cause, share in self.causes[mode].items():
                found[cause] = found.get(cause, 0.0) + belief * share
        return found


def _tried(chance: float, helped: bool) -> float:
    return max(_FLOOR, chance) if helped else 1 - chance


def _of_class(model: CatalogueModel, leaning: Leaning, fault_class: FaultClass) -> float:
    return (1 - leaning.doubt) * sum(
        share for mode, share in leaning.points.items() if model.class_of[mode] is fault_class
    )


def _normal(modes: Mapping[str, float]) -> dict[str, float]:
    total = sum(modes.values())
    return {mode: value / total for mode, value in modes.items()}


def entropy(shares: Mapping[FaultClass, float]) -> float:
    """Uncertainty over the classes, in bits."""
    return -sum(p * math.log2(p) for p in shares.values() if p > 0)


def exponent_within(ratios: Collection[Mapping[FaultClass, float]], most: float) -> float:
    """The exponent under which these likelihood ratios together change the odds of a class by no
    more than `most`; one where they do not anyway."""
    said: dict[FaultClass, float] = {}
    for each in ratios:
        for c, ratio in each.items():
            said[c] = said.get(c, 0.0) + math.log(ratio)
    span = max(said.values()) - min(said.values()) if said else 0.0
    return min(1.0, math.log(most) / span) if span else 1.0


def discount(position: int) -> float:
    """The weight of the sign at this place of a text."""
    return DISCOUNTS[min(position, len(DISCOUNTS) - 1)]


def odds_shift(
    before: Mapping[FaultClass, float], after: Mapping[FaultClass, float]
) -> dict[FaultClass, float]:
    """How far the odds of each class moved, in natural logarithms."""
    return {c: _logit(after[c]) - _logit(before[c]) for c in before}


def _logit(share: float) -> float:
    share = min(1 - 1e-9, max(1e-9, share))
    return math.log(share / (1 - share))
