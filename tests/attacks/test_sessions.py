"""Copied tokens and cookies, replayed refresh tokens, an unattended desk, guessed passwords."""

from __future__ import annotations

import itertools
import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.support.wait import await_until
from tests.system.county import CAMPAIGN, CLASS, COUNTY, HERE, PASSWORD, SmallCounty

pytestmark = pytest.mark.system
EVERYWHERE_SECONDS = 10
FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
# A page of each service that a class teacher reads.
READS = {
    "identity": "/v1/me",
    "roster": f"/v1/classes/{CLASS}/pupils?campaign={CAMPAIGN}",
    "upload": f"/v1/classes/{CLASS}/forms?campaign={CAMPAIGN}",
    "stats": f"/v1/figures?campaign={CAMPAIGN}&unit={CLASS}",
}


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


class Attacker:
    """Requests as anybody sends them, without the patience of the county's own clients."""

    def __init__(self, county: SmallCounty) -> None:
        self.county, self.http = county, httpx.Client(timeout=30)

    def ask(self, method: str, service: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Idempotency-Key": f"attack-{self.county.number():06}", **options.pop("headers", {})}
        return self.http.request(method, self.county.addresses[service] + path, headers=headers, **options)

    def sign_in(self, login: str, password: str, **more: str) -> httpx.Response:
        return self.ask("POST", "identity", "/v1/sessions", json={"login": login, "password": password, **more})

    def teacher(self) -> tuple[str, dict[str, Any]]:
        """A class teacher of the county's class, with a password of its own: name and tokens."""
        name = self.county.issue("school", "teacher", f"{HERE}{CLASS}/")
        one = self.county.people[name]
        self.county.activate(name)
        return name, self.sign_in(one.login, PASSWORD).json()

    def statuses(self, tokens: dict[str, Any]) -> dict[str, int]:
        """The response of each service to a read with these tokens."""
        return {
            service: self.ask("GET", service, path, headers=bearer(tokens)).status_code
            for service, path in READS.items()
        }


@pytest.fixture
def attacker(attacked: SmallCounty) -> Attacker:
    return Attacker(attacked)


def sign_out(attacker: Attacker, name: str, tokens: dict[str, Any]) -> None:
    assert attacker.ask("DELETE", "identity", "/v1/sessions", headers=bearer(tokens)).status_code == 204


def reset(attacker: Attacker, name: str, tokens: dict[str, Any]) -> None:
    account = attacker.county.people[name].account
    attacker.county.post("identity", f"/v1/accounts/{account}/password-reset", "school")


def sign_in_elsewhere(attacker: Attacker, name: str, tokens: dict[str, Any]) -> None:
    assert attacker.sign_in(attacker.county.people[name].login, PASSWORD).status_code == 201


def replay(attacker: Attacker, name: str, tokens: dict[str, Any]) -> None:
    """Refresh twice, then use the first refresh token again."""
    ask = {"refresh_token": tokens["refresh_token"]}
    second = attacker.ask("POST", "identity", "/v1/sessions/refresh", json=ask).json()["refresh_token"]
    assert attacker.ask("POST", "identity", "/v1/sessions/refresh", json={"refresh_token": second}).status_code == 201
    assert attacker.ask("POST", "identity", "/v1/sessions/refresh", json=ask).status_code == 401


@pytest.mark.parametrize("end", [sign_out, reset, sign_in_elsewhere, replay])
def test_a_copied_token_is_dead_everywhere_within_ten_seconds(attacker: Attacker, end: Callable[..., None]) -> None:
    name, copied = attacker.teacher()
    assert attacker.statuses(copied) == dict.fromkeys(READS, 200)
    end(attacker, name, copied)
    await_until(
        lambda: attacker.statuses(copied) == dict.fromkeys(READS, 401),
        EVERYWHERE_SECONDS,
        "the copy is refused everywhere",
    )


def test_a_mother_who_is_unbound_loses_the_child_everywhere_within_ten_seconds(attacker: Attacker) -> None:
    county = attacker.county
    pupil = county.pupils[7]
    one = county.people[county.register(pupil)]
    tokens = attacker.sign_in(one.login, PASSWORD).json()

    def statuses() -> set[int]:
        reads = {"roster": f"/v1/pupils/{pupil}", "upload": f"/v1/pupils/{pupil}/forms"}
        return {
            attacker.ask("GET", service, path, headers=bearer(tokens)).status_code for service, path in reads.items()
        }

    # A mother whom the roster does not list may have to wait for the class teacher first.
    county.post("identity", f"/v1/bindings/{pupil}/decisions", "teacher", {"account": one.account, "accept": True})
    tokens = attacker.sign_in(one.login, PASSWORD).json()
    assert statuses() == {200}
    ended = {"account": one.account, "accept": False, "reason": "not-guardian"}
    county.post("identity", f"/v1/bindings/{pupil}/decisions", "teacher", ended)
    await_until(lambda: statuses() == {401}, EVERYWHERE_SECONDS, "the old token is refused")
    tokens = attacker.sign_in(one.login, PASSWORD).json()
    assert statuses() <= {403, 404}


def test_a_copied_cookie_is_dead_after_the_sign_out(attacker: Attacker) -> None:
    name, _ = attacker.teacher()
    portal = attacker.county.copy.local.environment()["PORTAL_URL"]
    with httpx.Client(base_url=portal, timeout=30) as owner, httpx.Client(base_url=portal, timeout=30) as thief:
        form = {"form_token": FORM_TOKEN.findall(owner.get("/sign-in").text)[-1], "next": "/"}
        login = {"login": attacker.county.people[name].login, "password": PASSWORD}
        assert owner.post("/sign-in", data={**form, **login}).status_code == 303
        thief.cookies.update(owner.cookies)
        pages = (f"/class/{CLASS}", f"/figures/{COUNTY}", "/password")
        assert thief.get(pages[0]).status_code == 200
        assert owner.post("/sign-out", data=form).status_code == 303

        def leads_to_the_sign_in(page: str) -> bool:
            copy = httpx.Client(base_url=portal, timeout=30, cookies=dict(thief.cookies))
            with copy:
                return copy.get(page).headers.get("Location", "").startswith("/sign-in")

        await_until(lambda: all(map(leads_to_the_sign_in, pages)), EVERYWHERE_SECONDS, "the copied cookie is dead")


def test_a_desk_that_was_left_prints_nothing_and_resets_nobody(attacker: Attacker) -> None:
    """With a token that lives, whose password was given eleven minutes ago."""
    county = attacker.county
    stale = county.headers("roster", "school", proved_seconds_ago=660)
    teacher = county.people["teacher"].account
    for service, path, body in (
        ("roster", f"/v1/campaigns/{CAMPAIGN}/prints", {"class": CLASS}),
        ("roster", f"/v1/pupils/{county.pupils[0]}/registration-code", {}),
        ("identity", f"/v1/accounts/{teacher}/password-reset", {}),
    ):
        refused = attacker.ask("POST", service, path, json=body, headers=stale)
        assert (refused.status_code, refused.json()["title"]) == (403, "sign-in-again"), path
    pdf = attacker.ask("GET", "roster", f"/v1/prints/{county.printed}/forms.pdf", headers=stale)
    assert (pdf.status_code, pdf.json()["title"]) == (403, "sign-in-again")


# ---- guessing
@dataclass
class Flood:
    """Clients that sign in as fast as they are answered, with logins of their own. codes: statuses of the answers."""

    attacker: Attacker
    clients: int
    login: Callable[[int, int], str]
    codes: Counter[int] = field(default_factory=Counter)
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Flood:
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(self.clients)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self, client: int) -> None:
        address = self.attacker.county.addresses["identity"] + "/v1/sessions"
        with httpx.Client(timeout=30) as http:
            for n in itertools.count():
                if self._stop.is_set():
                    return
                response = http.post(address, json={"login": self.login(client, n), "password": "not the password"})
                with self._lock:
                    self.codes[response.status_code] += 1


def test_the_owner_with_a_known_device_signs_in_while_24_clients_guess_the_password(attacker: Attacker) -> None:
    name, tokens = attacker.teacher()
    login = attacker.county.people[name].login
    with Flood(attacker, 24, lambda client, n: login) as flood:
        await_until(lambda: flood.codes[429] > 50, 30, "the guessers are refused")
        for _ in range(10):
            signed_in = attacker.sign_in(login, PASSWORD, device_token=tokens["device_token"])
            assert signed_in.status_code == 201
            tokens = signed_in.json()
        stranger = attacker.sign_in(login, PASSWORD)
    assert stranger.status_code == 429 and int(stranger.headers["Retry-After"]) > 0
    assert set(flood.codes) <= {401, 429, 503}
    assert flood.codes[401] <= 5  # of the account from this network
    lifted = attacker.county.people[name].account
    attacker.county.ask("DELETE", "identity", f"/v1/accounts/{lifted}/lock", "school")
    assert attacker.sign_in(login, PASSWORD).status_code == 201


def test_a_sprayer_is_slowed_down_and_told_of_while_known_devices_sign_in(attacker: Attacker) -> None:
    name, tokens = attacker.teacher()
    login = attacker.county.people[name].login
    with Flood(attacker, 24, lambda client, n: f"sprayed-{client}-{n}") as flood:
        await_until(lambda: flood.codes[429] > 100, 60, "the sprayer is refused")
        for _ in range(10):
            signed_in = attacker.sign_in(login, PASSWORD, device_token=tokens["device_token"])
            assert signed_in.status_code == 201
            tokens = signed_in.json()
    assert set(flood.codes) <= {401, 429, 503}
    log = (attacker.county.copy.local.data / "logs" / "identity.log").read_text()
    assert '"event":"spray"' in log.replace(" ", "")
    assert "sprayed-1-1" not in log
