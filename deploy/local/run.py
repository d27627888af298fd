"""`make run`: start a copy of Rollcall, print its addresses, and stop it cleanly on Ctrl-C."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

from deploy.local.running import DEFAULT, RUN_PID, announce, another_port, copy_in, entered, port_of
from deploy.local.settings import FIRST_PORT, Local, commit
from deploy.local.stack import Stack, StackFailed
from deploy.upgrade.going_over import PROMETHEUS, go_over
from deploy.upgrade.handover import ASKED, RELEASE, STOPPING, Direction, Log, hand_over, note, successor
from deploy.upgrade.known_events import EventsNotKnown, require_known
from deploy.upgrade.releases import Releases
from deploy.watch.prometheus import Prometheus
from shared.infrastructure.clock import ShiftedClock
from shared.infrastructure.signalled import Signalled
from shared.language.services import BACKENDS

DAY_MS = 86_400_000


def say(line: str = "") -> None:
    print(line, flush=True)


def main() -> int:
    arguments = _arguments()
    data = arguments.data.resolve()
    local = Local(data, arguments.port or port_of(data) or FIRST_PORT, arguments.kafka)
    if not arguments.adopt and (refusal := _refusal(local, move=arguments.move)):
        say(refusal)
        return 1
    if arguments.move:
        local.note_port(before=port_of(data))
    stop, asked = Signalled(), Signalled()
    for number in STOPPING:
        signal.signal(number, lambda *_: stop.set())
    signal.signal(ASKED, lambda *_: asked.set())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (*STOPPING, ASKED))  # that waited during a handover
    stack, prometheus = Stack(local, say), Prometheus(local)
    try:
        if arguments.adopt:
            direction = Direction(arguments.before, back=arguments.back)
            go_over(stack, prometheus, arguments.adopt, say, stop, direction)
        else:
            _begin(stack)
            if arguments.watch:
                say(f"\n{prometheus.start()}")
            note(local.data)
        while (status := _watch(stack, stop, asked)) is None:
            asked.clear()
            _hand_over(stack, prometheus, arguments)
        return status
    except StackFailed as error:
        say(str(error))
        return 1
    finally:
        with suppress(OSError):  # even when the terminal is closed, all processes must be stopped
            say("Stopping ...")
        prometheus.stop()
        stack.stop_all()
        for name in (RELEASE, RUN_PID):
            (local.data / name).unlink(missing_ok=True)
        with suppress(OSError):
            say(f"Stopped. All data is kept; `{entered('run', arguments.data)}` continues from here.")


def _refusal(local: Local, *, move: bool = False) -> str:
    """The reason why no copy starts here, "" if there is none."""
    if (other := copy_in(local.data)) and other.taken():
        return f"The copy in {_short(local.data)} runs on {other.port}; `{entered('stop', local.data)}` ends it."
    if not move and (refusal := another_port(local)):
        return refusal
    if taken := local.taken():
        others = "" if port_of(local.data) else f"; or choose others: `{entered('run', local.data)} PORT=9000`"
        ends = "by another copy (`make stop DATA=<its folder>` ends it) or something else"
        return f"Ports {taken} are in use, {ends}{others}."
    return ""


def _begin(stack: Stack) -> None:
    local = stack.local
    if (local.data / "store").is_dir() and not (local.data / "keys.env").exists():
        say(_new_keys(local.data))
    say(f"Starting Rollcall (release {commit()}, data in {_short(local.data)}, logs in {_short(local.data / 'logs')})")
    (local.data / RELEASE).unlink(missing_ok=True)  # of a copy that a power cut has ended: this one is not ready yet
    announce(local)
    first = Path(local.environment()["FIRST_ACCOUNT_FILE"])
    is_first_start = not first.exists()
    stack.start_all()
    Releases(local.data).note(stack.processes)
    _greet(local, first, is_first_start)


def _new_keys(data: Path) -> str:
    """What it means to start on data whose keys are away, and how they come back: said first, for it is urgent."""
    return (
        f"New keys are made, because {data} has data and no keys.env: what others have sealed cannot be opened, and "
        f"nobody signs in. If the old ones may be found: `{entered('stop', data)}` now, put them there as keys.env "
        f"(a backup has it in the folder of its keys), and `{entered('run', data)}`; what is sealed meanwhile is lost."
    )


def _hand_over(stack: Stack, prometheus: Prometheus, arguments: argparse.Namespace) -> None:
    """Become the release that has asked; if that is impossible, or it would decide wrongly, say so and go on."""
    switches = [f"--{name}" for name in ("kafka", "watch") if getattr(arguments, name)]
    options = ["--port", str(stack.local.port), *switches]
    processes = {**stack.processes, **({PROMETHEUS: prometheus.process} if prometheus.process else {})}
    try:
        require_known(stack.local, successor(stack.local.data))
        hand_over(stack.local.data, options, {name: process.pid for name, process in processes.items()})
    except EventsNotKnown as refused:
        _go_on(stack.local.data, str(refused), str(refused))
    except (OSError, ValueError, LookupError) as error:
        why = "the terminal of `make run` says why"
        _go_on(stack.local.data, f"The other release cannot take over; {why}.", f"It cannot take over: {error!r}")


def _go_on(data: Path, told: str, said: str) -> None:
    """told: the command that has asked. said: in this terminal, which may be closed."""
    with suppress(OSError):
        say(said)
    Log(data).say(told)
    Log(data).end(1)


def _watch(stack: Stack, stop: threading.Event, asked: threading.Event) -> int | None:
    """Wait for the end. Returns an exit status, None when another release asks to take over."""
    while not stop.wait(0.5):
        if asked.is_set():
            return None
        if dead := stack.dead():
            say(f"{', '.join(dead)} ended unexpectedly:\n{stack.tail(dead[0])}")
            return 1
    return 0


def _greet(local: Local, first: Path, is_first_start: bool) -> None:
    """Say where everything is. The first password is shown once: a terminal keeps what it has shown."""
    environment = local.environment()
    say()
    say(f"Rollcall 点名 runs on {'Apache Kafka' if local.kafka else 'the embedded bus'}:")
    for name, address in {"pages": environment["PORTAL_URL"], **{n: local.addresses()[n] for n in BACKENDS}}.items():
        say(f"  {name:10} {address}")
    say("Cookies do not carry Secure: without HTTPS this copy is for this machine only (SECURE_COOKIES=no).")
    if first.exists():
        say()
        say(f"First account, the ministry ({_short(first)}):")
        for line in first.read_text().splitlines() if is_first_start else ():
            say(f"  {line}")
    if shift := ShiftedClock(Path(environment["CLOCK_FILE"])).shift():
        say()
        say(f"The clock of this copy is shifted by {shift / DAY_MS:.1f} days, by a drill.")
    say()
    say("`make demo` in another terminal runs one county's campaign from roster to report. Ctrl-C stops everything.")


def _short(path: Path) -> str:
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make run", description="Run Rollcall on this machine.")
    parser.add_argument("--data", type=Path, default=DEFAULT)
    parser.add_argument("--port", type=int, help=f"by default that of the copy, {FIRST_PORT} for a new one")
    parser.add_argument("--move", action="store_true", help="to another port than the one that printed forms name")
    parser.add_argument("--kafka", action="store_true")
    parser.add_argument("--watch", action="store_true", help="with Prometheus beside it, where it is installed")
    # Between two releases (deploy/upgrade): the processes that run, and the direction.
    parser.add_argument("--adopt", default="", help=argparse.SUPPRESS)
    parser.add_argument("--back", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--before", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
