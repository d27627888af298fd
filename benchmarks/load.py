"""A load client: concurrent people with kept-alive connections, each of whom asks again at once. Loopback only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from timeit import default_timer
from typing import Any
from urllib.parse import urlsplit

import orjson

from benchmarks.harness import percentile


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes

    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass
class Person:
    """A client with one open connection to each server."""

    _open: dict[tuple[str, int], tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=dict)

    async def ask(self, method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Response:
        address = urlsplit(url)
        server = (address.hostname or "127.0.0.1", address.port or 80)
        reader, writer = self._open.get(server) or await asyncio.open_connection(*server)
        self._open[server] = reader, writer
        writer.writelines([head(method, url, len(body), headers or {}), body])
        await writer.drain()
        return await _response(reader)

    def close(self) -> None:
        for _, writer in self._open.values():
            writer.close()


def head(method: str, url: str, length: int, headers: Mapping[str, str]) -> bytes:
    address = urlsplit(url)
    target = address.path + (f"?{address.query}" if address.query else "")
    lines = [
        f"{method} {target} HTTP/1.1",
        f"Host: {address.netloc}",
        f"Content-Length: {length}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


async def _response(reader: asyncio.StreamReader) -> Response:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(lines[0].split()[1])
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    if headers.get("transfer-encoding", "") == "chunked":
        return Response(status, await _chunks(reader))
    return Response(status, await reader.readexactly(int(headers.get("content-length", 0))))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    out = b""
    while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
        out += (await reader.readexactly(size + 2))[:-2]
    await reader.readuntil(b"\r\n")
    return out


Task = Callable[[Person, int], Coroutine[Any, Any, None]]  # the work of a person for one number; raises if refused


@dataclass(frozen=True, slots=True)
class Load:
    """Response times of a crowd, in seconds. seconds: from the first request to the last response."""

    seconds: float
    waits: list[float]

    @property
    def rate(self) -> float:
        return len(self.waits) / self.seconds

    def ms(self, share: float) -> float:
        return percentile(self.waits, share) * 1000

    def figures(self) -> dict[str, float]:
        return {"rate": self.rate, **{f"p{share}": self.ms(share / 100) for share in (50, 95, 99)}}


def crowd(people: int, numbers: Iterable[int], task: Task) -> Load:
    """`people` do the task together, once for each of the numbers."""
    return asyncio.run(_crowd(people, iter(list(numbers)), task))


async def _crowd(people: int, numbers: Iterator[int], task: Task) -> Load:
    waits: list[float] = []

    async def work(person: Person) -> None:
        for number in numbers:
            began = default_timer()
            await task(person, number)
            waits.append(default_timer() - began)

    everybody = [Person() for _ in range(people)]
    began = default_timer()
    try:
        await asyncio.gather(*(work(person) for person in everybody))
    finally:
        for person in everybody:
            person.close()
    return Load(default_timer() - began, waits)
