"""Sign-in: an owner on a known device while many clients guess passwords, against the same sign-in in quiet."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from timeit import default_timer

import orjson

from benchmarks.engines import Bench, copy_of
from benchmarks.harness import Figure, Measurement, Side, percentile
from benchmarks.load import Person
from tests.support.wait import await_until

SERVERS = ("store", "objects", "front", "identity", "identity-worker")
GUESSERS, SIGN_INS, PAUSE = 24, 10, 0.2  # of the owner in each turn; seconds between them
JSON = {"Content-Type": "application/json"}
REFUSED = {401, 429, 503}
FIGURES = (Figure("p50", "ms", False), Figure("most", "ms", False), Figure("guesses", "guesses answered a second"))


@dataclass
class Owner:
    """An account and its known device. guesses: answers to others, by status."""

    url: str
    login: str
    password: str
    device: str = ""
    guesses: Counter[int] = field(default_factory=Counter)

    async def sign_in(self, person: Person) -> float:
        """Seconds until the answer."""
        asked = {"login": self.login, "password": self.password, "device_token": self.device}
        began = default_timer()
        response = await person.ask("POST", self.url, orjson.dumps(asked), JSON)
        seconds = default_timer() - began
        if response.status != 201:
            raise RuntimeError(f"the owner was answered {response.status}: {response.body[:200]!r}")
        self.device = response.json()["device_token"]
        return seconds

    async def guess(self, person: Person) -> None:
        asked = {"login": self.login, "password": "not the password", "device_token": ""}
        response = await person.ask("POST", self.url, orjson.dumps(asked), JSON)
        if response.status not in REFUSED:
            raise RuntimeError(f"a guesser was answered {response.status}")
        self.guesses[response.status] += 1


def measurements(bench: Bench) -> Iterator[Measurement]:
    guessers, sign_ins = bench.size(GUESSERS, 4), bench.size(SIGN_INS, 3)
    with copy_of(bench, SERVERS) as stack:
        login, password = first_account(stack.local.data)
        owner = Owner(f"{stack.local.addresses()['identity']}/v1/sessions", login, password)
        asyncio.run(_first_sign_in(owner))
        yield Measurement(
            "sign-in",
            f"Sign-in while {guessers} clients guess",
            f"POST /v1/sessions on a known device, {guessers} others guess its password as fast as they are answered",
            "the same sign-in, nobody else there",
            FIGURES,
            signing_in(owner, sign_ins, guessers),
            signing_in(owner, sign_ins, 0),
            budget=60,
        )


def first_account(data: Path) -> tuple[str, str]:
    """Login and password of the first account of a copy, as soon as identity's worker has opened it."""
    log, file = data / "logs" / "identity-worker.log", data / "first-account.txt"
    await_until(lambda: "first account opened" in log.read_text(), 60, "the first account")
    kept = dict(line.split(": ", 1) for line in file.read_text().splitlines() if ": " in line)
    return kept["login"], kept["password"]


async def _first_sign_in(owner: Owner) -> None:
    """From now on the device is known."""
    person = Person()
    await owner.sign_in(person)
    person.close()


def signing_in(owner: Owner, sign_ins: int, guessers: int) -> Side:
    return lambda number: asyncio.run(_turn(owner, sign_ins, guessers))


async def _turn(owner: Owner, sign_ins: int, guessers: int) -> Mapping[str, float]:
    person, others = Person(), [Person() for _ in range(guessers)]
    owner.guesses.clear()
    began = default_timer()
    flood = [asyncio.create_task(_guess_on(owner, other)) for other in others]
    waits = []
    try:
        for _ in range(sign_ins):
            await asyncio.sleep(PAUSE)  # the flood goes on between them
            waits.append(await owner.sign_in(person))
        seconds = default_timer() - began
    finally:
        for task in flood:
            task.cancel()
        for task in flood:
            with suppress(asyncio.CancelledError):
                await task
        for each in (person, *others):
            each.close()
    guesses = {"guesses": owner.guesses.total() / seconds} if guessers else {}
    return {"p50": percentile(waits, 0.5) * 1000, "most": max(waits) * 1000, **guesses}


async def _guess_on(owner: Owner, person: Person) -> None:
    while True:
        await owner.guess(person)
