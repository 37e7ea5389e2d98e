"""What the estate's own finished incidents teach the diagnosis, read by SQL from the incidents.

Nothing is counted twice or kept beside the incidents: the latest finished cases are grouped when
a session begins.  Only the latest are looked at, which is both fast at a million incidents and
right: what was true three years ago is not what is true now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.domain.diagnosis.bayes import LearnedCounts
from app.domain.faults import FaultClass
from app.domain.incidents.lifecycle import IncidentState
from db.models.diagnosis import DiagnosisEvidenceRow
from db.models.incident import IncidentRow
from db.models.office import SharedFactRow

LATEST_CASES = 3_000
"""Finished incidents the prior is drawn from."""
LATEST_OF_ONE = 300
"""Finished incidents with one code or sign that refine what it says."""
_SINCE = "diagnosis_learned_since"
_OTHERS = tuple(sorted(set(IncidentState) - {IncidentState.CLOSED, IncidentState.RESOLVED}))
"""Finished is what is in none of these states.  Said so, because of finished incidents the latest
are wanted: an index of states would be asked for all of them, and a million sorted."""

Counts = dict[FaultClass, int]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often the class set at opening was the one confirmed at closing."""

    cases: int = 0
    agreed: int = 0
    by_class: Mapping[FaultClass, tuple[int, int]] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        """Agreed over all; None where there is no case."""
        return self.agreed / self.cases if self.cases else None


def learned_since(session: Session) -> datetime | None:
    """From when on incidents teach; None for always."""
    value = session.execute(
        sa.select(col(SharedFactRow.value)).where(col(SharedFactRow.name) == _SINCE)
    ).scalar()
    return datetime.fromisoformat(value) if value else None


def forget(session: Session, now: datetime) -> None:
    """Learn from now on only; the incidents themselves stay."""
    row = session.get(SharedFactRow, _SINCE)
    if row is None:
        session.add(SharedFactRow(name=_SINCE, value=now.isoformat()))
    else:
        row.value = now.isoformat()
        session.add(row)


def _finished(since: datetime | None) -> list[Any]:
    found: list[Any] = [
        col(IncidentRow.state).not_in(_OTHERS),
        col(IncidentRow.confirmed_class).is_not(None),
    ]
    if since is not None:
        found.append(col(IncidentRow.resolved_at) >= since)
    return found


def learned_for(session: Session, evidence: Iterable[str]) -> LearnedCounts:
    """What is learned of the classes, and of these pieces of evidence (``code:51``,
    ``sign:paper_out``)."""
    since = learned_since(session)
    latest = (
        sa.select(col(IncidentRow.confirmed_class))
        .where(*_finished(since))
        .order_by(col(IncidentRow.id).desc())
        .limit(LATEST_CASES)
    )
    refined = {}
    for key in evidence:
        counts = _grouped(session, _cases_with(key, since).limit(LATEST_OF_ONE))
        if counts:
            refined[key] = counts
    return LearnedCounts(_grouped(session, latest), refined)


def _cases_with(key: str, since: datetime | None) -> Any:
    kind, _, ref = key.partition(":")
    if kind == "code":
        # Typed codes stand in the incident itself, also in imported history.
        return (
            sa.select(col(IncidentRow.confirmed_class))
            .where(col(IncidentRow.displayed_code) == ref, *_finished(since))
            .order_by(col(IncidentRow.id).desc())
        )
    return (
        sa.select(col(IncidentRow.confirmed_class))
        .join(
            DiagnosisEvidenceRow,
            col(DiagnosisEvidenceRow.incident_id) == col(IncidentRow.id),
        )
        .where(col(DiagnosisEvidenceRow.evidence) == key, *_finished(since))
        .order_by(col(DiagnosisEvidenceRow.id).desc())
    )


def _grouped(session: Session, query: Any) -> Counts:
    inner = query.subquery()
    fault_class = inner.c.confirmed_class
    rows = session.execute(sa.select(fault_class, sa.func.count()).group_by(fault_class))
    return {FaultClass(name): count for name, count in rows}


def everything_learned(session: Session) -> LearnedCounts:
    """All that is learned, for the export."""
    since = learned_since(session)
    evidence: dict[str, Counts] = {}
    codes = (
        sa.select(
            col(IncidentRow.displayed_code), col(IncidentRow.confirmed_class), sa.func.count()
        )
        .where(col(IncidentRow.displayed_code) != "", *_finished(since))
        .group_by(col(IncidentRow.displayed_code), col(IncidentRow.confirmed_class))
    )
    for code, fault_class, count in session.execute(codes):
        evidence.setdefault(f"code:{code}", {})[FaultClass(fault_class)] = count
    signs = (
        sa.select(
            col(DiagnosisEvidenceRow.evidence), col(IncidentRow.confirmed_class), sa.func.count()
        )
        .join(IncidentRow, col(IncidentRow.id) == col(DiagnosisEvidenceRow.incident_id))
        .where(col(DiagnosisEvidenceRow.evidence).startswith("sign:"), *_finished(since))
        .group_by(col(DiagnosisEvidenceRow.evidence), col(IncidentRow.confirmed_class))
    )
    for key, fault_class, count in session.execute(signs):
        evidence.setdefault(key, {})[FaultClass(fault_class)] = count
    classes = sa.select(col(IncidentRow.confirmed_class)).where(*_finished(since))
    return LearnedCounts(_grouped(session, classes), dict(sorted(evidence.items())))


def agreement(session: Session, start: datetime | None, end: datetime | None) -> Agreement:
    """Provisional against confirmed class, of incidents resolved in the period."""
    provisional, confirmed = col(IncidentRow.provisional_class), col(IncidentRow.confirmed_class)
    query = sa.select(
        confirmed, sa.func.count(), sa.func.sum(sa.case((provisional == confirmed, 1), else_=0))
    ).where(*_finished(None), provisional.is_not(None))
    if start is not None:
        query = query.where(col(IncidentRow.resolved_at) >= start)
    if end is not None:
        query = query.where(col(IncidentRow.resolved_at) < end)
    by_class = {
        FaultClass(name): (int(cases), int(agreed))
        for name, cases, agreed in session.execute(query.group_by(confirmed))
    }
    return Agreement(
        sum(cases for cases, _ in by_class.values()),
        sum(agreed for _, agreed in by_class.values()),
        by_class,
    )
