"""Parts catalogue with the ledger of the stock; fees of an incident; documents passed on

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0027'
down_revision = '0025'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")
HOW = ('saved', 'printed', 'mailed', 'sealed')
FEES = ('callout_fee_cents', 'labour_fee_cents')


def upgrade() -> None:
    op.create_table('part_kind',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('unit_name', sa.Text(), nullable=False),
    sa.Column('list_price_cents', sa.Integer(), nullable=False),
    sa.Column('warranty_months', sa.Integer(), nullable=False),
    sa.Column('active', FLAG, nullable=False),
    sa.CheckConstraint('length(number) <= 200', name=op.f('ck_part_kind_number_length')),
    sa.CheckConstraint('length(name) <= 200', name=op.f('ck_part_kind_name_length')),
    sa.CheckConstraint('length(unit_name) <= 200', name=op.f('ck_part_kind_unit_name_length')),
    sa.CheckConstraint('length(number) > 0', name=op.f('ck_part_kind_number_given')),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_part_kind_name_given')),
    sa.CheckConstraint('list_price_cents IS NULL OR list_price_cents BETWEEN 0 AND 100000000', name=op.f('ck_part_kind_list_price_cents_range')),
    sa.CheckConstraint('warranty_months IS NULL OR warranty_months BETWEEN 0 AND 120', name=op.f('ck_part_kind_warranty_months_range')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_part_kind')),
    sa.UniqueConstraint('number', name=op.f('uq_part_kind_number')),
    sqlite_strict=True,
    )
    op.create_table('part_fits',
    sa.Column('id', KEY, nullable=False),
    sa.Column('part_kind_id', KEY, nullable=False),
    sa.Column('model_id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['part_kind_id'], ['part_kind.id'], name=op.f('fk_part_fits_part_kind_id')),
    sa.ForeignKeyConstraint(['model_id'], ['terminal_model.id'], name=op.f('fk_part_fits_model_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_part_fits')),
    sa.UniqueConstraint('part_kind_id', 'model_id', name=op.f('uq_part_fits_part_kind_id_model_id')),
    sqlite_strict=True,
    )
    op.create_index(op.f('ix_part_fits_model_id'), 'part_fits', ['model_id'])
    op.create_table('stock_movement',
    sa.Column('id', KEY, nullable=False),
    sa.Column('part_kind_id', KEY, nullable=False),
    sa.Column('technician_id', KEY, nullable=True),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=False),
    sa.Column('at', MOMENT, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('incident_id', KEY, nullable=True),
    sa.Column('used_id', KEY, nullable=True),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_stock_movement_actor_length')),
    sa.CheckConstraint('length(device) <= 200', name=op.f('ck_stock_movement_device_length')),
    sa.CheckConstraint('length(reason) <= 20000', name=op.f('ck_stock_movement_reason_length')),
    sa.CheckConstraint("cause IN ('received', 'loaded', 'unloaded', 'used', 'taken_back', 'counted')", name=op.f('ck_stock_movement_cause')),
    sa.CheckConstraint('quantity <> 0', name=op.f('ck_stock_movement_moved')),
    sa.ForeignKeyConstraint(['part_kind_id'], ['part_kind.id'], name=op.f('fk_stock_movement_part_kind_id')),
    sa.ForeignKeyConstraint(['technician_id'], ['technician.id'], name=op.f('fk_stock_movement_technician_id')),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_stock_movement_incident_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_movement')),
    sqlite_strict=True,
    )
    op.create_index('ix_stock_movement_part_kind_id_technician_id', 'stock_movement', ['part_kind_id', 'technician_id'])
    op.create_index(op.f('ix_stock_movement_technician_id'), 'stock_movement', ['technician_id'])
    op.create_index(op.f('ix_stock_movement_incident_id'), 'stock_movement', ['incident_id'])
    op.create_index(op.f('ix_stock_movement_used_id'), 'stock_movement', ['used_id'])
    with op.batch_alter_table('part_used') as batch:
        batch.add_column(sa.Column('part_kind_id', KEY, nullable=True))
        batch.create_foreign_key(op.f('fk_part_used_part_kind_id'), 'part_kind', ['part_kind_id'], ['id'])
        batch.create_index(op.f('ix_part_used_part_kind_id'), ['part_kind_id'])
    _hand_out(*HOW, 'shared')
    for fee in FEES:
        # With its limit in the column, SQLite need not write the whole table anew.
        limit = f"CONSTRAINT ck_incident_{fee}_range CHECK ({fee} IS NULL OR {fee} BETWEEN 0 AND 100000000)"
        op.execute(f"ALTER TABLE incident ADD COLUMN {fee} INTEGER DEFAULT 0 NOT NULL {limit}")


def _hand_out(*words: str) -> None:
    """The ways in which a document may leave."""
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table('hand_out') as batch:
        batch.drop_constraint(op.f('ck_hand_out_how'), type_='check')
        batch.create_check_constraint(op.f('ck_hand_out_how'), f'how IN ({listed})')


def downgrade() -> None:
    op.execute("UPDATE hand_out SET how = 'saved' WHERE how = 'shared'")
    _hand_out(*HOW)
    for fee in FEES:
        op.execute(f"ALTER TABLE incident DROP COLUMN {fee}")
    with op.batch_alter_table('part_used') as batch:
        batch.drop_index(op.f('ix_part_used_part_kind_id'))
        batch.drop_constraint(op.f('fk_part_used_part_kind_id'), type_='foreignkey')
        batch.drop_column('part_kind_id')
    op.drop_table('stock_movement')
    op.drop_table('part_fits')
    op.drop_table('part_kind')
