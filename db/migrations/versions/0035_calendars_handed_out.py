"""Appointments as they were last handed to technicians

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")


def upgrade() -> None:
    op.create_table('calendar_entry',
    sa.Column('id', KEY, nullable=False),
    sa.Column('technician_id', sa.Text(), nullable=False),
    sa.Column('visit_id', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('planned_on', DAY, nullable=False),
    sa.Column('start_minute', sa.Integer(), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('cancelled', FLAG, nullable=False),
    sa.CheckConstraint('length(place) <= 200', name=op.f('ck_calendar_entry_place_length')),
    sa.CheckConstraint('length(title) <= 200', name=op.f('ck_calendar_entry_title_length')),
    sa.CheckConstraint('minutes IS NULL OR minutes BETWEEN 0 AND 100000', name=op.f('ck_calendar_entry_minutes_range')),
    sa.CheckConstraint('revision IS NULL OR revision BETWEEN 0 AND 1000000000', name=op.f('ck_calendar_entry_revision_range')),
    sa.CheckConstraint('start_minute IS NULL OR start_minute BETWEEN 0 AND 1439', name=op.f('ck_calendar_entry_start_minute_range')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_entry')),
    sa.UniqueConstraint('technician_id', 'visit_id', name=op.f('uq_calendar_entry_technician_id_visit_id')),
    sqlite_strict=True,
    )
    op.create_index('ix_calendar_entry_technician_id_planned_on', 'calendar_entry', ['technician_id', 'planned_on'])


def downgrade() -> None:
    op.drop_table('calendar_entry')
