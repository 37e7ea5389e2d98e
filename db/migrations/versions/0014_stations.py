"""Stations this computer exchanges packages with

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table('station',
    sa.Column('id', KEY, nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('signing', sa.LargeBinary(), nullable=False),
    sa.Column('encryption', sa.LargeBinary(), nullable=False),
    sa.Column('trusted_at', MOMENT, nullable=False),
    sa.Column('revoked_at', MOMENT, nullable=True),
    sa.CheckConstraint('length(name) <= 200', name=op.f('ck_station_name_length')),
    sa.CheckConstraint("role IN ('laptop', 'office')", name=op.f('ck_station_role')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station')),
    sa.UniqueConstraint('name', name=op.f('uq_station_name')),
    sqlite_strict=True
    )


def downgrade() -> None:
    op.drop_table('station')
