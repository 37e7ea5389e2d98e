"""Connections to a server that do not wait for an answer before the next statement is sent.

At a distance of 20 ms every answer that is waited for costs 20 ms.  In the pipeline mode of the
client library the beginning of a transaction, rows that are stored, and queries that do not depend
on one another (`db.together`) travel with what follows them.  An error of a statement nobody waited
for comes with the next answer, at the latest with that of the commit.

Imported once there is a server to talk to: loading the driver takes a tenth of a second.
"""

from __future__ import annotations

import contextlib
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus


class PipelinedConnection(psycopg.Connection[Any]):
    """A connection that is put into pipeline mode at the beginning of a transaction and stays in
    it, for leaving costs an answer."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self._line: psycopg.Pipeline | None = None
        self.begun = False
        """Whether a transaction is under way; the client library learns it with an answer."""
        self.writes = False
        self.waits = 0
        """How often an answer was waited for since the connection was made."""
        self.ahead: dict[str, list[PipelinedCursor]] = {}
        """Cursors of queries that were sent before somebody asks for their rows, by their text."""

    def cursor(self, *args: Any, **given: Any) -> Any:
        """A cursor; one that lives on the server, which is given a name, knows no pipeline."""
        if args or given.get("name"):
            self.wait_for_each()
        return super().cursor(*args, **given)

    def begin(self, *statements: str, waiting: bool = False, writes: bool = True) -> None:
        """Begin a transaction with statements whose answer nobody needs; `waiting` for the answer
        of each that follows, as scripts of several statements need it."""
        self.ahead.clear()
        self.writes = writes
        if waiting:
            self.wait_for_each()
        elif self._line is None and psycopg.Pipeline.is_supported():
            # Not `pipeline()`, which ends with a block of code.
            self._line = self._pipeline = psycopg.Pipeline(self)
            self._line.__enter__()
        self.begun = True
        for statement in statements:
            self._send(statement)

    def _send(self, statement: str) -> None:
        cursor: Any = super().cursor()
        cursor.later = True
        cursor.execute(statement)

    def wait_for_each(self) -> None:
        """Leave the pipeline mode."""
        line, self._line = self._line, None
        if line is not None:
            line.__exit__(None, None, None)
            self._pipeline = None

    def commit(self) -> None:
        """End the transaction; what was sent before is answered now.  The end of one that only
        read is not waited for.  Raises `psycopg.Error`."""
        if self._line is None:
            super().commit()
        elif self.begun:
            self._send("COMMIT")
            if self.writes:
                self._sync()
        self.begun = False

    def rollback(self) -> None:
        """Give the transaction up."""
        self.begun = False
        if self._line is None:
            super().rollback()
            return
        try:
            self._sync()
        except psycopg.Error:
            # Told already to whoever sent the statement, or of no interest any more.
            if self.closed:
                raise
        if self.info.transaction_status is not TransactionStatus.IDLE:
            self._send("ROLLBACK")
            self._sync()

    def _sync(self) -> None:
        assert self._line is not None
        self.waits += 1
        self._line.sync()

    def ping(self) -> None:
        """Wait for one answer.  Raises `psycopg.Error` when none comes."""
        with self.pipeline() if self._line is not None else contextlib.nullcontext():
            self.execute("SELECT 1")

    def fetch(self) -> None:
        """Wait for the answers to all that was sent.  Raises the first error among them."""
        line = self._pipeline
        if line is None or line.result_queue:
            self.waits += 1
        if line is not None:
            with self.lock:
                self.wait(line._fetch_gen(flush=True))


class PipelinedCursor(psycopg.Cursor[Any]):
    """`later`: nobody needs the answer; `ahead`: somebody will ask with the same statement soon."""

    later = False
    ahead = False
    sent: Any = None
    """The parameters of what was sent ahead."""
    same: PipelinedCursor | None = None
    """The cursor of the same statement that was sent ahead before this one was to be."""
    _conn: PipelinedConnection

    def execute(self, query: Any, params: Any = None, **given: Any) -> Any:
        """Send, and wait for the answer unless marked otherwise."""
        waiting = self._conn.ahead.get(query, [])
        first = next((one for one in waiting if one.sent == params), None)
        if first is not None:
            self.same = first
            if not self.ahead:
                self.take_up()
            return self
        super().execute(query, params, **given)
        if self.ahead:
            self.sent = params
            self._conn.ahead.setdefault(query, []).append(self)
        elif not self.later:
            self._conn.fetch()
        return self

    def take_up(self) -> None:
        """Take the answer to what was sent ahead, and wait for it if it is not here yet.  Raises
        `psycopg.Error`."""
        self.ahead = False
        first = self.same or self
        if first.pgresult is None:
            self._conn.fetch()
        for waiting in self._conn.ahead.values():
            if first in waiting:
                waiting.remove(first)
        if first is not self:
            self._tx, self._query = first._tx, first._query
            self._set_results(first._results)

    def close(self) -> None:
        """Close it, unless somebody will ask for its rows yet: those go with the transaction."""
        if not self.ahead:
            super().close()

    def executemany(self, query: Any, params_seq: Any, **given: Any) -> None:
        """The same for many rows."""
        super().executemany(query, params_seq, **given)
        if not self.later:
            self._conn.fetch()
