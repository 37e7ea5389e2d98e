"""Tables of campaigns: the same work at many terminals.

Not to be given ``from __future__ import annotations``: SQLModel reads the annotations.
"""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa

from app.domain.campaigns.campaigns import CampaignKind, CampaignState, TaskState
from db.models.shape import (
    Row,
    Versioned,
    day,
    document,
    lines,
    moment,
    notes,
    one_of,
    optional_moment,
    optional_reference,
    reference,
    required_words,
    table,
    words,
)


class CampaignRow(Versioned, table=True):
    """专项: what is done, until when, and the filter its terminals were found by."""

    __tablename__ = "campaign"
    audited: ClassVar[str] = "campaign"
    __table_args__ = table(
        lines("number", "title", "target", "made_by"),
        lines("warning", limit=400),
        notes("instructions", "reason"),
        one_of("kind", CampaignKind),
        one_of("state", CampaignState),
        sa.UniqueConstraint("number"),
        sa.Index("ix_campaign_state_due_on", "state", "due_on"),
    )

    number: str = required_words()
    title: str = required_words()
    kind: str = required_words()
    state: str = required_words()
    due_on: date = day()
    owner_id: str | None = optional_reference("technician.id")
    instructions: str = words()
    target: str = words()
    warning: str = words()
    scope: Any = document()
    made_at: datetime = moment()
    made_by: str = words()
    ended_at: datetime | None = optional_moment()
    reason: str = words()


class CampaignTaskRow(Row, table=True):
    """The work of a campaign at one terminal.  `visit_id` is the visit that was planned for it."""

    __tablename__ = "campaign_task"
    __table_args__ = table(
        lines("done_by"),
        notes("reason"),
        one_of("state", TaskState),
        sa.UniqueConstraint("campaign_id", "terminal_id"),
        sa.Index("ix_campaign_task_terminal_id_state", "terminal_id", "state"),
    )

    campaign_id: str = reference("campaign.id", index=False)
    terminal_id: str = reference("terminal.id", index=False)
    state: str = required_words()
    reason: str = words()
    done_at: datetime | None = optional_moment()
    done_by: str = words()
    visit_id: str | None = optional_reference("visit.id")
