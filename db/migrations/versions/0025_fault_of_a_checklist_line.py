"""What a failed line of a checklist means: its fault class, and the trouble in words

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0021'
branch_labels = None
depends_on = None

CLASSES = (
    "'hardware', 'software', 'network', 'operation', 'violation', 'balance', 'frozen', 'system',"
    " 'other'"
)


def upgrade() -> None:
    with op.batch_alter_table('checklist_line') as batch:
        batch.add_column(sa.Column('fault_class', sa.Text(), nullable=True))
        batch.add_column(sa.Column('fault_zh', sa.Text(), server_default='', nullable=False))
        batch.add_column(sa.Column('fault_en', sa.Text(), server_default='', nullable=False))
        batch.create_check_constraint(
            op.f('ck_checklist_line_fault_class'),
            f'fault_class IS NULL OR fault_class IN ({CLASSES})',
        )
        for name in ('fault_zh', 'fault_en'):
            batch.create_check_constraint(
                op.f(f'ck_checklist_line_{name}_length'), f'length({name}) <= 20000'
            )


def downgrade() -> None:
    with op.batch_alter_table('checklist_line') as batch:
        for name in ('fault_en', 'fault_zh', 'fault_class'):
            constraint = 'fault_class' if name == 'fault_class' else f'{name}_length'
            batch.drop_constraint(op.f(f'ck_checklist_line_{constraint}'), type_='check')
            batch.drop_column(name)
