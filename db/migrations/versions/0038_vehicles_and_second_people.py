"""Vehicles of the company; the second person of a visit for two

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")


def upgrade() -> None:
    op.create_table('vehicle',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('plate', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('technician_id', KEY, nullable=True),
    sa.Column('active', FLAG, nullable=False),
    sa.CheckConstraint('length(description) <= 200', name=op.f('ck_vehicle_description_length')),
    sa.CheckConstraint('length(plate) <= 200', name=op.f('ck_vehicle_plate_length')),
    sa.CheckConstraint('length(plate) > 0', name=op.f('ck_vehicle_plate_given')),
    sa.ForeignKeyConstraint(['technician_id'], ['technician.id'], name=op.f('fk_vehicle_technician_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vehicle')),
    sa.UniqueConstraint('plate', name=op.f('uq_vehicle_plate')),
    sqlite_strict=True,
    )
    op.create_index(op.f('ix_vehicle_technician_id'), 'vehicle', ['technician_id'])
    op.create_table('visit_companion',
    sa.Column('id', KEY, nullable=False),
    sa.Column('visit_id', KEY, nullable=False),
    sa.Column('technician_id', KEY, nullable=False),
    sa.Column('day_order', sa.Integer(), nullable=False),
    sa.CheckConstraint('day_order IS NULL OR day_order BETWEEN 0 AND 10000', name=op.f('ck_visit_companion_day_order_range')),
    sa.ForeignKeyConstraint(['technician_id'], ['technician.id'], name=op.f('fk_visit_companion_technician_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_visit_companion_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_companion')),
    sa.UniqueConstraint('visit_id', name=op.f('uq_visit_companion_visit_id')),
    sqlite_strict=True,
    )
    op.create_index(op.f('ix_visit_companion_technician_id'), 'visit_companion', ['technician_id'])


def downgrade() -> None:
    op.drop_table('visit_companion')
    op.drop_table('vehicle')
