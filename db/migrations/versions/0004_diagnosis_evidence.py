"""Evidence of diagnosis

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
DAY = sa.Text().with_variant(sa.Date(), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")
REAL = sa.REAL().with_variant(sa.Double(), "postgresql")
DOCUMENT = sa.Text()


def upgrade() -> None:
    op.create_table('diagnosis_evidence',
    sa.Column('id', KEY, nullable=False),
    sa.Column('incident_id', KEY, nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.CheckConstraint('length(evidence) <= 200', name=op.f('ck_diagnosis_evidence_evidence_length')),
    sa.ForeignKeyConstraint(['incident_id'], ['incident.id'], name=op.f('fk_diagnosis_evidence_incident_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_diagnosis_evidence')),
    sa.UniqueConstraint('incident_id', 'evidence', name=op.f('uq_diagnosis_evidence_incident_id_evidence')),
    sqlite_strict=True
    )
    with op.batch_alter_table('diagnosis_evidence', schema=None) as batch_op:
        batch_op.create_index('ix_diagnosis_evidence_evidence_id', ['evidence', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('diagnosis_evidence', schema=None) as batch_op:
        batch_op.drop_index('ix_diagnosis_evidence_evidence_id')

    op.drop_table('diagnosis_evidence')
