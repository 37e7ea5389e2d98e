"""Maintenance

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")
REAL = sa.REAL().with_variant(sa.Double(), "postgresql")
DOCUMENT = sa.Text()


def upgrade() -> None:
    op.create_table('calendar_day',
    sa.Column('id', KEY, nullable=False),
    sa.Column('day', DAY, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.CheckConstraint("kind IN ('off', 'work')", name=op.f('ck_calendar_day_kind')),
    sa.CheckConstraint('length(name) <= 200', name=op.f('ck_calendar_day_name_length')),
    sa.CheckConstraint('length(source) <= 200', name=op.f('ck_calendar_day_source_length')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_day')),
    sa.UniqueConstraint('day', name=op.f('uq_calendar_day_day')),
    sqlite_strict=True
    )
    op.create_table('checklist',
    sa.Column('id', KEY, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('title_zh', sa.Text(), nullable=False),
    sa.Column('title_en', sa.Text(), nullable=False),
    sa.Column('made_at', MOMENT, nullable=False),
    sa.CheckConstraint('edition >= 1', name=op.f('ck_checklist_edition')),
    sa.CheckConstraint('length(key) <= 200', name=op.f('ck_checklist_key_length')),
    sa.CheckConstraint('length(title_en) <= 200', name=op.f('ck_checklist_title_en_length')),
    sa.CheckConstraint('length(title_zh) <= 200', name=op.f('ck_checklist_title_zh_length')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist')),
    sa.UniqueConstraint('key', 'edition', name=op.f('uq_checklist_key_edition')),
    sqlite_strict=True
    )
    op.create_table('generation',
    sa.Column('id', KEY, nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('from_on', DAY, nullable=False),
    sa.Column('until_on', DAY, nullable=False),
    sa.Column('occurrences', sa.Integer(), nullable=False),
    sa.Column('visits', sa.Integer(), nullable=False),
    sa.Column('undone_at', MOMENT, nullable=True),
    sa.Column('undone_by', sa.Text(), nullable=False),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_generation_actor_length')),
    sa.CheckConstraint('length(device) <= 200', name=op.f('ck_generation_device_length')),
    sa.CheckConstraint('length(undone_by) <= 200', name=op.f('ck_generation_undone_by_length')),
    sa.CheckConstraint('until_on >= from_on', name=op.f('ck_generation_order')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_generation')),
    sqlite_strict=True
    )
    with op.batch_alter_table('generation', schema=None) as batch_op:
        batch_op.create_index('ix_generation_at', ['at'], unique=False)

    op.create_table('maintenance_anchor',
    sa.Column('id', KEY, nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('anchor_on', DAY, nullable=False),
    sa.Column('since', DAY, nullable=False),
    sa.CheckConstraint('length(subject) <= 200', name=op.f('ck_maintenance_anchor_subject_length')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_maintenance_anchor')),
    sa.UniqueConstraint('subject', name=op.f('uq_maintenance_anchor_subject')),
    sqlite_strict=True
    )
    op.create_table('plan',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('active', FLAG, nullable=False),
    sa.Column('changed_at', MOMENT, nullable=False),
    sa.CheckConstraint('length(key) <= 40', name=op.f('ck_plan_key_length')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan')),
    sa.UniqueConstraint('key', name=op.f('uq_plan_key')),
    sqlite_strict=True
    )
    op.create_table('absence',
    sa.Column('id', KEY, nullable=False),
    sa.Column('technician_id', KEY, nullable=False),
    sa.Column('first_on', DAY, nullable=False),
    sa.Column('last_on', DAY, nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.CheckConstraint('last_on >= first_on', name=op.f('ck_absence_order')),
    sa.CheckConstraint('length(reason) <= 200', name=op.f('ck_absence_reason_length')),
    sa.ForeignKeyConstraint(['technician_id'], ['technician.id'], name=op.f('fk_absence_technician_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absence')),
    sqlite_strict=True
    )
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.create_index('ix_absence_technician_id_last_on', ['technician_id', 'last_on'], unique=False)

    op.create_table('checklist_line',
    sa.Column('id', KEY, nullable=False),
    sa.Column('checklist_id', KEY, nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('text_zh', sa.Text(), nullable=False),
    sa.Column('text_en', sa.Text(), nullable=False),
    sa.Column('help_zh', sa.Text(), nullable=False),
    sa.Column('help_en', sa.Text(), nullable=False),
    sa.Column('unit', sa.Text(), nullable=False),
    sa.Column('least', REAL, nullable=True),
    sa.Column('most', REAL, nullable=True),
    sa.Column('choices', DOCUMENT, nullable=False),
    sa.Column('required', FLAG, nullable=False),
    sa.Column('alarm', sa.Text(), nullable=True),
    sa.CheckConstraint("alarm IS NULL OR alarm IN ('hardware', 'software', 'network', 'operation', 'violation', 'balance', 'frozen', 'system', 'other')", name=op.f('ck_checklist_line_alarm')),
    sa.CheckConstraint("kind IN ('check', 'number', 'choice', 'text', 'photo', 'serial', 'signature')", name=op.f('ck_checklist_line_kind')),
    sa.CheckConstraint('least IS NULL OR most IS NULL OR least <= most', name=op.f('ck_checklist_line_limits')),
    sa.CheckConstraint('length(help_en) <= 20000', name=op.f('ck_checklist_line_help_en_length')),
    sa.CheckConstraint('length(help_zh) <= 20000', name=op.f('ck_checklist_line_help_zh_length')),
    sa.CheckConstraint('length(key) <= 200', name=op.f('ck_checklist_line_key_length')),
    sa.CheckConstraint('length(text_en) <= 20000', name=op.f('ck_checklist_line_text_en_length')),
    sa.CheckConstraint('length(text_zh) <= 20000', name=op.f('ck_checklist_line_text_zh_length')),
    sa.CheckConstraint('length(unit) <= 200', name=op.f('ck_checklist_line_unit_length')),
    sa.ForeignKeyConstraint(['checklist_id'], ['checklist.id'], name=op.f('fk_checklist_line_checklist_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist_line')),
    sa.UniqueConstraint('checklist_id', 'key', name=op.f('uq_checklist_line_checklist_id_key')),
    sa.UniqueConstraint('checklist_id', 'position', name=op.f('uq_checklist_line_checklist_id_position')),
    sqlite_strict=True
    )
    op.create_table('plan_version',
    sa.Column('id', KEY, nullable=False),
    sa.Column('plan_id', KEY, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('valid_from', DAY, nullable=False),
    sa.Column('made_at', MOMENT, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('name_zh', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('anchor', sa.Text(), nullable=False),
    sa.Column('starts_on', DAY, nullable=False),
    sa.Column('ends_on', DAY, nullable=True),
    sa.Column('checklist', sa.Text(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('event_late_days', sa.Integer(), nullable=False),
    sa.Column('gate', FLAG, nullable=False),
    sa.Column('basis_zh', sa.Text(), nullable=False),
    sa.Column('basis_en', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('confidence', sa.Text(), nullable=False),
    sa.Column('contents', DOCUMENT, nullable=False),
    sa.CheckConstraint("anchor IN ('start', 'installed')", name=op.f('ck_plan_version_anchor')),
    sa.CheckConstraint("confidence IN ('confirmed', 'secondary', 'unverified', 'house')", name=op.f('ck_plan_version_confidence')),
    sa.CheckConstraint("place IN ('site', 'remote', 'office')", name=op.f('ck_plan_version_place')),
    sa.CheckConstraint("scope IN ('terminal', 'merchant', 'estate')", name=op.f('ck_plan_version_scope')),
    sa.CheckConstraint('ends_on IS NULL OR ends_on >= starts_on', name=op.f('ck_plan_version_order')),
    sa.CheckConstraint('event_late_days IS NULL OR event_late_days BETWEEN 0 AND 366', name=op.f('ck_plan_version_event_late_days_range')),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_plan_version_actor_length')),
    sa.CheckConstraint('length(basis_en) <= 20000', name=op.f('ck_plan_version_basis_en_length')),
    sa.CheckConstraint('length(basis_zh) <= 20000', name=op.f('ck_plan_version_basis_zh_length')),
    sa.CheckConstraint('length(checklist) <= 200', name=op.f('ck_plan_version_checklist_length')),
    sa.CheckConstraint('length(name_en) <= 200', name=op.f('ck_plan_version_name_en_length')),
    sa.CheckConstraint('length(name_zh) <= 200', name=op.f('ck_plan_version_name_zh_length')),
    sa.CheckConstraint('length(source) <= 200', name=op.f('ck_plan_version_source_length')),
    sa.CheckConstraint('minutes IS NULL OR minutes BETWEEN 1 AND 1440', name=op.f('ck_plan_version_minutes_range')),
    sa.CheckConstraint('number >= 1', name=op.f('ck_plan_version_number')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_version_plan_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_version')),
    sa.UniqueConstraint('plan_id', 'number', name=op.f('uq_plan_version_plan_id_number')),
    sqlite_strict=True
    )
    op.create_table('working_week',
    sa.Column('id', KEY, nullable=False),
    sa.Column('technician_id', KEY, nullable=False),
    sa.Column('weekday', sa.Integer(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.CheckConstraint('minutes IS NULL OR minutes BETWEEN 0 AND 1440', name=op.f('ck_working_week_minutes_range')),
    sa.CheckConstraint('weekday IS NULL OR weekday BETWEEN 0 AND 6', name=op.f('ck_working_week_weekday_range')),
    sa.ForeignKeyConstraint(['technician_id'], ['technician.id'], name=op.f('fk_working_week_technician_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_working_week')),
    sa.UniqueConstraint('technician_id', 'weekday', name=op.f('uq_working_week_technician_id_weekday')),
    sqlite_strict=True
    )
    op.create_table('visit',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('merchant_id', KEY, nullable=True),
    sa.Column('technician_id', KEY, nullable=True),
    sa.Column('planned_on', DAY, nullable=False),
    sa.Column('window_from', DAY, nullable=False),
    sa.Column('window_until', DAY, nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('day_order', sa.Integer(), nullable=False),
    sa.Column('start_minute', sa.Integer(), nullable=True),
    sa.Column('locked', FLAG, nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('started_at', MOMENT, nullable=True),
    sa.Column('finished_at', MOMENT, nullable=True),
    sa.Column('generation_id', KEY, nullable=True),
    sa.CheckConstraint("place IN ('site', 'remote', 'office')", name=op.f('ck_visit_place')),
    sa.CheckConstraint("state IN ('planned', 'in_progress', 'done', 'partial', 'cancelled')", name=op.f('ck_visit_state')),
    sa.CheckConstraint('length(number) <= 200', name=op.f('ck_visit_number_length')),
    sa.CheckConstraint('length(remark) <= 20000', name=op.f('ck_visit_remark_length')),
    sa.CheckConstraint('minutes IS NULL OR minutes BETWEEN 0 AND 10000', name=op.f('ck_visit_minutes_range')),
    sa.CheckConstraint('start_minute IS NULL OR start_minute BETWEEN 0 AND 1439', name=op.f('ck_visit_start_minute_range')),
    sa.CheckConstraint('window_until >= window_from', name=op.f('ck_visit_window')),
    sa.ForeignKeyConstraint(['generation_id'], ['generation.id'], name=op.f('fk_visit_generation_id')),
    sa.ForeignKeyConstraint(['merchant_id'], ['merchant.id'], name=op.f('fk_visit_merchant_id')),
    sa.ForeignKeyConstraint(['technician_id'], ['technician.id'], name=op.f('fk_visit_technician_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit')),
    sa.UniqueConstraint('number', name=op.f('uq_visit_number')),
    sqlite_strict=True
    )
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_generation_id'), ['generation_id'], unique=False)
        batch_op.create_index('ix_visit_merchant_id_state', ['merchant_id', 'state'], unique=False)
        batch_op.create_index('ix_visit_planned_on_technician_id', ['planned_on', 'technician_id'], unique=False)
        batch_op.create_index('ix_visit_state_planned_on', ['state', 'planned_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_visit_technician_id'), ['technician_id'], unique=False)

    op.create_table('meter_reading',
    sa.Column('id', KEY, nullable=False),
    sa.Column('terminal_id', KEY, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('read_on', DAY, nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.CheckConstraint("kind IN ('transactions', 'prints', 'swipes', 'charges', 'hours')", name=op.f('ck_meter_reading_kind')),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_meter_reading_actor_length')),
    sa.CheckConstraint('value >= 0', name=op.f('ck_meter_reading_value')),
    sa.ForeignKeyConstraint(['terminal_id'], ['terminal.id'], name=op.f('fk_meter_reading_terminal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meter_reading')),
    sa.UniqueConstraint('terminal_id', 'kind', 'read_on', name=op.f('uq_meter_reading_terminal_id_kind_read_on')),
    sqlite_strict=True
    )
    op.create_table('occurrence',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('plan_id', KEY, nullable=False),
    sa.Column('version_id', KEY, nullable=False),
    sa.Column('scope', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('terminal_id', KEY, nullable=True),
    sa.Column('merchant_id', KEY, nullable=True),
    sa.Column('slot', sa.Text(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('occasion', sa.Text(), nullable=False),
    sa.Column('nominal_on', DAY, nullable=False),
    sa.Column('due_on', DAY, nullable=False),
    sa.Column('window_from', DAY, nullable=False),
    sa.Column('window_until', DAY, nullable=False),
    sa.Column('uncertain', FLAG, nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('done_on', DAY, nullable=True),
    sa.Column('done_at', MOMENT, nullable=True),
    sa.Column('done_by', sa.Text(), nullable=False),
    sa.Column('anchor_day', sa.Integer(), nullable=False),
    sa.Column('visit_id', KEY, nullable=True),
    sa.Column('replaced_by_id', KEY, nullable=True),
    sa.Column('generation_id', KEY, nullable=True),
    sa.CheckConstraint("(outcome IN ('done', 'partial')) = (done_on IS NOT NULL)", name=op.f('ck_occurrence_done_on')),
    sa.CheckConstraint("occasion IN ('calendar', 'meter', 'event', 'extra')", name=op.f('ck_occurrence_occasion')),
    sa.CheckConstraint("outcome IN ('open', 'done', 'partial', 'skipped', 'merged', 'superseded', 'void')", name=op.f('ck_occurrence_outcome')),
    sa.CheckConstraint("scope <> 'terminal' OR terminal_id IS NOT NULL", name=op.f('ck_occurrence_terminal')),
    sa.CheckConstraint("scope IN ('terminal', 'merchant', 'estate')", name=op.f('ck_occurrence_scope')),
    sa.CheckConstraint('anchor_day IS NULL OR anchor_day BETWEEN 0 AND 31', name=op.f('ck_occurrence_anchor_day_range')),
    sa.CheckConstraint('length(done_by) <= 200', name=op.f('ck_occurrence_done_by_length')),
    sa.CheckConstraint('length(reason) <= 20000', name=op.f('ck_occurrence_reason_length')),
    sa.CheckConstraint('length(slot) <= 200', name=op.f('ck_occurrence_slot_length')),
    sa.CheckConstraint('length(subject) <= 200', name=op.f('ck_occurrence_subject_length')),
    sa.CheckConstraint('window_from <= due_on AND due_on <= window_until', name=op.f('ck_occurrence_window')),
    sa.ForeignKeyConstraint(['generation_id'], ['generation.id'], name=op.f('fk_occurrence_generation_id')),
    sa.ForeignKeyConstraint(['merchant_id'], ['merchant.id'], name=op.f('fk_occurrence_merchant_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_occurrence_plan_id')),
    sa.ForeignKeyConstraint(['replaced_by_id'], ['occurrence.id'], name=op.f('fk_occurrence_replaced_by_id')),
    sa.ForeignKeyConstraint(['terminal_id'], ['terminal.id'], name=op.f('fk_occurrence_terminal_id')),
    sa.ForeignKeyConstraint(['version_id'], ['plan_version.id'], name=op.f('fk_occurrence_version_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_occurrence_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_occurrence')),
    sa.UniqueConstraint('version_id', 'subject', 'slot', name=op.f('uq_occurrence_version_id_subject_slot')),
    sqlite_strict=True
    )
    with op.batch_alter_table('occurrence', schema=None) as batch_op:
        batch_op.create_index('ix_occurrence_due_on', ['due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_occurrence_generation_id'), ['generation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_occurrence_merchant_id'), ['merchant_id'], unique=False)
        batch_op.create_index('ix_occurrence_nominal_on', ['nominal_on'], unique=False)
        batch_op.create_index('ix_occurrence_outcome_window_until', ['outcome', 'window_until'], unique=False)
        batch_op.create_index('ix_occurrence_plan_id_subject_done_on', ['plan_id', 'subject', 'done_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_occurrence_replaced_by_id'), ['replaced_by_id'], unique=False)
        batch_op.create_index('ix_occurrence_terminal_id_due_on', ['terminal_id', 'due_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_occurrence_visit_id'), ['visit_id'], unique=False)

    op.create_table('visit_event',
    sa.Column('id', KEY, nullable=False),
    sa.Column('visit_id', KEY, nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.CheckConstraint("action IN ('create', 'schedule', 'assign', 'lock', 'unlock', 'start', 'finish', 'cancel', 'add')", name=op.f('ck_visit_event_action')),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_visit_event_actor_length')),
    sa.CheckConstraint('length(detail) <= 200', name=op.f('ck_visit_event_detail_length')),
    sa.CheckConstraint('length(device) <= 200', name=op.f('ck_visit_event_device_length')),
    sa.CheckConstraint('length(reason) <= 20000', name=op.f('ck_visit_event_reason_length')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_visit_event_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_event')),
    sqlite_strict=True
    )
    with op.batch_alter_table('visit_event', schema=None) as batch_op:
        batch_op.create_index('ix_visit_event_visit_id_at', ['visit_id', 'at'], unique=False)

    op.create_table('checklist_run',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('occurrence_id', KEY, nullable=False),
    sa.Column('checklist_id', KEY, nullable=False),
    sa.Column('terminal_id', KEY, nullable=True),
    sa.Column('serial', sa.Text(), nullable=False),
    sa.Column('started_at', MOMENT, nullable=False),
    sa.Column('finished_at', MOMENT, nullable=True),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('passed', FLAG, nullable=False),
    sa.Column('gate', FLAG, nullable=False),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_checklist_run_actor_length')),
    sa.CheckConstraint('length(serial) <= 200', name=op.f('ck_checklist_run_serial_length')),
    sa.ForeignKeyConstraint(['checklist_id'], ['checklist.id'], name=op.f('fk_checklist_run_checklist_id')),
    sa.ForeignKeyConstraint(['occurrence_id'], ['occurrence.id'], name=op.f('fk_checklist_run_occurrence_id')),
    sa.ForeignKeyConstraint(['terminal_id'], ['terminal.id'], name=op.f('fk_checklist_run_terminal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist_run')),
    sa.UniqueConstraint('occurrence_id', name=op.f('uq_checklist_run_occurrence_id')),
    sqlite_strict=True
    )
    with op.batch_alter_table('checklist_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_checklist_run_checklist_id'), ['checklist_id'], unique=False)
        batch_op.create_index('ix_checklist_run_terminal_id_finished_at', ['terminal_id', 'finished_at'], unique=False)

    op.create_table('checklist_result',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('run_id', KEY, nullable=False),
    sa.Column('line', sa.Text(), nullable=False),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('number', REAL, nullable=True),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('follow_up', sa.Text(), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('incident_id', KEY, nullable=True),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.CheckConstraint("follow_up IS NULL OR follow_up IN ('fixed_now', 'incident')", name=op.f('ck_checklist_result_follow_up')),
    sa.CheckConstraint("follow_up IS NULL OR verdict = 'fail'", name=op.f('ck_checklist_result_follow_up_of_failure')),
    sa.CheckConstraint("verdict IN ('pass', 'fail', 'na')", name=op.f('ck_checklist_result_verdict')),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_checklist_result_actor_length')),
    sa.CheckConstraint('length(line) <= 200', name=op.f('ck_checklist_result_line_length')),
    sa.CheckConstraint('length(note) <= 20000', name=op.f('ck_checklist_result_note_length')),
    sa.CheckConstraint('length(remark) <= 20000', name=op.f('ck_checklist_result_remark_length')),
    sa.CheckConstraint('length(value) <= 20000', name=op.f('ck_checklist_result_value_length')),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_checklist_result_incident_id')),
    sa.ForeignKeyConstraint(['run_id'], ['checklist_run.id'], name=op.f('fk_checklist_result_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_checklist_result')),
    sa.UniqueConstraint('run_id', 'line', name=op.f('uq_checklist_result_run_id_line')),
    sqlite_strict=True
    )
    with op.batch_alter_table('checklist_result', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_checklist_result_incident_id'), ['incident_id'], unique=False)

    with op.batch_alter_table('terminal_event', schema=None) as batch_op:
        batch_op.create_index('ix_terminal_event_at', ['at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('terminal_event', schema=None) as batch_op:
        batch_op.drop_index('ix_terminal_event_at')

    with op.batch_alter_table('checklist_result', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_checklist_result_incident_id'))

    op.drop_table('checklist_result')
    with op.batch_alter_table('checklist_run', schema=None) as batch_op:
        batch_op.drop_index('ix_checklist_run_terminal_id_finished_at')
        batch_op.drop_index(batch_op.f('ix_checklist_run_checklist_id'))

    op.drop_table('checklist_run')
    with op.batch_alter_table('visit_event', schema=None) as batch_op:
        batch_op.drop_index('ix_visit_event_visit_id_at')

    op.drop_table('visit_event')
    with op.batch_alter_table('occurrence', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_occurrence_visit_id'))
        batch_op.drop_index('ix_occurrence_terminal_id_due_on')
        batch_op.drop_index(batch_op.f('ix_occurrence_replaced_by_id'))
        batch_op.drop_index('ix_occurrence_plan_id_subject_done_on')
        batch_op.drop_index('ix_occurrence_outcome_window_until')
        batch_op.drop_index('ix_occurrence_nominal_on')
        batch_op.drop_index(batch_op.f('ix_occurrence_merchant_id'))
        batch_op.drop_index(batch_op.f('ix_occurrence_generation_id'))
        batch_op.drop_index('ix_occurrence_due_on')

    op.drop_table('occurrence')
    op.drop_table('meter_reading')
    with op.batch_alter_table('visit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_visit_technician_id'))
        batch_op.drop_index('ix_visit_state_planned_on')
        batch_op.drop_index('ix_visit_planned_on_technician_id')
        batch_op.drop_index('ix_visit_merchant_id_state')
        batch_op.drop_index(batch_op.f('ix_visit_generation_id'))

    op.drop_table('visit')
    op.drop_table('working_week')
    op.drop_table('plan_version')
    op.drop_table('checklist_line')
    with op.batch_alter_table('absence', schema=None) as batch_op:
        batch_op.drop_index('ix_absence_technician_id_last_on')

    op.drop_table('absence')
    op.drop_table('plan')
    op.drop_table('maintenance_anchor')
    with op.batch_alter_table('generation', schema=None) as batch_op:
        batch_op.drop_index('ix_generation_at')

    op.drop_table('generation')
    op.drop_table('checklist')
    op.drop_table('calendar_day')
