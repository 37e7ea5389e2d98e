"""Event logs carry data, not sentences

The logs of terminals, incidents and visits say in columns what changed, from what to what, why (a
code) and what they refer to.  What earlier versions wrote as one text is taken apart; what cannot
be stays as it was written, in ``remark``.

Self-contained: imports no project code, so that it does the same in ten years.
"""

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
import uuid_utils
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0010'
down_revision = '0004'
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")

INCIDENT_ACTIONS = "'report', 'triage', 'assign', 'start', 'hold', 'resume', 'resolve', 'close', 'reopen', 'cancel', 'mark_duplicate', 'edit', 'handover', 'addendum', 'swap'"
INCIDENT_STATES = "'new', 'triaged', 'assigned', 'in_progress', 'on_hold', 'resolved', 'closed', 'cancelled', 'duplicate'"
VISIT_ACTIONS = "'create', 'schedule', 'assign', 'lock', 'unlock', 'start', 'finish', 'cancel', 'add'"

Record = dict[str, Any]
AT_ONCE = 5_000
LONGEST = 20_000
"""Characters of a remark."""


def upgrade() -> None:
    known = _Known(op.get_bind())
    _rebuild("terminal_event", "terminal_id", _NEW, known.terminal)
    _rebuild("incident_event", "incident_id", _NEW, known.incident)
    _rebuild("visit_event", "visit_id", _NEW, known.visit)


def downgrade() -> None:
    _rebuild("terminal_event", "terminal_id", _OLD, _terminal_back)
    technician = sa.table("technician", sa.column("id", KEY), sa.column("code", sa.Text()))
    codes = {str(row.id): row.code for row in op.get_bind().execute(sa.select(technician))}
    _rebuild("incident_event", "incident_id", _OLD, functools.partial(_incident_back, codes))
    _rebuild("visit_event", "visit_id", _OLD, _visit_back)


# --- the tables ----------------------------------------------------------------------------------


def _texts(**limits: int) -> list[Any]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in limits]


def _lengths(table: str, **limits: int) -> list[Any]:
    return [
        sa.CheckConstraint(f"length({name}) <= {most}", name=op.f(f"ck_{table}_{name}_length"))
        for name, most in limits.items()
    ]


def _said(table: str, **limits: int) -> list[Any]:
    return [*_texts(**limits), *_lengths(table, **limits)]


def _one_of(table: str, column: str, words: str, *, optional: bool = False) -> Any:
    condition = f"{column} IN ({words})"
    if optional:
        condition = f"{column} IS NULL OR {condition}"
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{column}"))


def _states(table: str) -> list[Any]:
    return [
        sa.Column('seq', sa.Integer(), nullable=False),
        sa.Column('from_state', sa.Text(), nullable=True),
        sa.Column('to_state', sa.Text(), nullable=True),
        _one_of(table, 'from_state', INCIDENT_STATES, optional=True),
        _one_of(table, 'to_state', INCIDENT_STATES, optional=True),
        sa.CheckConstraint('seq >= 1', name=op.f(f'ck_{table}_seq')),
        sa.UniqueConstraint('incident_id', 'seq', name=op.f(f'uq_{table}_incident_id_seq')),
    ]


def _changed(table: str) -> list[Any]:
    return [
        *_said(table, field=200, old=20000, new=20000, reason=200, ref_kind=200, remark=20000),
        sa.Column('ref_id', KEY, nullable=True),
    ]


_NEW: dict[str, Callable[[str], list[Any]]] = {
    "terminal_event": lambda t: [*_changed(t), *_said(t, kind=200)],
    "incident_event": lambda t: [
        *_changed(t),
        *_states(t),
        *_texts(action=0),
        _one_of(t, 'action', INCIDENT_ACTIONS),
        *_said(t, said_zh=20000, said_en=20000),
    ],
    "visit_event": lambda t: [*_changed(t), *_texts(action=0), _one_of(t, 'action', VISIT_ACTIONS)],
}
_OLD: dict[str, Callable[[str], list[Any]]] = {
    "terminal_event": lambda t: _said(t, kind=200, detail=20000),
    "incident_event": lambda t: [
        *_said(t, reason=200, remark=20000),
        *_states(t),
        *_texts(action=0),
        _one_of(t, 'action', INCIDENT_ACTIONS),
    ],
    "visit_event": lambda t: [
        *_said(t, detail=200, reason=20000),
        *_texts(action=0),
        _one_of(t, 'action', VISIT_ACTIONS),
    ],
}
_INDEXES = {
    "terminal_event": {
        "ix_terminal_event_terminal_id_at": ["terminal_id", "at"],
        "ix_terminal_event_at": ["at"],
    },
    "incident_event": {"ix_incident_event_at": ["at"]},
    "visit_event": {"ix_visit_event_visit_id_at": ["visit_id", "at"]},
}


def _rebuild(
    name: str,
    owner: str,
    shapes: dict[str, Callable[[str], list[Any]]],
    convert: Callable[[Record], list[Record]],
) -> None:
    """A new table in the old one's place, each row of the old one converted into one or more."""
    bind = op.get_bind()
    for index in _INDEXES[name]:
        op.drop_index(index, table_name=name)
    before = f"{name}_before"
    op.rename_table(name, before)
    if bind.dialect.name == "postgresql":
        # Names of keys are the schema's there, not the table's.
        op.drop_constraint(f"pk_{name}", before)
        if name == "incident_event":
            op.drop_constraint(f"uq_{name}_incident_id_seq", before)
    made = op.create_table(
        name,
        sa.Column('id', KEY, nullable=False),
        sa.Column(owner, KEY, nullable=False),
        sa.Column('at', MOMENT, nullable=False),
        *_said(name, actor=200, device=200),
        *shapes[name](name),
        sa.ForeignKeyConstraint([owner], [f'{owner.removesuffix("_id")}.id'], name=op.f(f'fk_{name}_{owner}')),
        sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{name}')),
        sqlite_strict=True,
    )
    for part in _rows(bind, before, owner):
        bind.execute(sa.insert(made), [row for record in part for row in convert(record)])
    op.drop_table(before)
    for index, columns in _INDEXES[name].items():
        op.create_index(index, name, columns, unique=False)


def _rows(bind: sa.Connection, name: str, owner: str) -> Iterator[list[Record]]:
    typed = {"id": KEY, owner: KEY, "ref_id": KEY, "at": MOMENT}
    columns = [c["name"] for c in sa.inspect(bind).get_columns(name)]
    table = sa.table(name, *(sa.column(c, typed.get(c, sa.Text())) for c in columns if c != "seq"))
    if "seq" in columns:
        table.append_column(sa.column("seq", sa.Integer()))
    last = None
    while True:
        query = sa.select(table).order_by(table.c.id).limit(AT_ONCE)
        if last is not None:
            query = query.where(table.c.id > last)
        part = [dict(row._mapping) for row in bind.execute(query)]
        if not part:
            return
        yield part
        last = part[-1]["id"]


# --- texts of earlier versions into data ---------------------------------------------------------

TERMINAL_STATES = ("in_service", "in_repair", "spare", "suspended", "retired")
_STATE = re.compile(rf"({'|'.join(TERMINAL_STATES)}) → ({'|'.join(TERMINAL_STATES)})(?: · (.*))?", re.S)
_FIELDS = re.compile(r"[a-z_]+(?:, [a-z_]+)*")
_DAYS = re.compile(r"(\d{4}-\d\d-\d\d) → (\d{4}-\d\d-\d\d)")
_RANK = re.compile(r"→ (P[1-4])(?:：(.+))?", re.S)
_UPDATES = ("firmware", "app_version")
VISIT_REASONS = frozenset(
    (
        "plan.resting",
        "plan.changed",
        "generation.changed",
        "generation.undone",
        "terminal.moved",
        "catch_up.merged",
        "catch_up.keep",
        "levelling",
        "levelling.past",
        "levelling.no_technician",
        "levelling.no_workday",
        "levelling.full",
        "levelling.beyond",
        "leave",
        "leave.no_technician",
        "leave.no_workday",
        "leave.full",
        "leave.locked",
    )
)


def _with(record: Record, **said: Any) -> Record:
    nothing = {"field": "", "old": "", "new": "", "reason": "", "ref_kind": "", "ref_id": None, "remark": ""}
    return {**record, **nothing, **said}


class _Known:
    """Names the old texts mention."""

    def __init__(self, bind: sa.Connection) -> None:
        def pairs(table: str, key: str, *names: str) -> dict[str, tuple[Any, ...]]:
            columns = [sa.column(key, sa.Text()), *(sa.column(n, KEY if n == "id" else sa.Text()) for n in names)]
            return {row[0]: tuple(row[1:]) for row in bind.execute(sa.select(*columns).select_from(sa.table(table)))}

        self._terminals = pairs("terminal", "serial_key", "id", "serial")
        self._serials = {str(key): serial for key, serial in self._terminals.values()}
        self._people = pairs("technician", "code", "id", "name")
        self._incidents = pairs("incident", "number", "id")
        self._plans = pairs("plan", "key", "id")
        named: dict[str, list[Any]] = {}
        for key, name in self._people.values():
            named.setdefault(name, []).append(key)
        self._by_name = {name: keys[0] for name, keys in named.items() if len(keys) == 1}

    def _device(self, serial: str) -> Record:
        found = self._terminals.get(serial.upper())
        return {"new": serial, **({"ref_kind": "terminal", "ref_id": found[0]} if found else {})}

    def _person(self, name: str) -> Record:
        key = self._by_name.get(name)
        return {
            "field": "technician",
            "new": name,
            **({"ref_kind": "technician", "ref_id": key} if key else {}),
        }

    def terminal(self, record: Record) -> list[Record]:
        kind, detail = record["kind"], record.pop("detail")
        state = _STATE.fullmatch(detail) if kind == "state" else None
        if state is not None:
            old, new, why = state.groups()
            code = why == "gate.passed"
            said = {"reason": why} if code else {"remark": why or ""}
            return [_with(record, field="state", old=old, new=new, **said)]
        if kind.endswith("_update") and _FIELDS.fullmatch(detail):
            return list(_split(record, detail.split(", ")))
        serial, parted, why = detail.partition(" · ")
        if kind == "swapped_out" and parted:
            old = self._serials.get(str(record["terminal_id"]), "")
            return [_with(record, field="serial", old=old, **self._device(serial), remark=why)]
        return [_with(record, remark=detail)]

    def incident(self, record: Record) -> list[Record]:
        record |= {"said_zh": "", "said_en": ""}
        action, reason, remark = record["action"], record["reason"], record["remark"]
        if action == "assign" and reason:
            found = self._people.get(reason)
            if found:
                return [_with(record, **self._ref("technician", found[0]), field="technician", new=found[1], remark=remark)]
            return [_with(record, field="technician", new=reason, remark=remark)]
        if action == "swap" and remark.startswith("→ "):
            return [_with(record, field="serial", **self._device(remark[2:]), reason=reason)]
        if action == "mark_duplicate" and remark in self._incidents:
            ref = self._ref("incident", self._incidents[remark][0])
            return [_with(record, field="duplicate_of", new=remark, **ref, reason=reason)]
        if action == "edit" and reason == "":
            return [_edit(record, remark, self._person)]
        return [_with(record, reason=reason, remark=remark)]

    def visit(self, record: Record) -> list[Record]:
        action, detail, given = record["action"], record.pop("detail"), record["reason"]
        why = {"reason": given} if given in VISIT_REASONS else {"remark": given}
        days = _DAYS.fullmatch(detail) if action == "schedule" else None
        if days is not None:
            return [_with(record, field="planned_on", old=days[1], new=days[2], **why)]
        if action == "assign" and detail:
            return [_with(record, **self._person("" if detail == "–" else detail), **why)]
        if action == "finish" and detail in ("done", "partial"):
            return [_with(record, field="state", old="in_progress", new=detail, **why)]
        for field, known in (("incident", self._incidents), ("plan", self._plans)):
            if action == "add" and detail in known:
                return [_with(record, field=field, new=detail, **self._ref(field, known[detail][0]), **why)]
        kept = " · ".join(text for text in (detail, why.get("remark", "")) if text)
        if len(kept) > LONGEST:
            return [_with(record, new=detail, **why)]
        return [_with(record, **{**why, "remark": kept})]

    @staticmethod
    def _ref(kind: str, key: Any) -> Record:
        return {"ref_kind": kind, "ref_id": key}


def _split(record: Record, names: list[str]) -> Iterator[Record]:
    """One row a field.  What counts as an update keeps the key: a task may have come from it."""
    names = sorted(names, key=lambda name: name not in _UPDATES)
    for place, name in enumerate(names):
        key = record["id"] if place == 0 else str(uuid_utils.uuid7())
        yield _with({**record, "id": key}, field=name)


def _edit(record: Record, remark: str, person: Callable[[str], Record]) -> Record:
    """No person wrote the remark of an edit: it says the rank, who has it, or a part taken back."""
    rank = _RANK.fullmatch(remark)
    if rank is not None:
        zh, parted, en = (rank[2] or "").partition(" / ")
        if rank[2] and (not parted or " / " in en):
            return _with(record, field="priority", new=rank[1].lower(), reason="hard_stop", remark=rank[2])
        reason = "hard_stop" if rank[2] else "stop_withdrawn"
        return _with(record, field="priority", new=rank[1].lower(), reason=reason, said_zh=zh, said_en=en)
    if remark.startswith("→ "):
        return _with(record, **person(remark[2:]))
    if remark.startswith("- "):
        return _with(record, field="part", old=remark[2:])
    return _with(record, remark=remark)


# --- and back ------------------------------------------------------------------------------------


def _without(record: Record, **said: Any) -> Record:
    gone = ("field", "old", "new", "reason", "ref_kind", "ref_id", "remark", "said_zh", "said_en")
    return {**{name: value for name, value in record.items() if name not in gone}, **said}


def _terminal_back(record: Record) -> list[Record]:
    kind, field, why = record["kind"], record["field"], record["reason"] or record["remark"]
    texts = [why]
    if kind == "state" and field == "state":
        texts = [f"{record['old']} → {record['new']}", why]
    elif kind == "swapped_out" and field == "serial":
        texts = [record["new"], why]
    elif kind.endswith("_update") and field:
        texts = [field]
    return [_without(record, detail=" · ".join(text for text in texts if text))]


def _incident_back(codes: dict[str, str], record: Record) -> list[Record]:
    field, new, reason, remark = (record[name] for name in ("field", "new", "reason", "remark"))
    if field == "priority":
        said = f"{record['said_zh']} / {record['said_en']}" if record["said_zh"] else remark
        remark, reason = f"→ {new.upper()}" + (f"：{said}" if said else ""), ""
    elif field == "technician" and record["action"] == "assign":
        reason = codes.get(str(record["ref_id"]), new)
    elif field in ("serial", "technician"):
        remark = f"→ {new}"
    elif field == "part":
        remark = f"- {record['old']}"
    elif field == "duplicate_of":
        remark = new
    return [_without(record, reason=reason, remark=remark)]


def _visit_back(record: Record) -> list[Record]:
    field, new = record["field"], record["new"]
    detail = {
        "planned_on": f"{record['old']} → {new}",
        "technician": new or "–",
    }.get(field, new)
    return [_without(record, detail=detail[:200], reason=record["reason"] or record["remark"])]
