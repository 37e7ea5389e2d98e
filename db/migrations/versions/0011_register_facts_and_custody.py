"""Register facts and custody

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")

FACTS = ("hardware_version", "ports", "hidden_marks")
DAYS = ("counted_on", "last_seen_on", "last_transaction_on")


def upgrade() -> None:
    # Written out: a rebuilt table (batch mode) would have to be told every default for old rows.
    for name in FACTS:
        op.execute(
            f"ALTER TABLE terminal ADD COLUMN {name} TEXT NOT NULL DEFAULT ''"
            f" CONSTRAINT ck_terminal_{name}_length CHECK (length({name}) <= 200)"
        )
    for name in DAYS:
        op.add_column("terminal", sa.Column(name, DAY, nullable=True))
    op.add_column("terminal_model", sa.Column("pts_use_until", DAY, nullable=True))
    op.create_table('custody',
    sa.Column('id', KEY, nullable=False),
    sa.Column('terminal_id', KEY, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('holder', sa.Text(), nullable=False),
    sa.Column('pack', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('expected_on', DAY, nullable=True),
    sa.Column('since', MOMENT, nullable=False),
    sa.Column('until', MOMENT, nullable=True),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.CheckConstraint("cause IN ('registered', 'imported', 'moved', 'swapped', 'state', 'handed_over', 'taken_over')", name=op.f('ck_custody_cause')),
    sa.CheckConstraint("kind IN ('merchant', 'technician', 'warehouse', 'supplier', 'courier', 'unknown')", name=op.f('ck_custody_kind')),
    sa.CheckConstraint("pack IN ('unopened', 'opened', 'unknown')", name=op.f('ck_custody_pack')),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_custody_actor_length')),
    sa.CheckConstraint('length(device) <= 200', name=op.f('ck_custody_device_length')),
    sa.CheckConstraint('length(holder) <= 200', name=op.f('ck_custody_holder_length')),
    sa.CheckConstraint('length(note) <= 20000', name=op.f('ck_custody_note_length')),
    sa.CheckConstraint('length(reference) <= 200', name=op.f('ck_custody_reference_length')),
    sa.CheckConstraint('until IS NULL OR until >= since', name=op.f('ck_custody_order')),
    sa.ForeignKeyConstraint(['terminal_id'], ['terminal.id'], name=op.f('fk_custody_terminal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_custody')),
    sqlite_strict=True
    )
    with op.batch_alter_table('custody', schema=None) as batch_op:
        batch_op.create_index('ix_custody_terminal_id_since', ['terminal_id', 'since'], unique=False)
        batch_op.create_index('uq_custody_terminal_open', ['terminal_id'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))

    _begin_ledger()


def _begin_ledger() -> None:
    """One open entry for every device that is still there, from what the register knows: at its
    merchant, else in stock; of others nobody knows who has them."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    now = "strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')" if sqlite else "CURRENT_TIMESTAMP"
    op.execute(
        "INSERT INTO custody (id, terminal_id, kind, holder, pack, reference, since, cause, note,"
        " actor, device)"
        " SELECT t.id, t.id,"
        " CASE WHEN p.id IS NOT NULL THEN 'merchant' WHEN t.state = 'spare' THEN 'warehouse'"
        " ELSE 'unknown' END,"
        " coalesce(m.name, ''), CASE WHEN p.id IS NULL THEN 'unknown' ELSE 'opened' END, '',"
        " coalesce(p.since, (SELECT max(e.at) FROM terminal_event e WHERE e.terminal_id = t.id),"
        f" {now}), 'taken_over', '', '', ''"
        " FROM terminal t LEFT JOIN placement p ON p.terminal_id = t.id AND p.until IS NULL"
        " LEFT JOIN merchant m ON m.id = p.merchant_id WHERE t.state <> 'retired'"
    )


def downgrade() -> None:
    with op.batch_alter_table('custody', schema=None) as batch_op:
        batch_op.drop_index('uq_custody_terminal_open', sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
        batch_op.drop_index('ix_custody_terminal_id_since')

    op.drop_table('custody')
    op.drop_column("terminal_model", "pts_use_until")
    for name in (*DAYS, *FACTS):
        op.drop_column("terminal", name)
