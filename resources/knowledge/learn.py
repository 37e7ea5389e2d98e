"""Learns the weights of words from the labelled cases and the catalogue's own phrases.

    python resources/knowledge/learn.py          write words.weights beside the catalogue

Multinomial logistic regression by AdaGrad, in plain Python: the same cases and catalogue give the
same file on every computer.  What is measured on (cases_unseen, cases_heldout) is never read.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from app.domain.diagnosis.catalogue import SignKind  # noqa: E402
from app.domain.diagnosis.evidence import Reasoner  # noqa: E402
from app.domain.diagnosis.word_weights import place_of, word_features  # noqa: E402
from app.domain.faults import FaultClass  # noqa: E402
from app.knowledge import load_knowledge  # noqa: E402
from app.knowledge.evaluate import LabelledCase, read_cases  # noqa: E402
from app.knowledge.loader import WEIGHTS, read_bytes  # noqa: E402

CASES = ROOT / "tests" / "files"
TAUGHT = ("learning", "own", "tuning", "cited", "examples")
ROWS = 1 << 16
EPOCHS, RATE, SHRINK, SEED = 5, 0.5, 2e-4, 1
ALTERNATIVES = 0.25
"""What the accepted classes of a case count together beside its label."""
PHRASE = 0.2
"""What a phrase of the catalogue counts beside a case."""
CAUSE_DOUBT = 0.2
"""What the name of a cause leaves to other classes."""

Shares = dict[FaultClass, float]


@dataclass(frozen=True, slots=True)
class Lesson:
    """The rows of the features of one text, the classes it belongs to, and how much it counts."""

    rows: tuple[int, ...]
    shares: tuple[float, ...]
    weight: float


@dataclass(slots=True)
class Learner:
    """The weights while they are learnt."""

    bias: list[float]
    weights: dict[int, list[float]] = field(default_factory=dict)
    moved: dict[int, float] = field(default_factory=dict)

    def take(self, lesson: Lesson) -> None:
        """One step towards what a lesson says."""
        width, scale = len(self.bias), 1 / math.sqrt(len(lesson.rows))
        known = [self.weights.setdefault(row, [0.0] * width) for row in lesson.rows]
        sums = [
            b + scale * sum(c) for b, c in zip(self.bias, zip(*known, strict=True), strict=True)
        ]
        top = max(sums)
        masses = [math.exp(each - top) for each in sums]
        total = sum(masses)
        pull = [
            lesson.weight * scale * (mass / total - share)
            for mass, share in zip(masses, lesson.shares, strict=True)
        ]
        for row, own in zip(lesson.rows, known, strict=True):
            slope = [p + SHRINK * w for p, w in zip(pull, own, strict=True)]
            self.moved[row] = self.moved.get(row, 0.1) + sum(s * s for s in slope)
            pace = RATE / math.sqrt(self.moved[row])
            for i in range(width):
                own[i] -= pace * slope[i]


def lessons(reasoner: Reasoner, cases: list[LabelledCase]) -> Iterator[Lesson]:
    """The cases, and all the catalogue says in words."""
    classes = reasoner.model.classes

    def lesson(features: list[str], shares: Shares, weight: float) -> Iterator[Lesson]:
        rows = tuple(dict.fromkeys(place_of(each, ROWS) for each in features))
        if rows:
            yield Lesson(rows, tuple(shares.get(c, 0.0) for c in classes), weight)

    for case in cases:
        if case.label is not None:
            shares = dict.fromkeys(case.alt, ALTERNATIVES / len(case.alt)) if case.alt else {}
            shares[case.label] = shares.get(case.label, 0.0) + 1
            total = sum(shares.values())
            shares = {c: share / total for c, share in shares.items()}
            yield from lesson(reasoner.marks(case.code, case.text), shares, 1.0)
    for text, shares in phrases(reasoner):
        yield from lesson([*word_features(reasoner.matcher.folding.tokens(text))], shares, PHRASE)


def phrases(reasoner: Reasoner) -> Iterator[tuple[str, Shares]]:
    """What the catalogue says of signs, codes, modes and causes, with the classes meant."""
    knowledge, model = reasoner.knowledge, reasoner.model
    for sign in knowledge.signs.values():
        if sign.kind is not SignKind.CIRCUMSTANCE and sign.leaning.points:
            for way in sign.says:
                if "<" not in way:
                    yield way.replace("+", " ").replace("^", ""), model.shares(sign.leaning)
    for meaning in (each for meanings in knowledge.codes.values() for each in meanings):
        if not meaning.leaning.silent:
            yield from ((text, model.shares(meaning.leaning)) for _, text in meaning.text.texts)
    yield from names(reasoner)


def names(reasoner: Reasoner) -> Iterator[tuple[str, Shares]]:
    """The names of modes and causes with the classes they belong to."""
    for mode in reasoner.knowledge.modes.values():
        yield from ((text, {mode.fault_class: 1.0}) for _, text in mode.text.texts)
        doubtful = {c: CAUSE_DOUBT * share for c, share in reasoner.model.base.items()}
        doubtful[mode.fault_class] += 1 - CAUSE_DOUBT
        for cause in reasoner.knowledge.causes_of(mode.id):
            yield from ((text, doubtful) for _, text in cause.text.texts)


def learn(reasoner: Reasoner, cases: list[LabelledCase], taught_by: str = "") -> bytes:
    """The content of the file of weights; `taught_by` says what it was learnt from."""
    classes = reasoner.model.classes
    taught = list(lessons(reasoner, cases))
    learner = Learner([math.log(reasoner.model.base[c]) for c in classes])
    order = random.Random(SEED)  # an order, no secret
    for _ in range(EPOCHS):
        order.shuffle(taught)
        for each in taught:
            learner.take(each)
    step = max(abs(w) for own in learner.weights.values() for w in own) / 127
    table = array("b", bytes(ROWS * len(classes)))
    for row, own in learner.weights.items():
        for i, weight in enumerate(own):
            table[row * len(classes) + i] = round(weight / step)
    head = {
        "bias": {c: round(b, 4) for c, b in zip(classes, learner.bias, strict=True)},
        "step": step,
        "signs": sorted(reasoner.knowledge.signs),
        "taught_by": taught_by,
    }
    return json.dumps(head).encode() + b"\n" + table.tobytes()


def fingerprint() -> str:
    """What the files of cases are known by."""
    files = (CASES / f"cases_{name}.jsonl" for name in TAUGHT)
    return hashlib.sha256(b"".join(map(read_bytes, files))).hexdigest()[:16]


def main() -> int:
    """Learn, and write the file."""
    folder = ROOT / "resources" / "knowledge"
    reasoner = Reasoner(replace(load_knowledge(folder), words=None))
    cases = [case for name in TAUGHT for case in read_cases(CASES / f"cases_{name}.jsonl")]
    (folder / WEIGHTS).write_bytes(learn(reasoner, cases, fingerprint()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
