"""Peers that hold a server without asking for anything: silent ones, half a head, a body that trickles."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from timeit import default_timer
from urllib.parse import urlsplit

import httpx

FILES = 4096  # that this process may open; each peer is one
EVERY = 0.5  # seconds between two drops of a body
HALF_A_HEAD = b"POST /v1/photos HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "


def trickling(address: str, path: str, method: str = "POST") -> bytes:
    """The head of a request whose body of 600 kB is still to come."""
    host = urlsplit(address).netloc
    return (
        f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 600000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nIdempotency-Key: slow-peer-0001\r\n\r\n--b\r\n"
    ).encode()


def openings(address: str, path: str, method: str) -> tuple[bytes, ...]:
    """The three kinds of peers, each by its first bytes."""
    return b"", HALF_A_HEAD, trickling(address, path, method)


async def hold(peers: Sequence[tuple[str, bytes]], asked: Sequence[str], seconds: float) -> tuple[list[float], int]:
    """Hold peers for some seconds while another client asks, one request after the other.

    peers: (address, first bytes). Returns the response times of the others in seconds, and how many got no good answer.
    """
    async with _connected(peers) as writers, httpx.AsyncClient(timeout=30) as client:
        dripping = asyncio.create_task(_drip(writers))
        waits, unanswered, until = list[float](), 0, default_timer() + seconds
        while default_timer() < until:
            for url in asked:
                began = default_timer()
                try:
                    unanswered += not (await client.get(url)).is_success
                except httpx.HTTPError:
                    unanswered += 1
                waits.append(default_timer() - began)
        dripping.cancel()
    return waits, unanswered


@asynccontextmanager
async def _connected(peers: Sequence[tuple[str, bytes]]) -> AsyncIterator[list[asyncio.StreamWriter]]:
    """Open connections, with the first bytes sent."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, most) if most > 0 else FILES, most))
    writers = []
    try:
        for address, opening in peers:
            _, writer = await asyncio.open_connection(urlsplit(address).hostname, urlsplit(address).port)
            writers.append(writer)
            writer.write(opening)
        yield writers
    finally:
        for writer in writers:
            writer.transport.abort()


async def _drip(writers: Sequence[asyncio.StreamWriter]) -> None:
    while True:
        for writer in writers:
            with suppress(OSError):
                writer.write(b"x")
        await asyncio.sleep(EVERY)


async def seconds_until_closed(address: str, opening: bytes, patience: float) -> float:
    """How long a peer may say nothing more before it is disconnected. Raises TimeoutError."""
    reader, writer = await asyncio.open_connection(urlsplit(address).hostname, urlsplit(address).port)
    began = default_timer()
    try:
        writer.write(opening)
        async with asyncio.timeout(patience):
            with suppress(OSError):
                await reader.read()
        return default_timer() - began
    finally:
        writer.transport.abort()
