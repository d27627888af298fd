"""A person with a second factor: a device set up, a sign-in in two steps, recovery codes, a proof by a code."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from drill.authenticator import Authenticator
from drill.clients import Json, Person, Problem
from drill.issuing import issue
from drill.world import World
from shared.infrastructure.clock import ShiftedClock

TRIES = 5  # a code that was spent by a process that died with its response is not taken again: the sign-in begins anew
SPENT = ("challenge-ended", "second-factor-wrong")
OWN = "/v1/me/second-factor"


@dataclass
class Careful(Person):
    """now: the clock of the telephone. recovery_codes: those not used yet. used: how many were."""

    now: Callable[[], int] = int
    device: Authenticator | None = None
    recovery_codes: list[str] = field(default_factory=list)
    used: int = 0

    def set_up(self) -> None:
        """Set the telephone up, of one's own free will. Keeps the recovery codes, as on paper."""
        self.device = Authenticator(self.post("identity", OWN)["key"])
        for last in (*(False,) * (TRIES - 1), True):
            first = {"code": self.code()}  # the moment may end on its way, and the code with it
            try:
                confirmed = self.command("POST", "identity", f"{OWN}/confirmation", json=first)
            except Problem as problem:
                if last or problem.code not in SPENT:
                    raise
            else:
                break
        self.recovery_codes = confirmed["recovery_codes"]
        self.renew()

    def code(self) -> str:
        """The code on the telephone; waits for the next one where all of this moment were given."""
        while self.device:
            try:
                return self.device.code(self.now())
            except LookupError:
                time.sleep(1)
        return ""

    def sign_in(self, *, without_telephone: bool = False) -> Json:
        with self._lock:
            for last in (*(False,) * (TRIES - 1), True):
                try:
                    return super().sign_in()
                except Problem as problem:
                    if problem.code != "second-factor-code-needed" or not self.device:
                        raise
                    challenge = problem.document["challenge"]
                given = {"challenge": challenge, "code": self._recovery_code() if without_telephone else self.code()}
                try:
                    response: Json = self.line.ask("POST", "identity", "/v1/sessions/second-step", json=given).json()
                except Problem as problem:
                    if last or problem.code not in SPENT:
                        raise
                else:
                    break
            self.take_tokens(response)
            return response

    def _recovery_code(self) -> str:
        self.used += 1
        return self.recovery_codes.pop(0)

    def _proof(self) -> dict[str, str]:
        return {"code": self.code()} if self.device else super()._proof()


def open_auditor(world: World) -> Careful:
    """The ministry's auditor of the province, who sets up a second factor before the campaign begins."""
    province = world.region.province
    account = issue(world, world.ministry, "auditor", province.path, province.code, f"{province.name}审计员")
    clock = ShiftedClock(world.days.file)
    auditor = Careful(
        world.line,
        f"{account.tag}-own",
        account.random,
        account.login,
        account.password,
        account.account,
        now=clock.now,
    )
    auditor.sign_in()
    auditor.set_up()
    shown = auditor.get("identity", OWN)
    world.expect(
        (shown["is_set_up"], shown["codes_left"]) == (True, len(auditor.recovery_codes)),
        f"second factor of {province.name}'s auditor: {shown} after {len(auditor.recovery_codes)} recovery codes",
    )
    world.keep_secret(*auditor.recovery_codes, *(code.replace("-", "") for code in auditor.recovery_codes))
    return auditor


def prove_again(world: World, auditor: Careful) -> None:
    """Another day: the password alone opens nothing, each code once; a recovery code serves without the telephone."""
    alone = world.person("auditor-alone", auditor.login, auditor.password)
    world.must_refuse("a password without the second factor", ("second-factor-code-needed",), alone.sign_in)
    auditor.sign_in()
    auditor.sign_in(without_telephone=True)
    auditor.confirm()
    left = auditor.get("identity", OWN)["codes_left"]
    world.expect(left == len(auditor.recovery_codes), f"{left} recovery codes left, not {len(auditor.recovery_codes)}")
