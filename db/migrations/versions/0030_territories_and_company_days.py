"""Territories site by site; days off of the company

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")


def upgrade() -> None:
    op.create_table('territory_site',
    sa.Column('id', KEY, nullable=False),
    sa.Column('merchant_id', KEY, nullable=False),
    sa.Column('technician_id', KEY, nullable=False),
    sa.ForeignKeyConstraint(['merchant_id'], ['merchant.id'], name=op.f('fk_territory_site_merchant_id')),
    sa.ForeignKeyConstraint(['technician_id'], ['technician.id'], name=op.f('fk_territory_site_technician_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_territory_site')),
    sa.UniqueConstraint('merchant_id', name=op.f('uq_territory_site_merchant_id')),
    sqlite_strict=True,
    )
    op.create_index(op.f('ix_territory_site_technician_id'), 'territory_site', ['technician_id'])
    op.create_table('company_day',
    sa.Column('id', KEY, nullable=False),
    sa.Column('day', DAY, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.CheckConstraint("kind IN ('off', 'work')", name=op.f('ck_company_day_kind')),
    sa.CheckConstraint('length(name) <= 200', name=op.f('ck_company_day_name_length')),
    sa.CheckConstraint('length(source) <= 200', name=op.f('ck_company_day_source_length')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_company_day')),
    sa.UniqueConstraint('day', name=op.f('uq_company_day_day')),
    sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table('company_day')
    op.drop_table('territory_site')
