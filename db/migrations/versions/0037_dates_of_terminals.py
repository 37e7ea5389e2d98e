"""Until when contract, certificate and SIM card of a terminal run

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0035'
branch_labels = None
depends_on = None

NAMES = ('contract_until', 'certificate_until', 'sim_until')


def upgrade() -> None:
    for name in NAMES:
        kind = 'DATE' if op.get_bind().dialect.name == 'postgresql' else 'TEXT'
        op.execute(sa.text(f'ALTER TABLE terminal ADD COLUMN {name} {kind}'))


def downgrade() -> None:
    for name in reversed(NAMES):
        op.drop_column('terminal', name)
