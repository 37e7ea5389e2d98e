"""Measures the diagnosis on labelled cases: accuracy, calibration, speed, and the worst misses.

A case is a line of JSON with ``id``, ``text``, ``code``, ``label`` and optionally ``alt`` (classes
accepted beside the label), ``lang`` and ``source``.  A case counts when the first class is the
label; a second figure accepts `alt`.  The calibration error is the usual one: cases in ten bins by
the share of the first class, mean absolute difference of share and frequency, weighed by size.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app import files
from app.domain.diagnosis.evidence import EvidenceKind, Reasoner
from app.domain.diagnosis.interview import Interview, begin
from app.domain.diagnosis.interview_parts import promised_classes
from app.domain.errors import InvalidInput
from app.domain.faults import FaultClass
from app.knowledge.repair_time import repair_minutes

BINS = 10
_CERTAIN = 1.96
"""Standard deviations within which 95 % lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledCase:
    """One labelled report."""

    id: str
    text: str
    code: str
    label: FaultClass | None = None
    alt: frozenset[FaultClass] = frozenset()
    lang: str = ""
    profile: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCase:
    """The diagnosis of one labelled case."""

    case: LabelledCase
    ranking: tuple[tuple[FaultClass, float], ...]
    reasons: tuple[str, ...]
    with_code: bool
    milliseconds: float
    promised: tuple[FaultClass, ...] = ()
    minutes: tuple[float, float] = (0.0, 0.0)

    @property
    def share(self) -> float:
        """The share of the first class."""
        return self.ranking[0][1]

    @property
    def first(self) -> bool:
        """Whether the first class is the label."""
        return self.ranking[0][0] is self.case.label

    @property
    def accepted(self) -> bool:
        """Whether the first class is the label or an accepted alternative."""
        return self.first or self.ranking[0][0] in self.case.alt

    @property
    def among_two(self) -> bool:
        """Whether the label is among the first two."""
        return self.case.label in {fault_class for fault_class, _ in self.ranking[:2]}


@dataclass(frozen=True, slots=True)
class AccuracyFigures:
    """Accuracy over some cases."""

    cases: int
    top1: float
    top1_or_alt: float
    top2: float


@dataclass(frozen=True, slots=True)
class PromisedFigures:
    """How often the label, or the label or an alternative, is among the classes named together, how
    many those are on average, and how often it is one alone."""

    right: float
    right_or_alt: float
    size: float
    alone: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Cases whose first share lies in one tenth."""

    cases: int
    share: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All figures over a file of cases."""

    total: AccuracyFigures
    groups: dict[str, AccuracyFigures]
    confusion: dict[str, dict[str, int]]
    brier: float
    calibration_error: float
    bins: tuple[Bin, ...]
    milliseconds: float
    slowest: float
    promised: PromisedFigures
    repair_time: float
    misses: tuple[JudgedCase, ...] = field(default=())


def read_cases(path: Path) -> list[LabelledCase]:
    """The cases of a file.  Raises `InvalidInput` naming the line that is no case."""
    found = []
    try:
        lines = files.read_chosen(path).decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput.of("file", "file.unreadable", name=path.name) from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(_case(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                raise InvalidInput.of(
                    "file", "cases.malformed", name=path.name, line=number, detail=str(error)
                ) from error
    return found


def _case(raw: dict[str, Any]) -> LabelledCase:
    label = raw.get("label")
    return LabelledCase(
        id=str(raw["id"]),
        text=str(raw.get("text") or ""),
        code=str(raw.get("code") or ""),
        label=FaultClass(label) if label else None,
        alt=frozenset(FaultClass(name) for name in raw.get("alt") or ()),
        lang=str(raw.get("lang") or ""),
        profile=str(raw.get("profile") or ""),
    )


def judge(reasoner: Reasoner, case: LabelledCase, language: str = "zh") -> JudgedCase:
    """The diagnosis of one case before any question."""
    started = time.perf_counter()
    session = begin(reasoner, case.code, case.text, profile=case.profile)
    ranking = session.ranking
    spent = (time.perf_counter() - started) * 1000
    return JudgedCase(
        case=case,
        ranking=tuple((ranked.fault_class, ranked.share) for ranked in ranking),
        reasons=tuple(reason.in_(language) for reason in ranking[0].reasons),
        with_code=_coded(session),
        milliseconds=spent,
        promised=promised_classes(ranking, decided=session.decided),
        minutes=repair_minutes(session),
    )


def _coded(session: Interview) -> bool:
    return any(item.kind is EvidenceKind.CODE for item in session.evidence)


def evaluate(
    reasoner: Reasoner, cases: Iterable[LabelledCase], language: str = "zh", worst: int = 10
) -> Evaluation:
    """All figures over labelled cases.  Raises `InvalidInput` when none is labelled."""
    judged = [judge(reasoner, case, language) for case in cases if case.label is not None]
    if not judged:
        raise InvalidInput.of("file", "cases.none")
    bins = _bins(judged)
    error = sum(b.cases * abs(b.share - b.right) for b in bins) / len(judged)
    wrong = sorted((j for j in judged if not j.first), key=lambda j: (j.accepted, -j.share))
    return Evaluation(
        total=_figures(judged),
        groups=_groups(judged),
        confusion=_confusion(judged),
        brier=sum(_brier(j) for j in judged) / len(judged),
        calibration_error=error,
        bins=bins,
        milliseconds=sum(j.milliseconds for j in judged) / len(judged),
        slowest=max(j.milliseconds for j in judged),
        promised=_promised(judged),
        repair_time=_repair_time(judged),
        misses=tuple(wrong[:worst]),
    )


def _figures(judged: Sequence[JudgedCase]) -> AccuracyFigures:
    n = len(judged)
    return AccuracyFigures(
        n,
        sum(j.first for j in judged) / n,
        sum(j.accepted for j in judged) / n,
        sum(j.among_two for j in judged) / n,
    )


def _promised(judged: Sequence[JudgedCase]) -> PromisedFigures:
    n = len(judged)
    return PromisedFigures(
        sum(j.case.label in j.promised for j in judged) / n,
        sum(not {j.case.label, *j.case.alt}.isdisjoint(j.promised) for j in judged) / n,
        sum(len(j.promised) for j in judged) / n,
        sum(len(j.promised) == 1 for j in judged) / n,
    )


def _repair_time(judged: Sequence[JudgedCase]) -> float:
    """Minutes of the proposed orders of checks, by those of the best orders."""
    least = sum(j.minutes[1] for j in judged)
    return sum(j.minutes[0] for j in judged) / least if least else 1.0


def interval(share: float, cases: int) -> tuple[float, float]:
    """Between which shares the true one lies with 95 %, after Wilson."""
    spread = _CERTAIN**2 / cases
    middle = (share + spread / 2) / (1 + spread)
    reach = _CERTAIN * math.sqrt(share * (1 - share) / cases + spread / cases / 4) / (1 + spread)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _groups(judged: Sequence[JudgedCase]) -> dict[str, AccuracyFigures]:
    groups: dict[str, list[JudgedCase]] = {}
    for j in judged:
        for name in (
            f"class:{j.case.label}",
            f"lang:{j.case.lang or '-'}",
            "with code" if j.with_code else "without code",
            "with message" if j.case.code else "without message",
        ):
            groups.setdefault(name, []).append(j)
    return {name: _figures(groups[name]) for name in sorted(groups)}


def _confusion(judged: Sequence[JudgedCase]) -> dict[str, dict[str, int]]:
    table = {str(label): {str(said): 0 for said in FaultClass} for label in FaultClass}
    for j in judged:
        table[str(j.case.label)][str(j.ranking[0][0])] += 1
    return table


def _brier(j: JudgedCase) -> float:
    return sum((share - (c is j.case.label)) ** 2 for c, share in j.ranking)


def _bins(judged: Sequence[JudgedCase]) -> tuple[Bin, ...]:
    sorted_in: list[list[JudgedCase]] = [[] for _ in range(BINS)]
    for j in judged:
        sorted_in[min(BINS - 1, int(j.share * BINS))].append(j)
    return tuple(
        Bin(len(b), sum(j.share for j in b) / len(b), sum(j.first for j in b) / len(b))
        if b
        else Bin(0, 0.0, 0.0)
        for b in sorted_in
    )


def reliability_plot(evaluation: Evaluation, title: str) -> str:
    """The reliability diagram as SVG: how often the first class was right against its share."""
    side, margin = 360, 46
    scale = side - 2 * margin

    def at(x: float, y: float) -> str:
        return f"{margin + x * scale:.1f},{side - margin - y * scale:.1f}"

    most = max(b.cases for b in evaluation.bins)
    dots = []
    for b in evaluation.bins:
        if b.cases:
            x, y = at(b.share, b.right).split(",")
            radius = 3 + 9 * (b.cases / most) ** 0.5
            dots.append(
                f'<circle cx="{x}" cy="{y}" r="{radius:.1f}" fill="#1f6feb" fill-opacity="0.7">'
                f"<title>{b.cases}: {b.share:.2f} / {b.right:.2f}</title></circle>"
            )
    ticks = "".join(
        f'<text x="{margin + t * scale:.0f}" y="{side - margin + 16}" text-anchor="middle">{t:.1f}'
        f'</text><text x="{margin - 8}" y="{side - margin - t * scale + 4:.0f}"'
        f' text-anchor="end">{t:.1f}</text>'
        for t in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    )
    caption = f"{title} · n={evaluation.total.cases} · ECE {evaluation.calibration_error:.3f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}"'
        f' height="{side}" font-family="sans-serif" font-size="11" fill="#1c232b">'
        f'<rect width="{side}" height="{side}" fill="#ffffff"/>'
        f'<polyline points="{at(0, 1)} {at(0, 0)} {at(1, 0)}" fill="none" stroke="#66717d"/>'
        f'<polyline points="{at(0, 0)} {at(1, 1)}" stroke="#66717d" stroke-dasharray="4 4"/>'
        f"{ticks}{''.join(dots)}"
        f'<text x="{side / 2:.0f}" y="20" text-anchor="middle">{_escaped(caption)}</text>'
        "</svg>\n"
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
