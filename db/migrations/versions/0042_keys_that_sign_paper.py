"""Keys that sign paper, and how a computer vouches for a drawn signature

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table('paper_key',
    sa.Column('id', KEY, nullable=False),
    sa.Column('public', sa.Text(), nullable=False),
    sa.Column('since', MOMENT, nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.CheckConstraint('length(actor) <= 200', name=op.f('ck_paper_key_actor_length')),
    sa.CheckConstraint('length(public) = 64', name=op.f('ck_paper_key_public')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_key')),
    sa.UniqueConstraint('public', name=op.f('uq_paper_key_public')),
    sqlite_strict=True,
    )
    with op.batch_alter_table('signature') as signature:
        signature.add_column(sa.Column('sealed', sa.Text(), nullable=False, server_default=''))
        signature.create_check_constraint(op.f('ck_signature_sealed_length'), 'length(sealed) <= 200')


def downgrade() -> None:
    with op.batch_alter_table('signature') as signature:
        signature.drop_constraint(op.f('ck_signature_sealed_length'), type_='check')
        signature.drop_column('sealed')
    op.drop_table('paper_key')
