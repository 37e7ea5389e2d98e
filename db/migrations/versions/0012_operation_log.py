"""Operation log

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")
NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
DOCUMENT = sa.Text()

NEVER_CHANGED = (
    "id",
    "station",
    "station_seq",
    "kind",
    "schema_no",
    "subject_kind",
    "subject_id",
    "payload",
    "actor",
    "device",
    "at",
    "offset_minutes",
    "clock",
    "suspect",
    "program",
    "numbers",
    "prev_hash",
    "hash",
)
"""Columns of `operation` no statement may change; outcome and place in the office's order come
later."""


def upgrade() -> None:
    op.create_table('operation',
    sa.Column('id', KEY, nullable=False),
    sa.Column('station', KEY, nullable=False),
    sa.Column('station_seq', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('schema_no', sa.Integer(), nullable=False),
    sa.Column('subject_kind', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.Text(), nullable=False),
    sa.Column('payload', sa.LargeBinary(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('offset_minutes', sa.Integer(), nullable=False),
    sa.Column('clock', NUMBER, nullable=False),
    sa.Column('suspect', FLAG, nullable=False),
    sa.Column('program', sa.Text(), nullable=False),
    sa.Column('numbers', DOCUMENT, nullable=False),
    sa.Column('prev_hash', sa.LargeBinary(), nullable=False),
    sa.Column('hash', sa.LargeBinary(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('office_seq', NUMBER, nullable=True),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_operation_actor_length')),
    sa.CheckConstraint('length(device) <= 200', name=op.f('ck_operation_device_length')),
    sa.CheckConstraint('length(kind) <= 200', name=op.f('ck_operation_kind_length')),
    sa.CheckConstraint('length(outcome) <= 200', name=op.f('ck_operation_outcome_length')),
    sa.CheckConstraint('length(program) <= 200', name=op.f('ck_operation_program_length')),
    sa.CheckConstraint('length(subject_id) <= 200', name=op.f('ck_operation_subject_id_length')),
    sa.CheckConstraint('length(subject_kind) <= 200', name=op.f('ck_operation_subject_kind_length')),
    sa.CheckConstraint('station_seq >= 1', name=op.f('ck_operation_station_seq')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_operation')),
    sa.UniqueConstraint('office_seq', name=op.f('uq_operation_office_seq')),
    sa.UniqueConstraint('station', 'station_seq', name=op.f('uq_operation_station_station_seq')),
    sqlite_strict=True
    )
    with op.batch_alter_table('operation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_operation_clock'), ['clock'], unique=False)
        batch_op.create_index('ix_operation_subject', ['subject_id'], unique=False)

    op.create_table('operation_change',
    sa.Column('operation_id', KEY, nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('subject_kind', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.Text(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('old', sa.Text(), nullable=False),
    sa.Column('new', sa.Text(), nullable=False),
    sa.CheckConstraint('length(field) <= 200', name=op.f('ck_operation_change_field_length')),
    sa.CheckConstraint('length(new) <= 20000', name=op.f('ck_operation_change_new_length')),
    sa.CheckConstraint('length(old) <= 20000', name=op.f('ck_operation_change_old_length')),
    sa.CheckConstraint('length(subject_id) <= 200', name=op.f('ck_operation_change_subject_id_length')),
    sa.CheckConstraint('length(subject_kind) <= 200', name=op.f('ck_operation_change_subject_kind_length')),
    sa.ForeignKeyConstraint(['operation_id'], ['operation.id'], name=op.f('fk_operation_change_operation_id')),
    sa.PrimaryKeyConstraint('operation_id', 'n', name=op.f('pk_operation_change')),
    sqlite_with_rowid=False,
    sqlite_strict=True
    )
    with op.batch_alter_table('operation_change', schema=None) as batch_op:
        batch_op.create_index('ix_operation_change_subject', ['subject_id'], unique=False, sqlite_where=sa.text("subject_id <> ''"), postgresql_where=sa.text("subject_id <> ''"))

    _append_only()


def _append_only() -> None:
    """The log refuses to be changed, whoever tries."""
    columns = ", ".join(NEVER_CHANGED)
    refused = (
        ("operation_no_update", f"UPDATE OF {columns}", "operation"),
        ("operation_no_delete", "DELETE", "operation"),
        ("operation_change_no_update", "UPDATE", "operation_change"),
        ("operation_change_no_delete", "DELETE", "operation_change"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for name, event, table in refused:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
                " BEGIN SELECT RAISE(ABORT, 'the operation log is only appended to'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION operation_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the operation log is only appended to'; END $$"
    )
    for name, event, table in refused:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION operation_append_only()"
        )


def downgrade() -> None:
    with op.batch_alter_table('operation_change', schema=None) as batch_op:
        batch_op.drop_index('ix_operation_change_subject')

    op.drop_table('operation_change')
    with op.batch_alter_table('operation', schema=None) as batch_op:
        batch_op.drop_index('ix_operation_subject')
        batch_op.drop_index(batch_op.f('ix_operation_clock'))

    op.drop_table('operation')
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION operation_append_only()")
