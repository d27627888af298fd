"""Upload on real stores: one school with two classes, another school, three pupils with codes on paper."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from pymongo.database import Database
from werkzeug.test import TestResponse

from services.upload.app import build
from services.upload.dependencies import Dependencies
from services.upload.image.decoder import Decoder
from services.upload.photos.data_keys_mongo import MongoDataKeys
from services.upload.photos.envelope import KeyEncryption
from services.upload.photos.mongo import MongoPhotos
from services.upload.photos.sealed_objects import SealedObjects
from services.upload.roster_view.mongo import MongoRosterStates
from services.upload.roster_view.view import RosterView
from services.upload.use_cases.intake import Intake
from shared.infrastructure.clock import FixedClock, day_of
from shared.infrastructure.objects import Objects
from shared.language import codes
from shared.service.access_records import Views
from shared.service.access_records_memory import MemoryAccessRecords
from shared.service.app import AppContext
from shared.service.audit_trail.memory import MemoryChains
from shared.service.audit_trail.trail import AuditTrail
from tests.paper.pictures import CODE_KEY, PORTAL, a_code, a_serial, photo
from tests.support.in_place import InPlace
from tests.support.stores import mongo_store
from tests.support.tokens import bearer, checker, service_auth, token_for

SENDER_KEY = b"of senders, only for tests, 32 by"
TICKET_KEY = b"of tickets, only for tests, 32 by"
PHOTO_KEYS = {1: b"of photos, only for tests, 32 by"}
SCHOOL, ELSEWHERE = "2113000017", "2113000018"
CLASS, NEXT_DOOR = f"{SCHOOL}p202403", f"{SCHOOL}p202404"
COUNTY_PATH = "/000000/130000/130100/130102/"
SCHOOL_PATH = f"{COUNTY_PATH}{SCHOOL}/"
CLASS_PATH, NEXT_DOOR_PATH = f"{SCHOOL_PATH}{CLASS}/", f"{SCHOOL_PATH}{NEXT_DOOR}/"
ANN, BO, CHEN = (f"3f7.018f2ab47c9d01e5f6{n}" for n in ("a1", "b2", "c3"))  # Ann and Bo are in CLASS, Chen is next door
CLASS_OF = {ANN: (SCHOOL, CLASS), BO: (SCHOOL, CLASS), CHEN: (SCHOOL, NEXT_DOOR)}
NUMBER = {ANN: 11, BO: 22, CHEN: 33}


def upload_code(pupil: str) -> str:
    return a_code(NUMBER[pupil])


def serial(pupil: str, printing: int = 1) -> str:
    return a_serial(NUMBER[pupil] + 100 * printing, upload_code(pupil))


def page_one(pupil: str, printing: int = 1) -> str:
    return codes.page_one_address(PORTAL, upload_code(pupil), serial(pupil, printing))


PAGE_TWO = codes.page_two_address(PORTAL, a_code(44, codes.REGISTRATION))


def hash_of(kind: str, code: str) -> str:
    return codes.code_hash(kind, code, CODE_KEY)


@dataclass
class World:
    deps: Dependencies
    clock: FixedClock
    roster_states: MongoRosterStates
    client: FlaskClient
    versions: dict[str, int] = field(default_factory=dict)

    def set_state(self, stream: str, state: Mapping[str, Any]) -> None:
        """Apply the next version of a roster stream to upload's view."""
        self.versions[stream] = self.versions.get(stream, 0) + 1
        self.roster_states.put(stream, self.versions[stream], f"{stream}@{self.versions[stream]}", state)

    def decide_code_alone(self, unit: str, decision: str) -> None:
        """Apply the decision of a region on uploads by the upload code alone."""
        state = self.roster_states.get(f"unit-{unit}")
        assert state
        self.set_state(f"unit-{unit}", {**state, "code_alone": decision})

    def set_entry(self, pupil: str, campaign: str = "2026a", **changes: Any) -> None:
        school, class_id = CLASS_OF[pupil]
        entry = {
            "campaign": campaign,
            "pupil": pupil,
            "school": school,
            "class": class_id,
            "expected": True,
            "sheet": hash_of(codes.SERIAL, serial(pupil)),
            "void_sheets": [],
            "upload_code": hash_of(codes.UPLOAD, upload_code(pupil)),
            "cutoff": "2026-11-30",
            "last_day": "2026-12-31",
        }
        self.set_state(f"entry-{campaign}-{pupil}", {**entry, **changes})

    def check_all(self) -> int:
        """Run the intake until no photo is due. Returns how many it has checked."""
        intake, checked = Intake(self.deps), 0
        while intake.run_once():
            checked += 1
        return checked

    def types(self, pupil: str) -> list[str]:
        return [event.type for event in self.deps.store.load(f"form-2026a-{pupil}")]

    def state(self, pupil: str) -> Mapping[str, Any]:
        events = self.deps.store.load(f"form-2026a-{pupil}")
        return events[-1].state if events else {}

    def today(self) -> str:
        return day_of(self.clock.now())

    def send(
        self,
        content: bytes,
        who: Mapping[str, str] | None = None,
        *,
        key: str = "key-00001",
        type: str = "image/jpeg",
        **whose: str,
    ) -> TestResponse:
        """Send one multipart request. who: headers of a signed-in person."""
        form = {**whose, "photo": (io.BytesIO(content), "photo.jpg", type)}
        return self.client.post("/v1/photos", data=form, headers={"Idempotency-Key": key, **(who or {})})

    def sent(self, content: bytes, who: Mapping[str, str] | None = None, **more: str) -> str:
        """Send a photo and run the intake. Returns the photo's id."""
        response = self.send(content, who, **more)
        assert response.status_code == 202, response.text
        self.check_all()
        return str(response.json["photo"])  # type: ignore[index]

    def status(self, photo: str) -> tuple[str, str]:
        """State and reason, as the school sees them."""
        response = self.client.get(f"/v1/photos/{photo}", headers=SCHOOL_ADMIN)
        assert response.status_code == 200, response.text
        return response.json["state"], response.json["reason"]  # type: ignore[index]

    def post(
        self, path: str, body: Mapping[str, Any], who: Mapping[str, str] | None = None, key: str = "key-00001"
    ) -> TestResponse:
        return self.client.post(path, json=dict(body), headers={"Idempotency-Key": key, **(who or {})})

    def review(
        self,
        pupil: str,
        photo: str,
        decision: str,
        who: Mapping[str, str] | None = None,
        key: str = "review-1",
        **more: str,
    ) -> TestResponse:
        return self.post(
            f"/v1/forms/2026a/{pupil}/reviews", {"decision": decision, "photo": photo, **more}, who or TEACHER, key
        )


GUARDIAN = bearer(token_for("guardian", pupils=[ANN]))
STRANGER = bearer(token_for("guardian", pupils=[CHEN], account="00000000-0000-7000-8000-00000000beef"))
TEACHER = bearer(token_for("teacher", [CLASS_PATH]))
NEIGHBOUR = bearer(token_for("teacher", [NEXT_DOOR_PATH], account="00000000-0000-7000-8000-00000000cafe"))
SCHOOL_ADMIN = bearer(token_for("school", [SCHOOL_PATH]))
OTHER_SCHOOL = bearer(
    token_for("school", [f"{COUNTY_PATH}{ELSEWHERE}/"], account="00000000-0000-7000-8000-00000000d00d")
)
COUNTY = bearer(token_for("county", [COUNTY_PATH]))


def make_world(db: Database[dict[str, Any]], objects: Objects) -> World:
    clock, roster_states, photos = FixedClock(), MongoRosterStates(db), MongoPhotos(db)
    store = mongo_store(db, clock)
    store.ensure_indexes(1)
    roster_states.ensure_indexes()
    photos.ensure_indexes()
    keys = MongoDataKeys(db)
    keys.ensure_indexes()
    sealed = SealedObjects(objects, keys, KeyEncryption(PHOTO_KEYS), clock)
    views = Views(MemoryAccessRecords(), clock)
    decoder, view = Decoder(InPlace()), RosterView(roster_states)
    ours, trail = frozenset({PORTAL}), AuditTrail("upload", MemoryChains(), clock)
    deps = Dependencies(
        store, photos, objects, sealed, keys, decoder, view, clock, CODE_KEY, TICKET_KEY, SENDER_KEY, views, ours, trail
    )
    app_context = AppContext("upload", clock, "test", checker(clock), service_auth("upload", clock))
    world = World(deps, clock, roster_states, build(deps, app_context).test_client())
    for code, parent in (
        ("000000", ""),
        ("130000", "000000"),
        ("130100", "130000"),
        ("130102", "130100"),
        (SCHOOL, "130102"),
        (ELSEWHERE, "130102"),
    ):
        world.set_state(f"unit-{code}", {"code": code, "parent": parent})
    world.decide_code_alone("130102", "on")
    for class_id in (CLASS, NEXT_DOOR):
        world.set_state(f"class-{class_id}", {"id": class_id, "school": SCHOOL})
    world.set_state("campaign-2026a", {"id": "2026a", "open": True, "last_day": "2026-12-31"})
    for pupil in (ANN, BO, CHEN):
        world.set_entry(pupil)
    return world


def good_photo(pupil: str = ANN, printing: int = 1, **options: Any) -> bytes:
    return photo(page_one(pupil, printing), **options)
