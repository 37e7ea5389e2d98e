"""Records two computers made of the same thing, and facts that are the same on every computer

The day a plan was taken up again and since when the estate learns were kept as facts of one
computer, and so did not reach the others.

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")


_FEW = (
    ("ix_operation_waiting", "operation", "outcome", "outcome <> 'applied'"),
    ("ix_operation_change_kind", "operation_change", "subject_kind", "subject_kind <> ''"),
)
"""Indexes of the few operations that wait, and of the few changes of other records."""


def upgrade() -> None:
    op.create_table('same_record',
    sa.Column('key', KEY, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('kept', KEY, nullable=False),
    sa.CheckConstraint('length(kind) <= 200', name=op.f('ck_same_record_kind_length')),
    sa.CheckConstraint('key <> kept', name=op.f('ck_same_record_other')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_same_record')),
    sqlite_strict=True
    )
    op.create_table('shared_fact',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.CheckConstraint('length(name) <= 200', name=op.f('ck_shared_fact_name_length')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_shared_fact')),
    sqlite_strict=True
    )
    _move("app_state", "shared_fact")
    for name, table, column, only in _FEW:
        op.create_index(
            name, table, [column], unique=False,
            sqlite_where=sa.text(only), postgresql_where=sa.text(only),
        )
    op.create_index(op.f('ix_same_record_kept'), 'same_record', ['kept'], unique=False)


def _move(source: str, target: str) -> None:
    names = "('maintenance_resumed', 'diagnosis_learned_since')"
    op.execute(
        f"INSERT INTO {target} (name, value) SELECT name, value FROM {source} WHERE name IN {names}"
    )
    op.execute(f"DELETE FROM {source} WHERE name IN {names}")


def downgrade() -> None:
    _move("shared_fact", "app_state")
    op.drop_table('shared_fact')
    for name, table, _column, _only in _FEW:
        op.drop_index(name, table_name=table)
    op.drop_index(op.f('ix_same_record_kept'), table_name='same_record')
    op.drop_table('same_record')
