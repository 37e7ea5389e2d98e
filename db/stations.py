"""Which installation a database is: known in the operation log as a station, whose operations are
numbered without a gap.

A copy that is put back may lack the last operations of its station, which others may have seen.  It
goes on as the same one, whose keys others trust; the first exchange finds out and gives it another
(`app.exchange.rebase`).
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from db.copying import changing

STATION = "station"
"""The fact of `app_state` that names this installation; not carried to others."""
RESTORED = "restored"
"""The fact of `app_state` that says from which copy a database was restored, until that stands in
its log."""
JOURNAL = "journal"
"""The fact of `app_state` that names the newest `series` of the journal, and one that was `lost`,
empty when none was.  A copy that is put back begins with a journal of its own."""

_FORGET = "DELETE FROM app_state WHERE name = ?"
_KEEP = "INSERT INTO app_state (name, value) VALUES (?, ?)"
_LAST = "SELECT coalesce(max(station_seq), 0) FROM operation WHERE station = ?"


def note_restored(database: Path, copy: str, at: datetime) -> None:
    """Say in a database nobody has open that it was restored at a moment from the file named
    `copy`; its log says so once it is opened.  Raises the driver's errors and `OSError`."""
    with changing(database) as connection:
        found = connection.execute(
            "SELECT value FROM app_state WHERE name = ?", (STATION,)
        ).fetchone()
        station = json.loads(found[0]) if found else ""
        last = connection.execute(_LAST, (station,)).fetchone()[0] if station else 0
        fact = {"copy": copy, "at": at.isoformat(), "station": station, "station_seq": last}
        connection.execute(_FORGET, (RESTORED,))
        connection.execute(_FORGET, (JOURNAL,))
        connection.execute(_KEEP, (RESTORED, json.dumps(fact, ensure_ascii=False)))
