"""docs/capacity.md and its picture: written by `make docs`, stale when the measurements change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from docs import capacity
from docs.capacity import BUSY, NATION, PROVINCE, Role, Storage

TEMPLATE = Path(__file__).with_name("capacity.template.md")
LEFT, WIDTH, ROW, TOP = 130, 560, 34, 74
BUSY_BAR, SPARE_BAR, INK, SOFT = "#3a6ea5", "#c9d8e8", "#1d3a5f", "#7d8ca0"


def page() -> bytes:
    share, stored = capacity.storage(NATION), capacity.storage(PROVINCE)
    sections = {
        "works": _table(("role", "at the peak", "a second", "by one core", "busy cores", "source"), _works()),
        "roles": _table(("role", "busy cores", "pods at the peak", "upper bound"), _roles(NATION)),
        "province": _table(("role", "busy cores", "pods at the peak", "upper bound"), _roles(PROVINCE)),
        "storage": _table(
            ("what", "one copy", "nation, 3 copies, disks 70 % full", "province"), _storage(share, stored)
        ),
        "partitions": f"{capacity.partitions(NATION)}",
        "partitions of a province": f"{capacity.partitions(PROVINCE)}",
        "brokers": f"{capacity.broker_gib(NATION):,} GiB",
        "asked": _at_most(),
        "shards": f"{capacity.shards()}",
        "machines": _table(("for", "nation", "a province", "each machine", "counted by"), _machines()),
        "relay": _relay(),
        "import": _import(),
    }
    text = TEMPLATE.read_text()
    for name, section in sections.items():
        text = text.replace(f"<!-- {name} -->", section)
    return text.encode()


def _table(headings: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def _works() -> Iterator[tuple[str, ...]]:
    for work in capacity.works():
        yield (
            f"`{work.role}`",
            work.what,
            f"{work.demand:,.0f}",
            f"{work.per_core:,.1f}",
            f"{work.cores:.1f}",
            work.source,
        )


def _roles(share: float) -> Iterator[tuple[str, ...]]:
    for role in capacity.roles(share):
        yield f"`{role.name}`", f"{role.cores:.1f}", f"{role.pods}", f"{role.most}"


def _storage(nation: Storage, province: Storage) -> Iterator[tuple[str, ...]]:
    for what, one, tenth in (
        ("photos of one campaign, object store", nation.photos, province.photos),
        (f"records of one year, {capacity.CAMPAIGNS} campaigns, Kafka", nation.records, province.records),
        (f"documents of one year, {capacity.CAMPAIGNS} campaigns, MongoDB", nation.documents, province.documents),
    ):
        disks = capacity.COPIES / capacity.FULL / 1e12
        yield what, f"{one / 1e12:,.1f} TB", f"{one * disks:,.1f} TB", f"{tenth * disks:,.1f} TB"


def _machines() -> Iterator[tuple[str, ...]]:
    """Machines by what runs on them: of the nation, and of a province."""
    copies, size = capacity.COPIES, f"{capacity.MACHINE_CORES} cores, {capacity.MACHINE_GB} GB"
    rows: tuple[tuple[str, Callable[[float], int], str, str], ...] = (
        ("our pods at their upper bounds", capacity.machines, size, "cores, measured"),
        (
            f"MongoDB, {capacity.shards(NATION)} shards of {copies} members (a province {capacity.shards(PROVINCE)})",
            lambda share: capacity.shards(share) * copies,
            f"16 cores, 128 GB, {capacity.STORE_TB} TB of SSD",
            "disk; cores and memory are **an assumption**",
        ),
        (
            "Kafka",
            lambda _: copies,
            f"8 cores, 32 GB, {capacity.broker_gib(NATION):,} GiB (a province {capacity.broker_gib(PROVINCE)})",
            "disk; cores and memory are **an assumption**",
        ),
        ("photos of one campaign", capacity.object_machines, "12 disks of 8 TB", "disk"),
        (
            "photos of six campaigns, all that `RETENTION_YEARS` keeps",
            lambda share: capacity.object_machines(share, 6),
            "12 disks of 8 TB",
            "disk",
        ),
        ("balancers, two in each zone", lambda _: 6, "4 cores, 8 GB", "**an assumption**"),
    )
    for what, count, each, by in rows:
        yield what, f"{count(NATION)}", f"{count(PROVINCE)}", each, by


def _at_most() -> str:
    asked = capacity.at_most()
    return f"{asked.cores:.0f} cores and {asked.gib:,.0f} GiB"


def _relay() -> str:
    rate = capacity.measured()["relay-kafka/relayed"]
    return f"{rate:,.0f} events a second, the peak is {capacity.EVENTS:,}: {capacity.EVENTS / rate:.1f} times as many"


def _import() -> str:
    needed, found = capacity.PUPILS / capacity.IMPORT_SECONDS, capacity.measured()
    first, second = (found[f"import-secantusd-{kind}/imported"] for kind in ("py", "rs"))
    return (
        f"{needed:.0f} rows a second; one process reached {first:.0f} and, on the faster embedded store, {second:.0f}"
    )


def picture() -> bytes:
    """Bars: busy cores of each role at the national peak, and behind them what its pods may ask for."""
    found = capacity.roles()
    most = max(_asked(role) for role in found)
    height = TOP + ROW * len(found) + 16
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 170} {height}" '
        f'font-family="sans-serif" font-size="13" fill="{INK}">',
        "<title>Cores of each role at the national peak</title>",
        f'<rect width="100%" height="{height}" fill="white"/>',
        '<text x="12" y="26" font-size="16" font-weight="bold">Cores of each role at the national peak</text>',
        f'<text x="12" y="48" fill="{SOFT}">Dark: busy, by docs/measurements.json. Light: asked for by main '
        f"containers at the upper bound, each {BUSY * 100:.0f} % busy, with one zone of three to spare.</text>",
    ]
    for number, role in enumerate(found):
        lines += _bar(role, TOP + ROW * number, most)
    return ("\n".join([*lines, "</svg>"]) + "\n").encode()


def _asked(role: Role) -> float:
    return role.most * capacity.MAIN[role.name].cores


def _bar(role: Role, y: int, most: float) -> list[str]:
    busy, asked = (round(WIDTH * cores / most, 1) for cores in (role.cores, _asked(role)))
    return [
        f'<text x="{LEFT - 8}" y="{y + 16}" text-anchor="end">{escape(role.name)}</text>',
        f'<rect x="{LEFT}" y="{y}" width="{asked}" height="22" fill="{SPARE_BAR}"/>',
        f'<rect x="{LEFT}" y="{y}" width="{busy}" height="22" fill="{BUSY_BAR}"/>',
        f'<text x="{LEFT + asked + 8}" y="{y + 16}">{role.cores:.1f} of {_asked(role):.0f}, {role.pods} to {role.most} '
        "pods</text>",
    ]
