"""Lists of a million incidents are walked by index, whichever way they are sorted

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op

revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None

UNFINISHED = sa.text("state NOT IN ('cancelled', 'closed', 'duplicate')")


def upgrade() -> None:
    op.create_index('ix_incident_resolve_due_at_id', 'incident', ['resolve_due_at', 'id'])
    op.create_index(
        'ix_incident_unfinished',
        'incident',
        ['resolve_due_at', 'id'],
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )
    op.create_index('ix_incident_state_id', 'incident', ['state', 'id'])
    op.create_index('ix_incident_displayed_code_id', 'incident', ['displayed_code', 'id'])
    op.drop_index(op.f('ix_incident_displayed_code'), table_name='incident')


def downgrade() -> None:
    op.create_index(op.f('ix_incident_displayed_code'), 'incident', ['displayed_code'])
    op.drop_index('ix_incident_displayed_code_id', table_name='incident')
    op.drop_index('ix_incident_state_id', table_name='incident')
    op.drop_index('ix_incident_unfinished', table_name='incident')
    op.drop_index('ix_incident_resolve_due_at_id', table_name='incident')
