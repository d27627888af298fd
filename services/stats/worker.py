"""python -m services.stats.worker ROLE...   projector: learns figures from the bus. There is no relay: reports are private."""
from __future__ import annotations

from services.stats.parts import parts_of
from services.stats.settings import Settings
from services.stats.sink_mongo import SYLLABUS, figures_sink
from shared.assembly import assemble, run_roles
from shared.config import load
from shared.contracts import STREAMS
from shared.roles import subscription_role


def main() -> None:
    kit = assemble("stats", load(Settings))
    run_roles(kit, {"projector": subscription_role(kit, figures_sink(parts_of(kit).projection), STREAMS, SYLLABUS)})


if __name__ == "__main__":
    main()
