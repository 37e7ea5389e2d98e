"""Work handed to technicians with their answers, and what technicians are trained for

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
STANDS = {"sqlite_where": sa.text("ended_at IS NULL"), "postgresql_where": sa.text("ended_at IS NULL")}


def upgrade() -> None:
    op.create_table('technician_skill',
    sa.Column('id', KEY, nullable=False),
    sa.Column('technician_id', KEY, nullable=False),
    sa.Column('skill', sa.Text(), nullable=False),
    sa.CheckConstraint("skill IN ('hardware', 'software', 'network', 'operation', 'violation', 'balance', 'frozen', 'system', 'other')", name=op.f('ck_technician_skill_skill')),
    sa.ForeignKeyConstraint(['technician_id'], ['technician.id'], name=op.f('fk_technician_skill_technician_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_technician_skill')),
    sa.UniqueConstraint('technician_id', 'skill', name=op.f('uq_technician_skill_technician_id_skill')),
    sqlite_strict=True,
    )
    op.create_table('dispatch',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('incident_id', KEY, nullable=True),
    sa.Column('visit_id', KEY, nullable=True),
    sa.Column('technician_id', KEY, nullable=False),
    sa.Column('planned_on', DAY, nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('given_at', MOMENT, nullable=False),
    sa.Column('given_by', sa.Text(), nullable=False),
    sa.Column('overruling', sa.Text(), nullable=False),
    sa.Column('seen_at', MOMENT, nullable=True),
    sa.Column('answered_at', MOMENT, nullable=True),
    sa.Column('refusal', sa.Text(), nullable=False),
    sa.Column('ended_at', MOMENT, nullable=True),
    sa.CheckConstraint("state IN ('assigned', 'seen', 'accepted', 'refused')", name=op.f('ck_dispatch_state')),
    sa.CheckConstraint('(incident_id IS NULL) <> (visit_id IS NULL)', name=op.f('ck_dispatch_about')),
    sa.CheckConstraint('length(given_by) <= 200', name=op.f('ck_dispatch_given_by_length')),
    sa.CheckConstraint('length(overruling) <= 20000', name=op.f('ck_dispatch_overruling_length')),
    sa.CheckConstraint('length(refusal) <= 20000', name=op.f('ck_dispatch_refusal_length')),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_dispatch_incident_id')),
    sa.ForeignKeyConstraint(['technician_id'], ['technician.id'], name=op.f('fk_dispatch_technician_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_dispatch_visit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dispatch')),
    sqlite_strict=True,
    )
    op.create_index(op.f('ix_dispatch_incident_id'), 'dispatch', ['incident_id'])
    op.create_index(op.f('ix_dispatch_visit_id'), 'dispatch', ['visit_id'])
    op.create_index('ix_dispatch_technician_id_state', 'dispatch', ['technician_id', 'state'])
    op.create_index('uq_dispatch_incident_stands', 'dispatch', ['incident_id'], unique=True, **STANDS)
    op.create_index('uq_dispatch_visit_stands', 'dispatch', ['visit_id'], unique=True, **STANDS)


def downgrade() -> None:
    op.drop_table('dispatch')
    op.drop_table('technician_skill')
