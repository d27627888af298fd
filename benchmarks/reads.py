"""Reads: a hundred people drill down through a province's figures at once, against /_status of the same process."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingMixIn, UnixStreamServer

import orjson

from benchmarks.engines import Bench, copy_of
from benchmarks.events import pupils_events, school_code
from benchmarks.harness import Figure, Measurement, Side
from benchmarks.load import Person, crowd
from benchmarks.projection import prepared
from benchmarks.upload import expect
from deploy.local.stack import Stack
from services.stats.projection.collections_mongo import Projection
from services.stats.projection.figures_query import FiguresQuery
from services.stats.projection.queries_mongo import ProjectionQueries
from services.stats.projection.register_mongo import Register
from shared.eventsourcing.event import Event
from shared.infrastructure.clock import SystemClock
from shared.infrastructure.mongo import connect
from shared.messaging.bus_mongo import MongoBus
from shared.service.ended_sessions import ROUTE
from tests.support.tokens import bearer, jwks, token_for
from tests.unit.stats.histories import CAMPAIGN, DAYS, campaign, unit

READERS, READS, SCHOOLS, PER_COUNTY, EVENTS = 100, 600, 800, 20, 3200
SERVERS = ("store", "objects", "front", "stats")
FIGURES = (
    Figure("p50", "ms", False),
    Figure("p95", "ms", False),
    Figure("p99", "ms", False),
    Figure("rate", "requests/s"),
)
PROVINCE = "110000"


def measurements(bench: Bench) -> Iterator[Measurement]:
    schools = bench.size(SCHOOLS, 80)
    with copy_of(bench, SERVERS) as stack, keys_of_people(stack):
        with connect(stack.local.store_url()) as client:
            events = tree(schools) + pupils_events(bench.size(EVENTS, 320), schools)
            projector = prepared(client, MongoBus(client["rollcall_bus"]), "rollcall_stats", 1)
            projector.publish(events)
            projector.project(len(events))
        url, reads = stack.local.addresses()["stats"], bench.size(READS, 200)
        figures = [f"{url}/v1/figures?campaign={CAMPAIGN}&unit={code}&day={DAYS[-1]}" for code in drilled(schools)]
        yield Measurement(
            "reads",
            f"Drill-down, {READERS} readers, {schools} schools",
            "GET /v1/figures of the province, its counties and their schools",
            "GET /_status of the same process",
            FIGURES,
            reading(figures, reads),
            reading([f"{url}/_status"], reads),
            budget=75,
            inside=lambda: look(stack.local.store_url(), drilled(schools)),
        )


def county_code(number: int) -> str:
    return f"1101{number + 1:02d}"


def tree(schools: int) -> list[Event]:
    counties = -(-schools // PER_COUNTY)
    return [
        unit("000000", "全国", "nation", ""),
        unit(PROVINCE, "北京市", "province", "000000"),
        campaign(),
        *(unit(county_code(n), f"第{n}区", "county", PROVINCE) for n in range(counties)),
        *(unit(school_code(n), f"第{n}小学", "school", county_code(n // PER_COUNTY)) for n in range(schools)),
    ]


def drilled(schools: int) -> list[str]:
    """The requested units: often the province, then a county, then a school."""
    rnd, codes = random.Random(7), [PROVINCE] * 20
    for _ in range(40):
        school = rnd.randrange(schools)
        codes += [county_code(school // PER_COUNTY), school_code(school)]
    return codes


def reading(urls: Sequence[str], reads: int) -> Side:
    headers = bearer(token_for("ministry", ["/000000/"], clock=SystemClock()))

    async def one(person: Person, number: int) -> None:
        expect(await person.ask("GET", urls[number % len(urls)], headers=headers), 200)

    return lambda number: crowd(READERS, range(reads), one).figures()


def look(mongo_url: str, codes: Sequence[str]) -> None:
    """The service's work for these requests, in this process."""
    with connect(mongo_url) as client:
        database = client["rollcall_stats"]
        figures = FiguresQuery(ProjectionQueries(Projection(database, 1)), Register(database), SystemClock())
        for code in codes:
            with figures.snapshot() as snapshot:
                figures.breakdown(snapshot, CAMPAIGN, code, DAYS[-1], DAYS[-1])


class _AtSocket(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True


@contextmanager
def keys_of_people(stack: Stack) -> Iterator[None]:
    """Identity's published keys, and no ended session, from a stub at its socket: signing in is not measured here."""

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ended = self.path.startswith(ROUTE)
            body = orjson.dumps({"sessions": [], "accounts": [], "cursor": 0} if ended else jwks())
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """No log."""

    server = _AtSocket(str(stack.local.sockets / "identity"), Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
