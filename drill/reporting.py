"""Days, reports and figures of a drill: settle, close and publish a day, compare everything with the ledger."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from drill.clients import Json, Person
from drill.compare import Comparison
from drill.show import Show
from drill.world import Stuck, World, await_until

WORKERS = {
    "identity": {"relay", "account-files"},
    "roster": {"relay", "openings", "files"},
    "upload": {"relay", "view", "intake"},
    "stats": {"projector", "audit"},
}


@dataclass
class Reporting:
    """out: folder for reports. editions: (unit, day) -> the report's summary."""

    world: World
    comparison: Comparison
    show: Show
    out: Path
    editions: dict[tuple[str, str], Json] = field(default_factory=dict)

    def settle(self) -> None:
        """Wait until statistics has read every event. The costly audit is asked only once the figures look right."""
        self.world.ledger.end_day(today := self.world.days.today())
        with suppress(Stuck):
            await_until(lambda: self.comparison.looks_right(today), "Figures that look right", seconds=30)
        await_until(
            lambda: self.world.ministry.get("stats", "/v1/audit", params={"check": "control_totals"})["lag"] == 0,
            "Statistics without lag",
            pause=0.5,
        )

    def publish(self, day: str) -> None:
        """Close a day, polling until the relays are done; then county, province and ministry report on it.

        Each looks at a draft first, which a school below does not see, and publishes it, which every school then reads.
        """
        await_until(
            lambda: bool(self.world.ministry.post("stats", f"/v1/days/{day}/close")["settled"]),
            f"The end of {day}",
            pause=0.5,
        )
        region = self.world.region
        school = next(each for each in region.schools if each.run_by == region.county)
        below = self.world.schools[school.code]
        for unit, by in (
            (region.county, self.world.bureaus[region.county.code]),
            (region.province, self.world.bureaus[region.province.code]),
            (region.chain[0], self.world.ministry),
        ):
            asked = {"campaign": self.world.campaign, "unit": unit.code, "day": day}
            draft = by.post("stats", "/v1/reports", asked | {"draft": True})
            self._refuse_draft(below, draft["url_json"])
            summary = by.post("stats", f"/v1/reports/{draft['id']}/publication")
            self.world.ledger.did("report-published", by.account)
            read = below.get("stats", summary["url_json"])
            self.world.expect(
                read["id"] == summary["id"], f"report of {unit.code} on {day}: a school reads another one"
            )
            again = by.post("stats", "/v1/reports", asked)
            self.world.expect(
                again["sha256"] == summary["sha256"], f"report of {unit.code} on {day}: repeated, it differs"
            )
            self.editions[unit.code, day] = summary
        self.show.say(f"Reports of {day}: {region.county.name}, {region.province.name}, nation")

    def _refuse_draft(self, below: Person, address: str) -> None:
        self.world.must_refuse("a draft read from below", ("outside-scope",), lambda: below.get("stats", address))

    def compare(self) -> None:
        """Compare all figures of all days, the files of every report, and the audit; save the files."""
        with self.show.bar("Figures compared, day by day", len(self.world.days.passed)) as step:
            for day in self.world.days.passed:
                self.comparison.day(day)
                step()
        self._compare_series()
        self._compare_reports()
        self._check_audit()
        self._look_at_operations()

    def _compare_series(self) -> None:
        """Of schools and classes: those above them have others' figures as well."""
        asked = {"campaign": self.world.campaign, "day": self.world.days.passed[-1]}
        for code, node in self.world.ledger.nodes.items():
            if node.level in ("school", "class"):
                series = self.world.ministry.get("stats", "/v1/figures/series", params=asked | {"unit": code})
                self.comparison.series(code, series["days"])

    def _compare_reports(self) -> None:
        for (unit, day), summary in self.editions.items():
            files = {
                kind: self.world.ministry.fetch("stats", summary[f"url_{kind}"]) for kind in ("json", "xlsx", "pdf")
            }
            for kind, content in files.items():
                _save(self.out / f"report-{unit}-{day}.{kind}", content)
            document = self.world.ministry.get("stats", summary["url_json"])
            self.comparison.report(unit, day, document, files["xlsx"], files["pdf"])
            if unit == self.world.region.county.code:
                self.comparison.reported = document["measures"]

    def _check_audit(self) -> None:
        audit = self.world.ministry.get("stats", "/v1/audit")
        for name, good in (("control_totals", []), ("flows", []), ("parked", 0), ("lag", 0)):
            self.world.expect(audit[name] == good, f"audit: {name} is {audit[name]}")

    def _look_at_operations(self) -> None:
        """The ministry looks as its page does: every role of a worker is done, and nothing is set aside."""
        for service, roles in WORKERS.items():
            await_until(partial(self._are_done, service, roles), f"Reports of the workers of {service}")
            parked = self._health(service)["numbers"].get("parked_events", 0)
            self.world.expect(parked == 0, f"{service}: {parked} events are parked")

    def _are_done(self, service: str, roles: set[str]) -> bool:
        return roles <= set(self._health(service)["workers"])

    def _health(self, service: str) -> Json:
        return self.world.ministry.get(service, "/v1/health")


def _save(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
