"""One act of a job of `tests.faulting`, done again and again from the same beginning, with a fault;
and whether two homes it leaves are one and the same to the next start."""

from __future__ import annotations

import ctypes
import gc
import hashlib
import os
import shutil
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.errors import AppError
from tests.fault_job import Job

_WAL_HEAD, _FRAME_HEAD = 32, 24


@dataclass(slots=True)
class Ended:
    """How an act ended: what was told is saved, its last word, the code of its process, how many
    file operations there were, and which of them wrote no bytes."""

    told: list[str] = field(default_factory=list)
    said: str = ""
    code: int = 0
    operations: int = 0
    steps: list[int] = field(default_factory=list)


class Acts:
    """A process that acts and never judges, so that each of its copies begins alike.

    Clock and chance are set (`tests/files/fault.c`): two copies do the same up to their fault.
    """

    def __init__(self, job: Job, start: Path, home: Path, clock: int) -> None:
        self._start, self._home = start, home
        wanted, self._wanted = os.pipe()
        self._answers, answers = os.pipe()
        paused, self._go = os.pipe()
        self._mother = os.fork()
        if self._mother == 0:
            os.close(self._wanted)
            self._serve(job, clock, os.fdopen(wanted), answers, f"{answers},{paused}")
        for handle in (wanted, answers, paused):
            os.close(handle)
        self._lines = os.fdopen(self._answers)

    def run(
        self, fault: str, at: int, look: Callable[[str, int, list[str]], None] | None = None
    ) -> Ended:
        """Act in a fresh copy of the start.

        `look` is called before every operation with ``K``, and with half of a write done with
        ``T``, the number of the operation, and what was told so far, while the act stands still.
        """
        shutil.rmtree(self._home, ignore_errors=True)
        shutil.copytree(self._start, self._home)
        os.write(self._wanted, f"{fault} {at} {int(look is not None)}\n".encode())
        ended = Ended()
        for line in self._lines:
            mark, rest = line[:1], line[1:].rstrip("\n")
            if mark == "?" and look is not None:
                sort, number = rest.split()
                look(sort, int(number), list(ended.told))
                os.write(self._go, b"+")
            elif mark == "=":
                count, _, ended.said = rest.partition(" ")
                ended.operations = int(count)
            elif mark == "/":
                ended.steps = [int(n) for n in rest.split(",") if n]
            elif mark == "!":
                ended.code = int(rest)
                return ended
            elif mark == ">":
                ended.told.append(rest)
        raise AssertionError("the process that acts is gone")

    def close(self) -> None:
        """End the process."""
        os.close(self._wanted)
        os.waitpid(self._mother, 0)
        self._lines.close()
        os.close(self._go)

    def _serve(self, job: Job, clock: int, wanted: Iterator[str], out: int, pipes: str) -> None:
        # Before any fork: what gives out keys draws afresh in each copy.
        os.environ["FAULT_CLOCK"] = str(clock)
        gc.collect()
        gc.freeze()
        for line in wanted:
            fault, at, looked = line.split()
            child = os.fork()
            if child == 0:
                gc.disable()
                faults = {"FAULT_ASK": pipes} if looked == "1" else {f"FAULT_{fault}_AT": at}
                os.environ.update(faults)
                self._act(job, out)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            os.write(out, f"!{code}\n".encode())
        os._exit(0)

    def _act(self, job: Job, out: int) -> None:
        os.environ["FAULT_FILE"] = str(self._home)
        said = "done"
        try:
            job.act(self._home, lambda what: os.write(out, f">{what}\n".encode()) and None)
        except AppError as refused:
            said = getattr(refused, "code", "") or "refused"
        except BaseException as bug:  # noqa: BLE001 - the copy of the process must end here
            said = f"bug: {bug!r}"[:300].replace("\n", " ")
        os.environ.pop("FAULT_FILE")
        shim = ctypes.CDLL(None)
        count = shim.fault_operations()
        steps = (str(n) for n in range(1, count + 1) if not shim.fault_wrote(ctypes.c_long(n)))
        os.write(out, f"={count} {said}\n".encode())
        os.write(out, f"/{','.join(steps)}\n".encode())
        os._exit(0)


def content(home: Path) -> bytes:
    """What the next start reads of a home, as a hash.

    Of a write-ahead log that is what SQLite reads of it, and of a database beside it the pages that
    are not in it; its shared memory is made anew by whoever comes first, and logs are for people.
    """
    told = hashlib.sha256()
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if name.endswith(("-shm", "-lock", ".log")):
            continue
        told.update(f"\0{name}\0".encode())
        if path.is_file():
            told.update(_read(path))
    return told.digest()


def _read(path: Path) -> bytes:
    raw = path.read_bytes()
    if path.name.endswith("-wal"):
        frames = _frames(raw)
        return b"".join(head[:8] + page for head, page in frames) if frames else _uncommitted(raw)
    log = path.with_name(path.name + "-wal")
    frames = _frames(log.read_bytes()) if log.exists() else []
    if not frames:
        return raw
    newer = {_numbers(head)[0] for head, _page in frames}
    page, length = len(frames[0][1]), _numbers(frames[-1][0])[1]
    return b"".join(raw[n * page : n * page + page] for n in range(length) if n + 1 not in newer)


def _frames(log: bytes) -> list[tuple[bytes, bytes]]:
    """The heads and pages of a log that SQLite would read; its salts are chance."""
    count = int(ctypes.CDLL(None).fault_frames(log, ctypes.c_long(len(log))))
    size = struct.unpack_from(">I", log, 8)[0] + _FRAME_HEAD if count else 0
    places = (_WAL_HEAD + n * size for n in range(count))
    return [(log[at : at + _FRAME_HEAD], log[at + _FRAME_HEAD : at + size]) for at in places]


def _numbers(head: bytes) -> tuple[int, int]:
    """Of a frame: the number of its page; pages of the database where a transaction ends, else
    0."""
    page, length = struct.unpack_from(">2I", head)
    return page, length


def _uncommitted(log: bytes) -> bytes:
    """Nothing of a log that says of no frame that it ends a transaction is ever read; all of
    another one counts, whose sums may be of a kind not known here."""
    size = struct.unpack_from(">I", log, 8)[0] + _FRAME_HEAD if len(log) >= _WAL_HEAD else 0
    places = range(_WAL_HEAD, len(log) - 8, size) if size > _FRAME_HEAD else ()
    return log if any(_numbers(log[at : at + 8])[1] for at in places) else b""
