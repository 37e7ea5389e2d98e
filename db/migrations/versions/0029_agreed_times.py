"""Agreed times as data; what was promised stands in the incident, imported history has no promise

Self-contained: imports no project code, so that it does the same in ten years.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")
DUE = ('response_due_at', 'resolve_due_at')
HOURS = ('response_hours', 'resolve_hours')
WORDS = ('service_hours', 'agreement')
MOST_HOURS = 2160
IMPORTED = "number LIKE '%-H%'"
"""What a file of past incidents brought: its numbers have an H."""
OUTSIDE = {'merchant_absent', 'carrier', 'issuer_acquirer', 'access'}
RUNS = {'new', 'triaged', 'assigned', 'in_progress', 'on_hold'}


def upgrade() -> None:
    op.create_table('service_agreement',
    sa.Column('id', KEY, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('contract', sa.Text(), nullable=False),
    sa.Column('vip', FLAG, nullable=False),
    sa.Column('acquirer', sa.Text(), nullable=False),
    sa.Column('area', sa.Text(), nullable=False),
    sa.Column('priority', sa.Text(), nullable=False),
    sa.Column('response_hours', sa.Integer(), nullable=False),
    sa.Column('resolve_hours', sa.Integer(), nullable=False),
    sa.Column('hours', sa.Text(), nullable=False),
    sa.Column('active', FLAG, nullable=False),
    *(
        sa.CheckConstraint(f'length({name}) <= 200', name=op.f(f'ck_service_agreement_{name}_length'))
        for name in ('name', 'contract', 'acquirer', 'area', 'hours')
    ),
    sa.CheckConstraint('length(name) > 0', name=op.f('ck_service_agreement_name_given')),
    sa.CheckConstraint("priority IN ('', 'p1', 'p2', 'p3', 'p4')", name=op.f('ck_service_agreement_priority')),
    *(
        sa.CheckConstraint(f'{name} IS NULL OR {name} BETWEEN 1 AND 2160', name=op.f(f'ck_service_agreement_{name}_range'))
        for name in HOURS
    ),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_agreement')),
    sa.UniqueConstraint('name', name=op.f('uq_service_agreement_name')),
    sqlite_strict=True,
    )
    # With its limit in the column, SQLite need not write the whole table anew.
    _add('merchant', 'contract', "TEXT DEFAULT '' NOT NULL", 'length(contract) <= 200', 'contract_length')
    flag = 'INTEGER DEFAULT 0 NOT NULL' if _on_a_file() else 'BOOLEAN DEFAULT false NOT NULL'
    op.execute(f'ALTER TABLE merchant ADD COLUMN vip {flag}')
    for name in HOURS:
        _add('incident', name, 'INTEGER', f'{name} IS NULL OR {name} BETWEEN 0 AND {MOST_HOURS}', f'{name}_range')
    for name in WORDS:
        _add('incident', name, "TEXT DEFAULT '' NOT NULL", f'length({name}) <= 200', f'{name}_length')
    op.create_index('ix_incident_resolved_at', 'incident', ['resolved_at'])
    _may_be_open()
    _tell_promises()
    for name in DUE:
        op.execute(f'UPDATE incident SET {name} = NULL WHERE {IMPORTED}')


def _on_a_file() -> bool:
    return op.get_bind().dialect.name == 'sqlite'


def _add(table: str, name: str, kind: str, limit: str, called: str) -> None:
    op.execute(f'ALTER TABLE {table} ADD COLUMN {name} {kind} CONSTRAINT ck_{table}_{called} CHECK ({limit})')


def _may_be_open() -> None:
    """Deadlines may be unknown from now on."""
    if not _on_a_file():
        for name in DUE:
            op.execute(f'ALTER TABLE incident ALTER COLUMN {name} DROP NOT NULL')
        return
    _columns_anew('TEXT', DUE)


def _columns_anew(kind: str, names: Iterable[str]) -> None:
    """The columns under another rule; SQLite cannot change one that is there."""
    op.execute('DROP INDEX ix_incident_state_resolve_due_at')
    for name in names:
        op.execute(f'ALTER TABLE incident RENAME COLUMN {name} TO {name}_before')
        op.execute(f'ALTER TABLE incident ADD COLUMN {name} {kind}')
    op.execute('UPDATE incident SET ' + ', '.join(f'{name} = {name}_before' for name in names))
    for name in names:
        op.execute(f'ALTER TABLE incident DROP COLUMN {name}_before')
    op.execute('CREATE INDEX ix_incident_state_resolve_due_at ON incident (state, resolve_due_at)')


def _tell_promises() -> None:
    """The hours each deadline came from: what is left of it without the stops of the clock."""
    for due, hours in zip(DUE, HOURS, strict=True):
        between = (
            f'(julianday({due}) - julianday(reported_at)) * 24'
            if _on_a_file()
            else f'extract(epoch FROM ({due} - reported_at)) / 3600'
        )
        least, most = ('min', 'max') if _on_a_file() else ('least', 'greatest')
        # A long stop moved the deadline further than anybody promises; that is put right below.
        within = f'{least}({most}(CAST(round({between}) AS INTEGER), 0), {MOST_HOURS})'
        op.execute(f'UPDATE incident SET {hours} = {within} WHERE NOT {IMPORTED}')
    connection = op.get_bind()
    stopped = connection.execute(
        sa.text(
            'SELECT e.incident_id, e.at, e.to_state, e.reason FROM incident_event e WHERE e.to_state'
            " IS NOT NULL AND e.incident_id IN (SELECT incident_id FROM incident_event WHERE action"
            f" IN ('resume', 'reopen')) AND e.incident_id IN (SELECT id FROM incident WHERE NOT"
            f' {IMPORTED}) ORDER BY e.incident_id, e.seq'
        )
    ).all()
    due = sa.text('SELECT reported_at, resolve_due_at FROM incident WHERE id = :id')
    exact = sa.text('UPDATE incident SET resolve_hours = :hours WHERE id = :id')
    for key, events in groupby(stopped, key=lambda row: row[0]):
        stops = sum(_stops(events), timedelta())
        reported, resolve = map(_moment, connection.execute(due, {'id': key}).one())
        hours = round((resolve - reported - stops) / timedelta(hours=1))
        connection.execute(exact, {'id': key, 'hours': min(max(0, hours), MOST_HOURS)})


def _stops(events: Iterable[Any]) -> Iterator[timedelta]:
    """How long the clock stood still, each time it went on again."""
    begun: datetime | None = None
    for _key, at, state, reason in events:
        held = state == 'on_hold' and reason in OUTSIDE
        if state not in RUNS or held:
            begun = begun or _moment(at)
        elif begun is not None:
            yield max(_moment(at) - begun, timedelta())
            begun = None


def _moment(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def downgrade() -> None:
    op.drop_index('ix_incident_resolved_at', table_name='incident')
    # What had no deadline is given the one that every import was given before: P2.
    for due, hours in zip(DUE, (4, 24), strict=True):
        later = (
            f"strftime('%Y-%m-%dT%H:%M:%f000Z', reported_at, '+{hours} hours')"
            if _on_a_file()
            else f"reported_at + interval '{hours} hours'"
        )
        op.execute(f'UPDATE incident SET {due} = {later} WHERE {due} IS NULL')
    if _on_a_file():
        _columns_anew("TEXT DEFAULT '' NOT NULL", DUE)
    else:
        for name in DUE:
            op.execute(f'ALTER TABLE incident ALTER COLUMN {name} SET NOT NULL')
    for name in (*WORDS, *HOURS):
        op.execute(f'ALTER TABLE incident DROP COLUMN {name}')
    for name in ('contract', 'vip'):
        op.execute(f'ALTER TABLE merchant DROP COLUMN {name}')
    op.drop_table('service_agreement')
