"""The copy that runs in a folder of data: `make run` writes there that it runs, and where."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.ports import listens
from deploy.local.settings import ADDRESSES, FIRST_PORT, PORT_NOTE, Local, read_env

RUN_PID = "run.pid"
DEFAULT = Path(".data")


class OtherCopy(RuntimeError):
    """The folder has no running copy, or one that runs elsewhere than was asked; the message says what helps."""


def entered(target: str, data: Path) -> str:
    """A target of the Makefile as it is entered for the copy in a folder; a start with its port, unless the usual."""
    port = port_of(data) if target == "run" else None
    of_port = f" PORT={port}" if port not in (None, FIRST_PORT) else ""
    return f"make {target}{'' if data.resolve() == DEFAULT.resolve() else f' DATA={data}'}{of_port}"


def port_of(data: Path) -> int | None:
    """The port of a copy, which its printed forms name, whether it runs or not. None before its first start."""
    if (data / PORT_NOTE).exists():
        return int(read_env(data / PORT_NOTE)["PORT"])
    if (data / ADDRESSES).exists():  # by a release from before the note
        return urlsplit(read_env(data / ADDRESSES)["PORTAL_URL"]).port
    return None


def another_port(local: Local) -> str:
    """The reason why a copy does not start on this port, "" if there is none."""
    if (own := port_of(local.data)) in (None, local.port):
        return ""
    on_it = entered("run", local.data).partition(" PORT=")[0]
    return (
        f"The copy in {local.data} has port {own}: every form that it has printed names that address, and on "
        f"{local.port} a photo of it would be told that it leads to another website. Without PORT it starts on {own}. "
        f"To move it all the same: `{on_it} PORT={local.port} MOVE=1`. Photos of the forms printed until now are then "
        "recognised as before, but the QR codes on them lead nowhere: tell people the new address, or print again."
    )


def announce(local: Local) -> None:
    """Write that this process runs a copy, and where."""
    local.make_private()
    local.write_addresses()  # first: who finds the process finds its addresses
    (local.data / RUN_PID).write_text(str(os.getpid()))


def runs(pid_file: Path) -> bool:
    """True if the process that has started a copy still runs."""
    try:
        os.kill(int(pid_file.read_text()), 0)
    except (OSError, ValueError):
        return False
    return True


def copy_in(data: Path) -> Local | None:
    """The copy that runs in a folder, on the port and the bus with which it was started."""
    if not runs(data / RUN_PID) or not (data / ADDRESSES).exists():
        return None
    written = read_env(data / ADDRESSES)
    port, brokers = urlsplit(written["PORTAL_URL"]).port or 0, written.get("KAFKA_BOOTSTRAP_SERVERS", "")
    its_own = f"127.0.0.1:{Local(data, port).ports()['KAFKA_PORT']}"
    return Local(data, port, bool(brokers), brokers="" if brokers == its_own else brokers)


def asked_for(data: Path, port: int | None, *, kafka: bool) -> Local | None:
    """The same, where a port and a bus were named, too. Raises OtherCopy when it runs on others."""
    found = copy_in(data)
    if found and port not in (None, found.port):
        raise OtherCopy(f"The copy in {data} runs on {found.port}, not on {port}: leave PORT out, DATA is enough.")
    if found and kafka and not found.kafka:
        raise OtherCopy(f"The copy in {data} runs on the embedded bus: leave KAFKA out, DATA is enough.")
    return found


def require_running(data: Path, port: int | None = None, *, kafka: bool = False) -> Local:
    """The same, when its document store can be asked. Raises OtherCopy."""
    found = asked_for(data, port, kafka=kafka)
    if not found:
        raise OtherCopy(f"No copy runs in {data}: `{entered('run', data)}` starts it.")
    store = found.ports()["STORE_PORT"]
    if not listens(store):
        raise OtherCopy(
            f"The document store of the copy in {data} does not answer on {store}: the copy is starting or stopping, "
            f"or has failed; `{entered('status', data)}` says more."
        )
    return found
