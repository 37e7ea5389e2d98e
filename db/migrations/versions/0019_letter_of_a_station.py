"""The letter a trusted station numbers by

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('station') as batch:
        batch.add_column(sa.Column('letter', sa.Text(), server_default='', nullable=False))
        batch.create_check_constraint(op.f('ck_station_letter_length'), 'length(letter) <= 200')


def downgrade() -> None:
    with op.batch_alter_table('station') as batch:
        batch.drop_constraint(op.f('ck_station_letter_length'), type_='check')
        batch.drop_column('letter')
