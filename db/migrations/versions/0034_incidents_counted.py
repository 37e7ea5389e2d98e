"""Everything warnings count incidents by stands in one index

Self-contained: imports no project code, so that it does the same in ten years.
"""

from alembic import op

revision = '0034'
down_revision = '0030'
branch_labels = None
depends_on = None

NAME = 'ix_incident_counted'
COLUMNS = [
    'reported_at',
    'state',
    'terminal_id',
    'merchant_id',
    'confirmed_class',
    'provisional_class',
    'technician_id',
    'remedy',
]


def upgrade() -> None:
    op.create_index(op.f(NAME), 'incident', COLUMNS)


def downgrade() -> None:
    op.drop_index(op.f(NAME), table_name='incident')
