"""A line to the test server that counts round trips and can be as slow as one to another city."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_CHUNK = 1 << 16


@dataclass(slots=True)
class Line:
    """`direct` is the address it leads to, `delay` are seconds each way; `trips` counts
    how often the server was waited for: how often words to it followed words from it, over all
    connections."""

    direct: str
    port: int
    delay: float = 0.0
    trips: int = 0

    @property
    def url(self) -> str:
        """The same database over this line."""
        return f"postgresql://postgres@127.0.0.1:{self.port}{urlsplit(self.direct).path}"


@contextlib.contextmanager
def line_to(direct: str, delay: float = 0.0) -> Iterator[Line]:
    """A line to the server on a socket that the URL `direct` names."""
    options = parse_qs(urlsplit(direct).query)
    target = Path(options["host"][0]) / f".s.PGSQL.{options['port'][0]}"
    with socket.create_server(("127.0.0.1", 0)) as door:
        line = Line(direct, door.getsockname()[1], delay)
        threading.Thread(target=_accept, args=(door, target, line), daemon=True).start()
        try:
            yield line
        finally:
            with contextlib.suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)


def _accept(door: socket.socket, target: Path, line: Line) -> None:
    while True:
        try:
            near, _address = door.accept()
        except OSError:
            return
        near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        far = socket.socket(socket.AF_UNIX)
        far.connect(str(target))
        _Connection(near, far, line).begin()


class _Connection:
    """Two directions of one connection, each a reader and, behind the delay, a writer."""

    def __init__(self, near: socket.socket, far: socket.socket, line: Line) -> None:
        self._near, self._far, self._line = near, far, line
        self._answered = True

    def begin(self) -> None:
        for source, sink, outward in (
            (self._near, self._far, True),
            (self._far, self._near, False),
        ):
            under_way: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
            for work, arguments in (
                (self._read, (source, under_way, outward)),
                (self._write, (sink, under_way)),
            ):
                threading.Thread(target=work, args=arguments, daemon=True).start()

    def _read(
        self,
        source: socket.socket,
        under_way: queue.SimpleQueue[tuple[float, bytes]],
        outward: bool,
    ) -> None:
        while True:
            try:
                data = source.recv(_CHUNK)
            except OSError:
                data = b""
            if outward and data and self._answered:
                self._line.trips += 1
            self._answered = not outward
            under_way.put((time.monotonic() + self._line.delay, data))
            if not data:
                return

    def _write(
        self, sink: socket.socket, under_way: queue.SimpleQueue[tuple[float, bytes]]
    ) -> None:
        while True:
            due, data = under_way.get()
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                if not data:
                    sink.shutdown(socket.SHUT_RDWR)
                    return
                sink.sendall(data)
            except OSError:
                return
