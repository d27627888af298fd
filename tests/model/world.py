"""A small country at random: writers, stores, relays, a bus, projectors, closing, editions, and their failures."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from shared.eventsourcing.event import Event, id_hash, slot_of
from tests.model.components import DAYS, Bus, ReadModel, Store, fixed_measure, measure, new_event, true_figures
from tests.model.processes import Process, commit, projector, relay

PUPILS = ["000.ann", "190.bo", "3e8.chen", "000.dai", "190.eva", "3e8.fei"]
KINDS = ("entry", "form")
STEPS, SETTLING_ROUNDS = 1000, 3000


class World:
    def __init__(self, seed: int, mutant: str = "") -> None:
        self.chance, self.mutant = random.Random(seed), mutant
        self.today, self.made = 0, 0
        self.stores = {kind: Store(kind, boolean=mutant == "boolean-mark") for kind in KINDS}
        self.bus, self.model = Bus({1: 2, 2: 4}), ReadModel()
        self.backup: ReadModel | None = None
        self.writing: list[Event] = []  # decided, not yet in the store
        self.relays = [(kind, 1) for kind in KINDS * 2]  # two per store
        self.projectors = 3
        self.running: dict[Any, Process] = {}
        self.in_hand: dict[Any, bool] = {}
        self.code_fixed = False  # whether the code supports the unknown state
        self.editions: dict[tuple[int, str], Counter[Any]] = {}

    def measure(self, states: Any) -> Any:
        return fixed_measure(states) if self.code_fixed else measure(states)

    # ---- processes ----
    def advance(self, name: Any, *, killing: float = 0.0) -> None:
        """One act of a process: ("relay", number) or ("projector", number)."""
        if self.in_hand.get(name) and self.chance.random() < killing:
            self.kill(name)
        if name not in self.running:
            role, number = name
            kind, generation = self.relays[number] if role == "relay" else ("", 0)
            self.running[name] = relay(self, self.stores[kind], generation) if role == "relay" else projector(self)
        self.in_hand[name] = next(self.running[name])

    def kill(self, name: Any) -> None:
        self.running.pop(name, None)
        self.in_hand.pop(name, None)

    # ---- people ----
    def decide(self) -> None:
        kind, pupil = self.chance.choice(KINDS), self.chance.choice(PUPILS)
        stream, store = f"{kind}-{pupil}", self.stores[kind]
        last = store.last(stream)
        state = (
            {"class": self.chance.choice("ABC")}
            if kind == "entry"
            else {"state": self.chance.choice(["received", "archived", "archived", "returned"])}
        )
        if kind == "form" and self.chance.random() < 0.04:
            state["unknown"] = "yes"
        self.made += 1
        day = max(DAYS[self.today], last.day if last else "")
        self.writing.append(new_event(self.made, stream, last.version + 1 if last else 1, day, state))

    def write(self) -> None:
        """Writers mostly write at once; some stall, even over midnight."""
        if self.writing:
            event = self.writing.pop(-1 if self.chance.random() < 0.7 else self.chance.randrange(len(self.writing)))
            self.stores[event.stream.partition("-")[0]].append(event)

    def midnight(self, step: int) -> None:
        if step > 100 * (self.today + 1) and self.today < len(DAYS) - 2:
            self.today += 1

    # ---- closing and editions ----
    def close(self) -> None:
        if self.today:
            store = self.stores[self.chance.choice(KINDS)]
            store.closed = max(store.closed, DAYS[self.today - 1])

    def make_edition(self) -> None:
        day, slot = min(store.closed for store in self.stores.values()), slot_of(f"form-{self.chance.choice(PUPILS)}")
        if not day or (slot, day) in self.editions:
            return
        if self.mutant != "no-wait" and any(store.pending(slot, day) for store in self.stores.values()):
            return
        theirs = [e for e in self.events() if e.day <= day and slot_of(e.stream) == slot]
        if self.mutant == "no-reconciliation" or self.model.totals(slot, day) == (
            len(theirs),
            sum(id_hash(e.id) for e in theirs),
        ):
            self.editions[slot, day] = self.model.figures(day, slot)

    def events(self) -> list[Event]:
        return [event for store in self.stores.values() for event in store.events.values()]

    # ---- losses ----
    def lose(self) -> None:
        if self.backup is None:
            self.backup = self.model.copy()
        elif self.chance.random() < 0.5:
            older, self.backup = self.backup, None
            # No transaction from before the restoration can commit.
            older.revisions = self.model.revisions + Counter(self.model.revisions.keys())
            self.model = older
        elif self.bus.generation == 1:
            self.lose_the_log()

    def lose_the_log(self) -> None:
        """Tails are lost, so a new generation begins. Two relays switch at once, the others later."""
        self.bus.logs.update(
            {partition: log[: self.chance.randrange(len(log) + 1)] for partition, log in self.bus.logs.items()}
        )
        self.bus.generation = 2
        if self.mutant == "boolean-mark":
            for store in self.stores.values():
                store.marks = dict.fromkeys(store.marks, 0)
        for number in (0, 1):
            self.kill(("relay", number))
            self.relays[number] = (self.relays[number][0], 2)

    # ---- a run ----
    def run(self) -> str:
        """ "" if all figures and editions are correct in the end, else the error."""
        for step in range(STEPS):
            self.act(step)
        return self.verdict() if self.settle() else "never settled"

    def act(self, step: int) -> None:
        draw = self.chance.random()
        if draw < 0.06:
            self.decide()
        elif draw < 0.12:
            self.write()
        elif draw < 0.50:
            self.advance(("relay", self.chance.randrange(len(self.relays))), killing=0.05)
        elif draw < 0.80:
            if self.chance.random() < 0.6:
                self.advance(("projector", self.chance.randrange(self.projectors)), killing=0.08)
        elif draw < 0.84:
            self.close()
        elif draw < 0.98:
            self.make_edition()
        elif draw < 0.985:
            self.lose()
        else:
            self.midnight(step)

    def settle(self) -> bool:
        """Writers finish, the code is fixed, old relays finish their work and switch to the new generation."""
        while self.writing:
            self.write()
        self.code_fixed = True
        for number in range(2, len(self.relays)):
            while self.in_hand.get(("relay", number)):
                self.advance(("relay", number))
            self.kill(("relay", number))
            self.relays[number] = (self.relays[number][0], self.bus.generation)
        for _ in range(SETTLING_ROUNDS):
            for name in [("relay", n) for n in range(len(self.relays))] + [
                ("projector", n) for n in range(self.projectors)
            ]:
                self.advance(name)
            self.make_edition()
            self.replay_one()
            if self.is_settled():
                return True
        return False

    def replay_one(self) -> None:
        if self.model.parked:
            name, event = next(iter(self.model.parked.items()))
            commit(self, [event], *self.model.read([event]))
            self.model.parked.pop(name, None)

    def is_settled(self) -> bool:
        return (
            not any(self.in_hand.values())
            and not self.model.parked
            and not any(store.due(self.bus.generation) for store in self.stores.values())
            and all(
                self.model.checkpoints[partition] >= len(self.bus.logs[partition])
                for partition in self.bus.assigned_partitions()
            )
        )

    def verdict(self) -> str:
        events = self.events()
        if any(self.model.figures(day) != true_figures(events, day) for day in DAYS):
            return "wrong figures"
        if any(edition != true_figures(events, day, slot) for (slot, day), edition in self.editions.items()):
            return "wrong edition"
        return ""
