"""People and rights

Five roles instead of two; whether somebody goes on visits is said beside the role, which said it
until now.  The first manager, else the first person, becomes administrator: nobody has a password
yet, so nobody is locked out, and somebody may give the first one.

Self-contained: imports no project code, so that it does the same in ten years.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
FLAG = sa.Integer().with_variant(sa.Boolean(), "postgresql")
REAL = sa.REAL().with_variant(sa.Double(), "postgresql")

TWO = "role IN ('technician', 'manager')"
FIVE = "role IN ('technician', 'lead', 'manager', 'auditor', 'administrator')"
TEXTS = ("code", "name", "phone", "email", "badge_no")
KEPT = ("id", "version", *TEXTS, "role", "active", "capacity_minutes", "latitude", "longitude")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(FIVE, {"role": "role", "fieldwork": "role = 'technician'"})
    else:
        op.drop_constraint("ck_technician_role", "technician")
        op.create_check_constraint(op.f("ck_technician_role"), "technician", FIVE)
        op.add_column("technician", sa.Column("fieldwork", FLAG, nullable=True))
        op.execute("UPDATE technician SET fieldwork = (role = 'technician')")
        op.alter_column("technician", "fieldwork", nullable=False)
    op.execute(
        "UPDATE technician SET role = 'administrator' WHERE id = (SELECT id FROM technician"
        " ORDER BY CASE WHEN active THEN 0 ELSE 1 END, CASE WHEN role = 'manager' THEN 0 ELSE 1 END,"
        " code LIMIT 1)"
    )
    op.create_table(
        'credential',
        sa.Column('id', KEY, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('technician_id', KEY, nullable=False),
        sa.Column('password', sa.LargeBinary(), nullable=False),
        sa.Column('pin', sa.LargeBinary(), nullable=False),
        sa.Column('pin_failures', sa.Integer(), nullable=False),
        sa.Column('code', sa.LargeBinary(), nullable=False),
        sa.Column('code_until', MOMENT, nullable=True),
        sa.Column('changed_at', MOMENT, nullable=False),
        sa.CheckConstraint('pin_failures >= 0', name=op.f('ck_credential_pin_failures')),
        sa.ForeignKeyConstraint(['technician_id'], ['technician.id'], name=op.f('fk_credential_technician_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_credential')),
        sa.UniqueConstraint('technician_id', name=op.f('uq_credential_technician_id')),
        sqlite_strict=True,
    )
    op.create_table(
        'sign_in_attempt',
        sa.Column('code_sha256', sa.LargeBinary(), nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.Column('last_at', MOMENT, nullable=False),
        sa.Column('wait_until', MOMENT, nullable=True),
        sa.CheckConstraint('failures >= 0', name=op.f('ck_sign_in_attempt_failures')),
        sa.PrimaryKeyConstraint('code_sha256', name=op.f('pk_sign_in_attempt')),
        sqlite_strict=True,
    )


def downgrade() -> None:
    op.drop_table('sign_in_attempt')
    op.drop_table('credential')
    role = "CASE WHEN fieldwork THEN 'technician' ELSE 'manager' END"
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(TWO, {"role": role})
    else:
        op.drop_constraint("ck_technician_role", "technician")
        op.execute(f"UPDATE technician SET role = {role}")
        op.create_check_constraint(op.f("ck_technician_role"), "technician", TWO)
        op.drop_column("technician", "fieldwork")


def _rebuild(roles: str, filled: dict[str, str]) -> None:
    """The table with other roles: SQLite cannot change a check in place.  `filled` says what the
    columns that change are made of."""
    columns = (*KEPT, *(["fieldwork"] if "fieldwork" in filled else []))
    op.create_table("technician_new", *_technician(roles, fieldwork="fieldwork" in filled), sqlite_strict=True)
    op.execute(
        f"INSERT INTO technician_new ({', '.join(columns)})"
        f" SELECT {', '.join(filled.get(name, name) for name in columns)} FROM technician"
    )
    op.drop_table("technician")
    op.rename_table("technician_new", "technician")


def _technician(roles: str, *, fieldwork: bool) -> list[Any]:
    return [
        sa.Column('id', KEY, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in (*TEXTS, "role")),
        sa.Column('active', FLAG, nullable=False),
        sa.Column('capacity_minutes', sa.Integer(), nullable=False),
        sa.Column('latitude', REAL, nullable=True),
        sa.Column('longitude', REAL, nullable=True),
        *([sa.Column('fieldwork', FLAG, nullable=False)] if fieldwork else []),
        *(sa.CheckConstraint(f'length({name}) <= 200', name=op.f(f'ck_technician_{name}_length')) for name in TEXTS),
        sa.CheckConstraint(roles, name=op.f('ck_technician_role')),
        sa.CheckConstraint('capacity_minutes IS NULL OR capacity_minutes BETWEEN 0 AND 1440', name=op.f('ck_technician_capacity_minutes_range')),
        sa.CheckConstraint('latitude IS NULL OR latitude BETWEEN -90 AND 90', name=op.f('ck_technician_latitude_range')),
        sa.CheckConstraint('longitude IS NULL OR longitude BETWEEN -180 AND 180', name=op.f('ck_technician_longitude_range')),
        sa.CheckConstraint('length(name) > 0', name=op.f('ck_technician_name_given')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_technician')),
        sa.UniqueConstraint('code', name=op.f('uq_technician_code')),
    ]
