"""Tables of guided diagnosis: which signs and codes a triaged incident rested on.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

import sqlalchemy as sa

from db.models.shape import Row, lines, reference, required_words, table


class DiagnosisEvidenceRow(Row, table=True):
    """One sign or code the provisional class of an incident rested on (``sign:paper_out``).

    Joined with the class confirmed at the end it is what the estate learns from; the counts
    themselves are never stored.
    """

    __tablename__ = "diagnosis_evidence"
    __table_args__ = table(
        lines("evidence"),
        sa.UniqueConstraint("incident_id", "evidence"),
        sa.Index("ix_diagnosis_evidence_evidence_id", "evidence", "id"),
    )

    incident_id: str = reference("incident.id", index=False)
    evidence: str = required_words()
