"""A small TCP proxy between a service and an engine, whose connections can be cut."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

CHUNK = 1 << 16


class Detour:
    """Forwards between `port` and `target`. While it is cut, it has no connections and accepts none."""

    def __init__(self, port: int, target: int) -> None:
        self.port, self._target = port, target
        self._open = threading.Event()
        self._open.set()
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=256)
        threading.Thread(target=self._accept, name=f"detour-{port}", daemon=True).start()

    def cut(self) -> None:
        """Cut all connections, like a pulled cable: data in transit is lost, without a trace of how much arrived."""
        self._open.clear()
        with self._lock:
            pairs, self._pairs = self._pairs, set()
        for pair in pairs:
            _end(*pair)

    def restore(self) -> None:
        self._open.set()

    def close(self) -> None:
        self.cut()
        _end(self._listener)  # closing alone would keep it listening as long as a thread waits in accept

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        if not self._open.is_set():
            near.close()
            return
        try:
            far = socket.create_connection(("127.0.0.1", self._target), 5)
        except OSError:
            near.close()
            return
        far.settimeout(None)
        for each in (near, far):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._pairs.add((near, far))
        if not self._open.is_set():  # cut in between
            _end(near, far)
        for one, other in ((near, far), (far, near)):
            threading.Thread(target=self._carry, args=(one, other, (near, far)), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, pair: tuple[socket.socket, socket.socket]) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                if source is pair[0]:
                    self.before(data)
                sink.sendall(data)
        _end(*pair)
        with self._lock:
            self._pairs.discard(pair)

    def before(self, data: bytes) -> None:
        """Hook: called with the bytes about to be forwarded to the target."""


def _end(*sockets: socket.socket) -> None:
    for each in sockets:
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
