"""Tables of warnings that somebody works on.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa

from app.domain.insight.warning_cases import WarningAction, WarningState
from db.models.shape import (
    EventRow,
    Versioned,
    document,
    event_limits,
    lines,
    moment,
    notes,
    one_of,
    optional_day,
    optional_moment,
    optional_reference,
    reference,
    required_words,
    table,
    words,
)


class WarningCaseRow(Versioned, table=True):
    """预警处理: a warning somebody works on or worked on, known by the warning's key; at most one
    open at a time.  `warning` is what the data said when it was last looked at."""

    __tablename__ = "warning_case"
    audited: ClassVar[str] = "warning"
    __table_args__ = table(
        lines("rule"),
        lines("key", limit=400),
        notes("reason"),
        one_of("state", WarningState),
        sa.Index(
            "uq_warning_case_key_open",
            "key",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
        ),
        sa.Index("ix_warning_case_rule_state", "rule", "state"),
    )

    key: str = required_words(index=True)
    rule: str = required_words()
    state: str = required_words()
    owner_id: str | None = optional_reference("technician.id")
    due_on: date | None = optional_day()
    warning: Any = document()
    opened_at: datetime = moment()
    ended_at: datetime | None = optional_moment()
    reason: str = words()


class WarningEventRow(EventRow, table=True):
    """One row of a warning's log."""

    __tablename__ = "warning_event"
    __table_args__ = table(
        event_limits(),
        one_of("action", WarningAction),
        sa.Index("ix_warning_event_case_id_at", "case_id", "at"),
    )

    case_id: str = reference("warning_case.id", index=False)
    action: str = required_words()
