"""Tables of guided diagnosis: which signs and codes a triaged incident rested on, and what a house
changed in the fault catalogue.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from datetime import datetime

import sqlalchemy as sa

from app.domain.diagnosis.knowledge_edits import KnowledgePart
from db.models.shape import (
    Row,
    flag,
    lines,
    moment,
    notes,
    one_of,
    reference,
    required_words,
    table,
    words,
)


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


class KnowledgeEditRow(Row, table=True):
    """One change of a catalogue entry; `content` is JSON, empty when the entry was
    retired.

    Rows are only added, and marked when they are undone: the latest of an entry that is not undone
    is in effect, in whatever order the changes of several computers arrive.
    """

    __tablename__ = "knowledge_edit"
    __table_args__ = table(
        lines("entry", "made_by"),
        notes("content"),
        one_of("part", KnowledgePart),
        sa.Index("ix_knowledge_edit_part_entry", "part", "entry"),
    )

    part: str = required_words()
    entry: str = required_words()
    content: str = words()
    made_at: datetime = moment()
    made_by: str = words()
    undone: bool = flag()
