"""`python -m drill --seed 7`: one county's campaign against a running copy.

Exit status: 0 only when all figures equal the ledger; 1 for a difference or an error; 2 when the copy was unavailable
for minutes.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from collections import Counter
from getpass import getpass
from pathlib import Path
from random import Random
from typing import Any

import httpx

from drill.accounts import accounts, as_table
from drill.clients import AGAIN, Line, Person, Problem
from drill.compare import Comparison
from drill.days import Days
from drill.personal_values import write_personal_values
from drill.printed import Misprint
from drill.show import Show
from drill.story import Given, Story
from drill.world import Stuck, World, await_until
from shared.language.services import SERVICES

EQUAL = "all figures equal the ledger"
SHOWN_DIFFERENCES = 60
EQUALS, DIFFERS, WAITED = 0, 1, 2  # exit statuses
# Seconds in which the first account of a copy that has just started is opened: few tries, for each one counts.
OPENING_PAUSES = (1.0, 3.0, 6.0)


def main() -> int:
    asked = _arguments()
    show = Show(plain=True if asked.plain else None)
    try:
        story = Story(_given(asked), show)
    except (Problem, Stuck, httpx.HTTPError) as error:
        show.say(f"The drill cannot begin: {error}")
        if isinstance(error, Problem) and error.code == "wrong-credentials":
            show.say("The ministry's first password was changed: give MINISTRY_LOGIN and MINISTRY_PASSWORD.")
        return WAITED
    try:
        world, comparison = story.run()
    except (Problem, Stuck, Misprint, LookupError, httpx.HTTPError) as error:
        _show_differences(show, story)
        show.say(f"The drill had to stop: {error}")
        return WAITED if only_waited(error) and not story.differences else DIFFERS
    if asked.secrets:
        write_personal_values(world, asked.secrets)
    return _conclude(show, story, world, comparison, asked.accounts)


def only_waited(error: Exception) -> bool:
    """True if the copy was merely unavailable or slow for minutes. Every other error is a difference."""
    return isinstance(error, (Stuck, httpx.TransportError)) or (isinstance(error, Problem) and error.status in AGAIN)


def _conclude(show: Show, story: Story, world: World, comparison: Comparison, with_accounts: bool) -> int:
    county = comparison.last[world.region.county.code]
    rows = [[name, str(county[0][name]), str(county[1][name]), _reported(comparison, name)] for name in county[0]]
    show.table(
        f"{world.region.county.name}, {world.days.passed[-1]}", ("measure", "ledger", "statistics", "report"), rows
    )
    scripts = Counter(family.script.name for family in story.families if family.sheet)
    show.say(
        f"{len(story.families)} pupils, {len(scripts)} kinds of stories, {world.photos} photos, {world.line.sent} "
        f"requests, {world.line.repeated} repeated after a lost response, {comparison.compared} figures compared, "
        f"in {show.elapsed() / 60:.1f} minutes."
    )
    show.say(f"Reports: {story.given.out}")
    show.say(shifted_clock(world.days))
    if with_accounts:
        for line in as_table(accounts(world, story.families), world.line.addresses["portal"]):
            show.say(line)
    _show_differences(show, story)
    show.say(f"{len(story.differences)} differences." if story.differences else EQUAL)
    return DIFFERS if story.differences else EQUALS


def shifted_clock(days: Days) -> str:
    """The state of the clock after a drill, in words."""
    return (
        f"The clock of this copy is shifted to {days.today()}, {days.shift():.0f} days ahead of this machine.\n"
        "It cannot be reset, because the days of the drill are closed. "
        "For a copy with the machine's date: `make stop`, then `make run DATA=.data2` (any new folder)."
    )


def _show_differences(show: Show, story: Story) -> None:
    for sentence in story.differences[:SHOWN_DIFFERENCES]:
        show.say(f"  ✗ {sentence}")
    if len(story.differences) > SHOWN_DIFFERENCES:
        show.say(f"  ... and {len(story.differences) - SHOWN_DIFFERENCES} more")


def _reported(comparison: Comparison, name: str) -> str:
    return str(comparison.reported.get(name, ""))


def _given(asked: argparse.Namespace) -> Given:
    addresses = {name: getattr(asked, f"{name}_url") for name in SERVICES} | {"registry": asked.registry_url}
    out = asked.out or asked.clock_file.parent / f"drill-{asked.seed}"
    return Given(asked.seed, asked.pupils, addresses, asked.clock_file, ministry(asked.first_account, addresses), out)


def ministry(file: Path, addresses: dict[str, str]) -> tuple[str, str]:
    """Login and password of the ministry, from MINISTRY_LOGIN, MINISTRY_PASSWORD or the file of the first start.

    A password that was changed since is typed in. An initial one allows nothing but changing it: then the drill chooses
    another and writes it to the file.
    """
    if not os.environ.get("MINISTRY_LOGIN"):
        await_until(file.exists, f"The first account in {file}", sum(OPENING_PAUSES))
    kept = dict(line.split(": ", 1) for line in file.read_text().splitlines() if ": " in line) if file.exists() else {}
    login = os.environ.get("MINISTRY_LOGIN") or kept.get("login", "")
    password = os.environ.get("MINISTRY_PASSWORD") or kept.get("password", "")
    ministry = Person(Line(addresses), "first-sign-in", Random(0), login, password)
    try:
        signed_in = _first_sign_in(ministry)
    except Problem as problem:
        if problem.code != "wrong-credentials" or not sys.stdin.isatty():
            raise
        ministry.password = getpass(f"The first password of {login} was changed. Its password now: ")
        signed_in = ministry.sign_in()
    if signed_in["account"]["must_change_password"]:
        ministry.change_password(secrets.token_urlsafe(12))
        file.write_text(f"login: {login}\npassword: {ministry.password}\n")
    return login, ministry.password


def _first_sign_in(ministry: Person) -> dict[str, Any]:
    """Sign in, again for a while: a worker writes the first account's file a moment before it opens the account."""
    for pause in OPENING_PAUSES:
        try:
            return ministry.sign_in()
        except Problem as problem:
            if problem.code != "wrong-credentials":
                raise
        time.sleep(pause)
    return ministry.sign_in()


def _arguments() -> argparse.Namespace:
    local = _local_env(Path(os.environ.get("LOCAL_ENV", ".data/local.env")))
    parser = argparse.ArgumentParser(
        prog="drill",
        description="One county's campaign, from roster files to published reports, against a running copy.",
    )
    parser.add_argument("--seed", type=int, default=7, help="which county, people, mistakes (default: 7)")
    parser.add_argument("--pupils", type=int, default=500, help="how many pupils (default: 500)")
    for name in SERVICES:
        parser.add_argument(
            f"--{name}-url",
            default=local.get(f"{name.upper()}_URL"),
            help="default: from .data/local.env, which `make run` writes",
        )
    parser.add_argument(
        "--registry-url",
        default=local.get("REGISTRY_ISSUER", ""),
        help="the stand-in, from which some schools' admins arrive",
    )
    parser.add_argument(
        "--first-account",
        type=Path,
        default=local.get("FIRST_ACCOUNT_FILE"),
        help="file with login and password of the ministry",
    )
    parser.add_argument(
        "--clock-file", type=Path, default=local.get("CLOCK_FILE"), help="the file that shifts the clock of the copy"
    )
    parser.add_argument(
        "--out", type=Path, help="where reports are saved (default: drill-<seed> beside the clock file)"
    )
    parser.add_argument(
        "--secrets",
        type=Path,
        help="write every personal value of the drill to this file, for tests that search for them",
    )
    parser.add_argument(
        "--accounts",
        action="store_true",
        help="print an account of each role with its password at the end, for a local demo",
    )
    parser.add_argument("--plain", action="store_true", help="plain lines instead of bars")
    asked = parser.parse_args()
    missing = [name for name, value in vars(asked).items() if value is None and name not in ("out", "secrets")]
    if missing:
        options = ", ".join("--" + name.replace("_", "-") for name in missing)
        parser.error(f"no copy runs here (`make run` starts one), or name {options}")
    asked.first_account, asked.clock_file = Path(asked.first_account), Path(asked.clock_file)
    return asked


def _local_env(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)


if __name__ == "__main__":
    sys.exit(main())
