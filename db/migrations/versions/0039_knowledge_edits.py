"""What a house changed in the fault catalogue

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")


def upgrade() -> None:
    op.create_table('knowledge_edit',
    sa.Column('id', KEY, nullable=False),
    sa.Column('part', sa.Text(), nullable=False),
    sa.Column('entry', sa.Text(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('made_at', MOMENT, nullable=False),
    sa.Column('made_by', sa.Text(), nullable=False),
    sa.Column('undone', FLAG, nullable=False),
    sa.CheckConstraint("part IN ('code', 'sign', 'question', 'check', 'contact')", name=op.f('ck_knowledge_edit_part')),
    sa.CheckConstraint('length(content) <= 20000', name=op.f('ck_knowledge_edit_content_length')),
    sa.CheckConstraint('length(entry) <= 200', name=op.f('ck_knowledge_edit_entry_length')),
    sa.CheckConstraint('length(made_by) <= 200', name=op.f('ck_knowledge_edit_made_by_length')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_knowledge_edit')),
    sqlite_strict=True,
    )
    op.create_index('ix_knowledge_edit_part_entry', 'knowledge_edit', ['part', 'entry'])


def downgrade() -> None:
    op.drop_table('knowledge_edit')
