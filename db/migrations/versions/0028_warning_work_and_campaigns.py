"""Warnings that are worked on; campaigns with their terminals; incidents that belong to another

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
STATES = "'new', 'acknowledged', 'acting', 'proven_right', 'proven_wrong', 'dismissed'"
ACTIONS = "'acknowledge', 'act', 'plan', 'note', 'make', 'close', 'reopen'"
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table('campaign',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('due_on', DAY, nullable=False),
    sa.Column('owner_id', KEY, nullable=True),
    sa.Column('instructions', sa.Text(), nullable=False),
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('warning', sa.Text(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('made_at', MOMENT, nullable=False),
    sa.Column('made_by', sa.Text(), nullable=False),
    sa.Column('ended_at', MOMENT, nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.CheckConstraint('length(number) <= 200', name=op.f('ck_campaign_number_length')),
    sa.CheckConstraint('length(title) <= 200', name=op.f('ck_campaign_title_length')),
    sa.CheckConstraint('length(target) <= 200', name=op.f('ck_campaign_target_length')),
    sa.CheckConstraint('length(warning) <= 400', name=op.f('ck_campaign_warning_length')),
    sa.CheckConstraint('length(made_by) <= 200', name=op.f('ck_campaign_made_by_length')),
    sa.CheckConstraint('length(instructions) <= 20000', name=op.f('ck_campaign_instructions_length')),
    sa.CheckConstraint('length(reason) <= 20000', name=op.f('ck_campaign_reason_length')),
    sa.CheckConstraint("kind IN ('firmware', 'recall', 'training', 'sim_swap', 'inspection')", name=op.f('ck_campaign_kind')),
    sa.CheckConstraint("state IN ('open', 'finished', 'cancelled')", name=op.f('ck_campaign_state')),
    sa.ForeignKeyConstraint(['owner_id'], ['technician.id'], name=op.f('fk_campaign_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign')),
    sa.UniqueConstraint('number', name=op.f('uq_campaign_number')),
    sqlite_strict=True,
    )
    op.create_index('ix_campaign_state_due_on', 'campaign', ['state', 'due_on'])
    op.create_index(op.f('ix_campaign_owner_id'), 'campaign', ['owner_id'])
    op.create_table('campaign_task',
    sa.Column('id', KEY, nullable=False),
    sa.Column('campaign_id', KEY, nullable=False),
    sa.Column('terminal_id', KEY, nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('done_at', MOMENT, nullable=True),
    sa.Column('done_by', sa.Text(), nullable=False),
    sa.Column('visit_id', KEY, nullable=True),
    sa.CheckConstraint('length(done_by) <= 200', name=op.f('ck_campaign_task_done_by_length')),
    sa.CheckConstraint('length(reason) <= 20000', name=op.f('ck_campaign_task_reason_length')),
    sa.CheckConstraint("state IN ('open', 'done', 'excused')", name=op.f('ck_campaign_task_state')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_task_campaign_id')),
    sa.ForeignKeyConstraint(['terminal_id'], ['terminal.id'], name=op.f('fk_campaign_task_terminal_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_campaign_task_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_task')),
    sa.UniqueConstraint('campaign_id', 'terminal_id', name=op.f('uq_campaign_task_campaign_id_terminal_id')),
    sqlite_strict=True,
    )
    op.create_index('ix_campaign_task_terminal_id_state', 'campaign_task', ['terminal_id', 'state'])
    op.create_index(op.f('ix_campaign_task_visit_id'), 'campaign_task', ['visit_id'])
    _warnings()
    with_column = 'TEXT' if op.get_bind().dialect.name == 'sqlite' else 'UUID'
    # With its reference in the column, SQLite need not write the whole table anew.
    op.execute(
        f"ALTER TABLE incident ADD COLUMN parent_id {with_column}"
        " CONSTRAINT fk_incident_parent_id REFERENCES incident (id)"
    )
    op.create_index(op.f('ix_incident_parent_id'), 'incident', ['parent_id'])


def _warnings() -> None:
    op.create_table('warning_case',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('rule', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('owner_id', KEY, nullable=True),
    sa.Column('due_on', DAY, nullable=True),
    sa.Column('warning', sa.Text(), nullable=False),
    sa.Column('opened_at', MOMENT, nullable=False),
    sa.Column('ended_at', MOMENT, nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.CheckConstraint('length(rule) <= 200', name=op.f('ck_warning_case_rule_length')),
    sa.CheckConstraint('length(key) <= 400', name=op.f('ck_warning_case_key_length')),
    sa.CheckConstraint('length(reason) <= 20000', name=op.f('ck_warning_case_reason_length')),
    sa.CheckConstraint(f"state IN ({STATES})", name=op.f('ck_warning_case_state')),
    sa.ForeignKeyConstraint(['owner_id'], ['technician.id'], name=op.f('fk_warning_case_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_warning_case')),
    sqlite_strict=True,
    )
    op.create_index('uq_warning_case_key_open', 'warning_case', ['key'], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index('ix_warning_case_rule_state', 'warning_case', ['rule', 'state'])
    op.create_index(op.f('ix_warning_case_key'), 'warning_case', ['key'])
    op.create_index(op.f('ix_warning_case_owner_id'), 'warning_case', ['owner_id'])
    op.create_table('warning_event',
    sa.Column('id', KEY, nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('old', sa.Text(), nullable=False),
    sa.Column('new', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('ref_kind', sa.Text(), nullable=False),
    sa.Column('ref_id', KEY, nullable=True),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('case_id', KEY, nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_warning_event_actor_length')),
    sa.CheckConstraint('length(device) <= 200', name=op.f('ck_warning_event_device_length')),
    sa.CheckConstraint('length(field) <= 200', name=op.f('ck_warning_event_field_length')),
    sa.CheckConstraint('length(reason) <= 200', name=op.f('ck_warning_event_reason_length')),
    sa.CheckConstraint('length(ref_kind) <= 200', name=op.f('ck_warning_event_ref_kind_length')),
    sa.CheckConstraint('length(old) <= 20000', name=op.f('ck_warning_event_old_length')),
    sa.CheckConstraint('length(new) <= 20000', name=op.f('ck_warning_event_new_length')),
    sa.CheckConstraint('length(remark) <= 20000', name=op.f('ck_warning_event_remark_length')),
    sa.CheckConstraint(f"action IN ({ACTIONS})", name=op.f('ck_warning_event_action')),
    sa.ForeignKeyConstraint(['case_id'], ['warning_case.id'], name=op.f('fk_warning_event_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_warning_event')),
    sqlite_strict=True,
    )
    op.create_index('ix_warning_event_case_id_at', 'warning_event', ['case_id', 'at'])


def downgrade() -> None:
    op.drop_index(op.f('ix_incident_parent_id'), table_name='incident')
    op.execute("ALTER TABLE incident DROP COLUMN parent_id")
    op.drop_table('warning_event')
    op.drop_table('warning_case')
    op.drop_table('campaign_task')
    op.drop_table('campaign')
