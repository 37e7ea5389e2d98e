"""The files of parcels on their way to and from the exchange server.

A parcel that was begun goes on from where it was, also after the program or the computer ended:
the content encrypted once is kept until all of it has arrived.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from app import files
from app.exchange.hub_connection import Shipment, WaitingParcel

_PIECE = 1 << 20
_LEFT_BEHIND = 86_400
"""Seconds after which a file nobody ended was left by a program that was killed."""


class ParcelFolder:
    """The parcels of one installation.  Every method raises `Unavailable` (disk full …)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    # --- to the server --------------------------------------------------------------------------

    def begun(self, to: str) -> Shipment | None:
        """The oldest parcel to a station that was not sent whole yet."""
        left = (*self._folder.glob("new-*"), *self._folder.glob(".*.tmp"))
        self._remove(*(path for path in left if time.time() - _changed_at(path) > _LEFT_BEHIND))
        for note in sorted(self._folder.glob(f"to-{to or 'office'}-*.json"), key=_changed_at):
            with contextlib.suppress(OSError, ValueError, TypeError):
                found = Shipment(**json.loads(note.read_bytes()))
                if self.path(found).stat().st_size == found.size:
                    return found
            self._remove(note, note.with_suffix(".posx"))
        return None

    def add(self, to: str, mark: str, write: Callable[[Path], object]) -> Shipment:
        """A parcel whose content `write` puts into the path it is given."""
        with self._kept():
            files.private_folder(self._folder)
            fresh = self._folder / f"new-{os.getpid()}-{to or 'office'}.posx"
            try:
                write(fresh)
                made = Shipment(id=_sha256(fresh), size=fresh.stat().st_size, to=to, mark=mark)
                files.move(fresh, self.path(made))
            finally:
                fresh.unlink(missing_ok=True)
            files.write(self._note(made), json.dumps(asdict(made)).encode())
        return made

    def path(self, shipment: Shipment) -> Path:
        """Where its content lies."""
        return self._folder / f"to-{shipment.to or 'office'}-{shipment.id[:16]}.posx"

    def sent(self, shipment: Shipment) -> None:
        """All of it arrived."""
        self._remove(self._note(shipment), self.path(shipment))

    def _note(self, shipment: Shipment) -> Path:
        return self.path(shipment).with_suffix(".json")

    # --- from the server ------------------------------------------------------------------------

    def arriving(self, parcel: WaitingParcel) -> Path:
        """Where the bytes of a parcel lie that arrived until now."""
        return self._folder / f"from-{parcel.sender}-{parcel.id[:16]}.posx"

    @contextlib.contextmanager
    def receiving(self, parcel: WaitingParcel) -> Iterator[BinaryIO]:
        """The file of a parcel, open to be added to."""
        with self._kept():
            files.private_folder(self._folder)
            with self.arriving(parcel).open("ab") as file:
                if file.tell() > parcel.size:
                    file.truncate(0)
                yield file

    def is_whole(self, parcel: WaitingParcel) -> bool:
        """Whether all of it arrived as it was sent; what did not is thrown away."""
        path = self.arriving(parcel)
        with self._kept():
            if path.stat().st_size == parcel.size and _sha256(path) == parcel.id:
                return True
        self._remove(path)
        return False

    def done(self, parcel: WaitingParcel) -> None:
        """It was taken in, or refused."""
        self._remove(self.arriving(parcel))

    def forget_others(self, waiting: tuple[WaitingParcel, ...]) -> None:
        """Throw away what arrived of parcels that no longer wait."""
        wanted = {self.arriving(one) for one in waiting}
        self._remove(*(path for path in self._folder.glob("from-*.posx") if path not in wanted))

    # --- inside ---------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _kept(self) -> Iterator[None]:
        try:
            yield
        except OSError as failure:
            raise files.unavailable(failure, self._folder) from failure

    @staticmethod
    def _remove(*paths: Path) -> None:
        for path in paths:
            # Another pass has it open (Windows): that one, or the next, removes it.
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
