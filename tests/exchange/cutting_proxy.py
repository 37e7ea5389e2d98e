"""A network between client and server that loses connections, is far away, or both."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path


class CuttingProxy:
    """Forwards connections to a server's socket file, or to a port of this machine.

    Each connection takes the next pair of `budgets`: after so many bytes to the server, or from it,
    it is cut; without one it is left alone.  `distance` are the seconds a message takes each way.
    """

    def __init__(self, target: Path | int) -> None:
        self.budgets: Iterator[tuple[int, int]] = iter(())
        self.distance = 0.0
        self.connections = 0
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._helper = threading.Thread(target=self._serve, daemon=True)
        self._helper.start()

    def cutting(self, budgets: Iterable[tuple[int, int]]) -> None:
        """The next connections are cut after these numbers of bytes."""
        self.budgets = iter(budgets)

    def close(self) -> None:
        """Let nobody through any more."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._helper.join(10)

    def _serve(self) -> None:
        while True:
            try:
                client, _whose = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            up, down = next(self.budgets, (1 << 62, 1 << 62))
            try:
                server = self._connected()
            except OSError:
                client.close()
                continue
            for source, sink, budget in ((client, server, up), (server, client, down)):
                threading.Thread(
                    target=self._forward, args=(source, sink, budget), daemon=True
                ).start()

    def _connected(self) -> socket.socket:
        if isinstance(self._target, int):
            return socket.create_connection(("127.0.0.1", self._target))
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(str(self._target))
        except OSError:
            server.close()
            raise
        return server

    def _forward(self, source: socket.socket, sink: socket.socket, budget: int) -> None:
        with contextlib.suppress(OSError):
            while budget > 0 and (content := source.recv(min(budget, 1 << 16))):
                time.sleep(self.distance)
                sink.sendall(content)
                budget -= len(content)
        for line in (source, sink):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            if line is source:
                line.close()
