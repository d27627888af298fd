"""Paper taken for proof: a white page, a part of a page, an invented serial, a QR of another host, other bytes.

And the upload code alone, where the region has not switched that way on.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from shared.language import codes
from shared.language import form_layout as layout
from tests.paper import pictures
from tests.support.wait import await_until
from tests.system.county import CAMPAIGN, COUNTY, JPEG, SmallCounty

pytestmark = pytest.mark.system
VICTIM = 2  # the pupil whose page 1 the attacker has seen
INVENTED = "22223333"


def address(county: SmallCounty, *, portal: str = "", serial: str = "") -> str:
    """The QR of the victim's sheet, with another portal or another serial."""
    sheet = county.sheets[VICTIM]
    ours = county.copy.local.environment()["PORTAL_URL"]
    return codes.page_one_address(portal or ours, sheet.upload_code, serial or sheet.serial)


def sent(county: SmallCounty, content: bytes) -> tuple[str, str]:
    """State and reason of a photo sent with nothing but the upload code."""
    headers = {"Idempotency-Key": f"attack-{county.number():06}"}
    url = county.addresses["upload"]
    made = httpx.post(
        f"{url}/v1/photos",
        data={"upload_code": county.sheets[VICTIM].upload_code},
        files={"photo": ("photo.jpg", content, "image/jpeg")},
        headers=headers,
        timeout=60,
    )
    assert made.status_code == 202, made.text
    photo, token = made.json()["photo"], {"X-Ticket-Token": made.json()["token"]}

    def status() -> Any:
        return httpx.get(f"{url}/v1/photos/{photo}", headers=token, timeout=60).json()

    await_until(lambda: status()["state"] not in ("open", "checking"), 60, "the photo is checked")
    found = status()
    assert found["message_zh"] and found["message_en"]
    return found["state"], found["reason"]


def test_a_qr_without_the_page_around_it_waits_for_a_person(attacked: SmallCounty) -> None:
    whole = pictures.page(address(attacked), width=2400)
    mm = whole.height / layout.PAGE[1]
    attempts = {
        "white page": pictures.page(address(attacked), width=1200, blank=True),
        "top half": whole.crop((0, 0, whole.width, whole.height // 2)),
        "no signature": whole.crop((0, 0, whole.width, round(layout.SIGNATURE.top * mm))),
        "close-up": whole.crop((round(140 * mm), 0, whole.width, round(70 * mm))),
    }
    found = {name: sent(attacked, pictures.encoded(picture)) for name, picture in attempts.items()}
    assert found == dict.fromkeys(attempts, ("waiting", "page-incomplete"))


def test_another_host_and_an_invented_serial_wait_for_a_person(attacked: SmallCounty) -> None:
    elsewhere = pictures.photo(address(attacked, portal="https://evil.example"))
    invented = pictures.photo(address(attacked, serial=INVENTED))
    assert sent(attacked, elsewhere) == ("waiting", "foreign-address")
    assert sent(attacked, invented) == ("waiting", "unknown-sheet")


def test_where_the_county_has_switched_it_off_the_upload_code_alone_opens_nothing(attacked: SmallCounty) -> None:
    """Neither as a photo, nor as a ticket, nor with an account that has another child; a ticket from before is good."""
    code = attacked.sheets[VICTIM].upload_code
    asked = {"upload_code": code, "content_type": "image/jpeg", "size": len(JPEG)}
    stranger = attacked.register(attacked.pupils[5])
    before = attacked.post("upload", "/v1/tickets", body=asked, who="nobody")
    attacked.decide_code_alone("off")
    try:
        url, photo = attacked.addresses["upload"], {"photo": ("photo.jpg", JPEG, "image/jpeg")}
        for who in ("nobody", stranger):
            headers = {**attacked.headers("upload", who), "Idempotency-Key": f"attack-{attacked.number():06}"}
            attempts = (
                httpx.post(f"{url}/v1/tickets", json=asked, headers=headers, timeout=60),
                httpx.post(f"{url}/v1/photos", data={"upload_code": code}, files=photo, headers=headers, timeout=60),
            )
            for refused_one in attempts:
                assert (refused_one.status_code, refused_one.json()["title"]) == (403, "code-alone-off")
                assert attacked.pupils[VICTIM] not in refused_one.text
            asked_first = httpx.post(f"{url}/v1/upload-codes/check", json={"upload_code": code}, timeout=60)
            assert asked_first.json() == {"campaign": CAMPAIGN, "accepted": False}
        switch = {"code_alone": "on"}
        for who in ("school", "teacher", stranger, "province", "ministry"):
            assert attempted(attacked, who, switch) == 403
        assert httpx.put(before["put_url"], content=JPEG, headers=before["put_headers"], timeout=60).is_success
        done = f"{url}/v1/tickets/{before['ticket']}/complete"
        assert httpx.post(done, headers={"X-Ticket-Token": before["token"]}, timeout=60).status_code == 202
    finally:
        attacked.decide_code_alone("on")


def test_a_ticket_of_somebody_else_completes_nothing(attacked: SmallCounty) -> None:
    """Changed anywhere, for another photo, without it, and the token of another photo's status."""
    (mine, token), (other, theirs) = attacked.ticket(6), attacked.ticket(7)
    middle = len(token) // 2
    changed = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    for ticket, shown in ((mine, changed), (mine, theirs), (other, token), (mine, ""), (mine, "0" * 32)):
        done = f"{attacked.addresses['upload']}/v1/tickets/{ticket}/complete"
        answer = httpx.post(done, headers={"X-Ticket-Token": shown}, timeout=60)
        assert (answer.status_code, answer.json()["title"]) == (403, "outside-scope")
        assert attacked.pupils[6] not in answer.text + token
        status = f"{attacked.addresses['upload']}/v1/photos/{ticket}"
        assert httpx.get(status, headers={"X-Ticket-Token": shown}, timeout=60).status_code in (403, 404)


def attempted(county: SmallCounty, who: str, switch: dict[str, str]) -> int:
    """The status for somebody who would switch the county's way on."""
    headers = {**county.headers("roster", who), "Idempotency-Key": f"attack-{county.number():06}"}
    address = f"{county.addresses['roster']}/v1/units/{COUNTY}/code-alone"
    return httpx.post(address, json=switch, headers=headers, timeout=60).status_code


def test_an_address_for_a_small_jpeg_takes_nothing_else(attacked: SmallCounty) -> None:
    """15 MB against a ticket of a few kB, and another type."""
    asked = {"upload_code": attacked.sheets[VICTIM].upload_code, "content_type": "image/jpeg", "size": len(JPEG)}
    made = attacked.post("upload", "/v1/tickets", body=asked, who="nobody")
    for content, content_type in ((b"x" * (15 << 20), "image/jpeg"), (JPEG, "text/html"), (JPEG[:-1], "image/jpeg")):
        assert refused(made["put_url"], content, content_type)
    assert httpx.put(made["put_url"], content=JPEG, headers=made["put_headers"], timeout=60).is_success


def refused(url: str, content: bytes, content_type: str) -> bool:
    """A store that refuses by the headers may close the connection before it has read the body."""
    try:
        return httpx.put(url, content=content, headers={"Content-Type": content_type}, timeout=60).status_code == 403
    except httpx.WriteError:
        return True
