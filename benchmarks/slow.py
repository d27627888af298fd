"""A thousand phones that send a photo slowly, in 4 kB pieces: their cost in memory, and whether others are served."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from timeit import default_timer

from benchmarks.engines import Bench, resident_mb
from benchmarks.harness import Figure, Measurement, Side, percentile
from benchmarks.load import Person, head
from benchmarks.nginx import Nginx

PHONES, HELD_SECONDS, DROP, DROPS_EVERY = 1000, 2.5, 4096, 0.5
ANNOUNCED = 600_000
PATIENCE = 1.0  # seconds after which the other client gives up
FIGURES = (
    Figure("answered", "share of other requests answered within a second"),
    Figure("p50", "ms of other requests", False),
    Figure("memory", "MB in all", False),
)
OTHERS = "meanwhile another client sends {} a small request"


@dataclass(frozen=True, slots=True)
class Held:
    """Phones that hold a server.

    opening  the first bytes of each
    pids     the processes whose memory is measured
    other    the URL that another client requests meanwhile
    """

    phones: int
    opening: bytes
    url: str
    pids: Sequence[int]
    other: str


def slow_measurements(
    bench: Bench, api: str, put_url: str, pids: Mapping[str, int], bound: Nginx | None
) -> Iterator[Measurement]:
    """put_url: where a photo may be PUT directly. pids: of the services by their names."""
    if bound is None:
        return
    phones = bench.size(PHONES, 50)
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Idempotency-Key": "slow-photo-00001"}
    field = b'--b\r\nContent-Disposition: form-data; name="photo"; filename="p.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    form = Held(
        phones, head("POST", f"{api}/v1/photos", ANNOUNCED, headers) + field, api, [pids["upload"]], f"{api}/_status"
    )
    put = Held(
        phones,
        head("PUT", put_url, ANNOUNCED, {"Content-Type": "image/jpeg"}),
        put_url,
        [pids["upload"], pids["objects"]],
        f"{api}/_status",
    )
    theirs = Held(
        phones, head("PUT", f"{bound.url}/slow", ANNOUNCED, {}), bound.url, [bound.pid], f"{bound.url}/nothing"
    )
    bound_is = "they PUT to nginx; " + OTHERS.format("it")
    yield Measurement(
        "slow-direct",
        f"{phones:,} slow phones, direct",
        "they PUT to the object store; " + OTHERS.format("upload"),
        bound_is,
        FIGURES,
        held(put),
        held(theirs),
        budget=45,
    )
    yield Measurement(
        "slow-multipart",
        f"{phones:,} slow phones, through the API",
        "they POST to upload; " + OTHERS.format("upload"),
        bound_is,
        FIGURES,
        held(form),
        held(theirs),
        budget=45,
    )


def held(of: Held) -> Side:
    return lambda number: asyncio.run(_hold(of))


async def _hold(of: Held) -> Mapping[str, float]:
    host, port = of.url.split("/")[2].split(":")
    phones = [await asyncio.open_connection(host, int(port)) for _ in range(of.phones)]
    until, most, waits, requests = default_timer() + HELD_SECONDS, 0.0, list[float](), 0
    try:
        for _, writer in phones:
            writer.write(of.opening)
        while default_timer() < until:
            for _, writer in phones:
                writer.write(b"x" * DROP)
            await asyncio.sleep(DROPS_EVERY)
            requests, waits = requests + 1, [*waits, *await _another_client(of.other)]
            most = max(most, resident_mb(of.pids))
    finally:
        for _, writer in phones:
            writer.transport.abort()
    waited = {"p50": percentile(waits, 0.5) * 1000} if waits else {}
    return {"memory": most, "answered": len(waits) / requests, **waited}


async def _another_client(url: str) -> list[float]:
    """Response time of a small request by another client, in seconds; empty if it gave up."""
    person, began = Person(), default_timer()
    try:
        async with asyncio.timeout(PATIENCE):
            await person.ask("GET", url)
        return [default_timer() - began]
    except (TimeoutError, OSError, EOFError):
        return []
    finally:
        person.close()
