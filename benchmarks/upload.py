"""Uploads as phones send them, against nginx taking the same bodies.

Direct: ticket, presigned PUT, complete. Through the API: multipart.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count

import httpx
import orjson

from benchmarks.engines import Bench, Missing, copy_of, processor_seconds
from benchmarks.harness import Figure, Measurement, Side
from benchmarks.load import Person, Response, Task, crowd
from benchmarks.nginx import Nginx, serving
from benchmarks.slow import slow_measurements
from deploy.local.stack import Stack
from services.upload.roster_view.mongo import MongoRosterStates
from shared.infrastructure.mongo import connect
from shared.language.code_alone import ON
from shared.language.codes import UPLOAD, code_hash, make

SEED, BODY_BYTES, UPLOADS, PEOPLE, PUPILS = 7, 600_000, 240, 8, 400
SCHOOL = "2113000017"
SERVERS = {
    "store": "the document store",
    "objects": "the object store",
    "front": "the proxy",
    "upload": "the upload service",
}
FIGURES = (
    Figure("rate", "uploads/s"),
    Figure("megabytes", "MB/s"),
    Figure("per-core", "uploads per second of processor time"),
    Figure("p50", "ms", False),
    Figure("p95", "ms", False),
    Figure("p99", "ms", False),
    *(
        Figure(f"cost-{name}", f"ms of processor time in {what} for each upload", False)
        for name, what in SERVERS.items()
    ),
)


@dataclass(frozen=True, slots=True)
class Site:
    """A running upload service and the upload codes of its pupils."""

    stack: Stack
    codes: list[str]
    body: bytes

    @property
    def api(self) -> str:
        return self.stack.local.addresses()["upload"]

    @property
    def pids(self) -> dict[str, int]:
        return {name: self.stack.processes[name].pid for name in SERVERS}


def measurements(bench: Bench) -> Iterator[Measurement]:
    with copy_of(bench, tuple(SERVERS)) as stack:
        site = Site(stack, add_pupils(stack), random.Random(SEED).randbytes(BODY_BYTES))
        try:
            with serving(bench) as bound:
                yield from against(bench, site, bound)
        except Missing as missing:
            bench.left_out.append(str(missing))
            yield from against(bench, site, None)


def against(bench: Bench, site: Site, bound: Nginx | None) -> Iterator[Measurement]:
    numbers, amount = count(), bench.size(UPLOADS, 40)
    put = (
        timed({"nginx": bound.pid}, site, amount, numbers, partial(put_once, bound.url, site.body))
        if bound
        else nothing
    )
    bound_is = f"nginx takes the same {BODY_BYTES // 1000} kB with one PUT"
    yield Measurement(
        "upload-direct",
        "Upload, direct",
        "ticket, PUT to the object store, complete: both are durable",
        bound_is,
        FIGURES,
        timed(site.pids, site, amount, numbers, partial(direct, site)),
        put,
        budget=60,
    )
    yield Measurement(
        "upload-multipart",
        "Upload, through the API",
        "one multipart POST: durable in object store and document store",
        bound_is,
        FIGURES,
        timed(site.pids, site, amount, numbers, partial(multipart, site)),
        put,
        budget=60,
    )
    yield from slow_measurements(bench, site.api, a_put_url(site), site.pids, bound)


def nothing(number: int) -> Mapping[str, float]:
    return {}


def timed(servers: Mapping[str, int], site: Site, amount: int, numbers: Iterator[int], task: Task) -> Side:
    """servers: process ids by name."""

    def used() -> dict[str, float]:
        return {name: processor_seconds([pid]) for name, pid in servers.items()}

    def turn(number: int) -> Mapping[str, float]:
        before = used()
        load = crowd(PEOPLE, [next(numbers) for _ in range(amount)], task)
        seconds = {name: after - before[name] for name, after in used().items()}
        costs = {f"cost-{name}": spent * 1000 / amount for name, spent in seconds.items()}
        return {
            **load.figures(),
            "megabytes": load.rate * len(site.body) / 1e6,
            "per-core": amount / max(0.01, sum(seconds.values())),
            **costs,
        }

    return turn


def add_pupils(stack: Stack) -> list[str]:
    """Puts pupils into upload's view of the roster. Returns their upload codes."""
    local, codes = stack.local, [make(random.Random(number).randrange, kind=UPLOAD) for number in range(PUPILS)]
    with connect(local.store_url()) as client:
        facts = MongoRosterStates(client["rollcall_upload"])
        county = {"code": "130102", "parent": "000000", "code_alone": ON}  # each photo reads what its county decided
        for unit in ({"code": "000000", "parent": ""}, county, {"code": SCHOOL, "parent": "130102"}):
            facts.put(f"unit-{unit['code']}", 1, f"unit-{unit['code']}", unit)
        facts.put("campaign-2026a", 1, "campaign", {"id": "2026a", "open": True, "last_day": "2099-12-31"})
        for number, code in enumerate(codes):
            pupil = f"3f7.{number:020x}"
            facts.put(
                f"entry-2026a-{pupil}",
                1,
                f"entry-{number}",
                {
                    "campaign": "2026a",
                    "pupil": pupil,
                    "school": SCHOOL,
                    "class": f"{SCHOOL}p202403",
                    "expected": True,
                    "sheet": "",
                    "void_sheets": [],
                    "upload_code": code_hash(UPLOAD, code, bytes.fromhex(local.keys()["CODE_KEY"])),
                    "cutoff": "2099-11-30",
                    "last_day": "2099-12-31",
                },
            )
    return codes


def expect(response: Response, status: int) -> Response:
    if response.status != status:
        raise RuntimeError(f"{response.status} instead of {status}: {response.body[:300]!r}")
    return response


async def put_once(url: str, body: bytes, person: Person, number: int) -> None:
    expect(await person.ask("PUT", f"{url}/{number}", body), 201)


def ticket_for(site: Site, number: int) -> tuple[str, bytes, dict[str, str]]:
    """The request for a ticket: address, body, headers."""
    body = orjson.dumps(
        {"upload_code": site.codes[number % PUPILS], "content_type": "image/jpeg", "size": len(site.body)}
    )
    return (f"{site.api}/v1/tickets", body, {"Content-Type": "application/json", **sender(number)})


def sender(number: int) -> dict[str, str]:
    """Each photo comes from a phone of its own: one that sends for many pupils is looked at as a burst."""
    return {"Idempotency-Key": f"benchmark-{number:08d}", "X-Browser": f"{number:032x}"}


def a_put_url(site: Site) -> str:
    url, body, headers = ticket_for(site, 99_999_999)
    return str(httpx.post(url, content=body, headers=headers).raise_for_status().json()["put_url"])


async def direct(site: Site, person: Person, number: int) -> None:
    url, body, headers = ticket_for(site, number)
    ticket = expect(await person.ask("POST", url, body, headers), 201).json()
    expect(await person.ask("PUT", ticket["put_url"], site.body, ticket["put_headers"]), 200)
    expect(
        await person.ask(
            "POST", f"{site.api}/v1/tickets/{ticket['ticket']}/complete", b"", {"X-Ticket-Token": ticket["token"]}
        ),
        202,
    )


def form_of(code: str, photo: bytes, boundary: str = "boundary-of-the-form") -> tuple[bytes, str]:
    """A multipart form and its content type."""
    start = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="upload_code"\r\n\r\n{code}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="photo"; filename="p.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = start.encode() + photo + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


async def multipart(site: Site, person: Person, number: int) -> None:
    body, kind = form_of(site.codes[number % PUPILS], site.body)
    headers = {"Content-Type": kind, **sender(number)}
    expect(await person.ask("POST", f"{site.api}/v1/photos", body, headers), 202)
