"""Who works at a trusted computer

A computer that was heard of goes on as it was: whoever did what was applied of it is named.

Self-contained: imports no project code, so that it does the same in ten years.
"""

import sqlalchemy as sa
import uuid_utils
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0021'
down_revision = '0019'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table('station_person',
    sa.Column('id', KEY, nullable=False),
    sa.Column('station_id', KEY, nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('technician_id', KEY, nullable=True),
    sa.Column('since', MOMENT, nullable=False),
    sa.Column('named_by', sa.Text(), nullable=False),
    sa.Column('until', MOMENT, nullable=True),
    sa.Column('ended_by', sa.Text(), nullable=False),
    sa.CheckConstraint('length(code) <= 200', name=op.f('ck_station_person_code_length')),
    sa.CheckConstraint('length(ended_by) <= 200', name=op.f('ck_station_person_ended_by_length')),
    sa.CheckConstraint('length(named_by) <= 200', name=op.f('ck_station_person_named_by_length')),
    sa.ForeignKeyConstraint(['station_id'], ['station.id'], name=op.f('fk_station_person_station_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_station_person')),
    sqlite_strict=True
    )
    op.create_index('ix_station_person_station_id', 'station_person', ['station_id'])
    _name_who_worked_there()


def _name_who_worked_there() -> None:
    station = sa.table('station', sa.column('id', KEY), sa.column('role'), sa.column('trusted_at', MOMENT))
    operation = sa.table('operation', sa.column('station', KEY), sa.column('actor'), sa.column('outcome'))
    technician = sa.table('technician', sa.column('id', KEY), sa.column('code'))
    named = sa.table('station_person', *(
        sa.column(name, KEY if name.endswith('id') else MOMENT if name == 'since' else sa.Text())
        for name in ('id', 'station_id', 'code', 'technician_id', 'since', 'named_by', 'ended_by')
    ))
    worked = (
        sa.select(station.c.id, operation.c.actor, technician.c.id, station.c.trusted_at)
        .select_from(station.join(operation, operation.c.station == station.c.id)
                     .outerjoin(technician, technician.c.code == operation.c.actor))
        .where(station.c.role == 'laptop', operation.c.outcome == 'applied', operation.c.actor != '')
        .distinct()
    )
    connection = op.get_bind()
    rows = connection.execute(worked).fetchall()
    for key, code, person, since in rows:
        connection.execute(sa.insert(named).values(
            id=str(uuid_utils.uuid7()), station_id=key, code=code, technician_id=person, since=since,
            named_by='', ended_by='',
        ))


def downgrade() -> None:
    op.drop_table('station_person')
