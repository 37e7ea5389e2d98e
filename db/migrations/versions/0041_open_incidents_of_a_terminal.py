"""The open incidents of a terminal are counted by an index of those that are unfinished

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None

UNFINISHED = sa.text("state NOT IN ('cancelled', 'closed', 'duplicate')")


def upgrade() -> None:
    op.create_index(
        'ix_incident_unfinished_terminal_id_state',
        'incident',
        ['terminal_id', 'state'],
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )


def downgrade() -> None:
    op.drop_index('ix_incident_unfinished_terminal_id_state', table_name='incident')
