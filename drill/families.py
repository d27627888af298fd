"""A pupil's form and the people around it. Every step of a script is a method: it acts over HTTP and writes into the ledger what must be true then."""
from __future__ import annotations

import io
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from drill import photos
from drill.clients import Person
from drill.county import School
from drill.people import Guardian, Pupil
from drill.photos import Photo
from drill.printed import Sheet, sheets
from drill.scripts import Script
from drill.world import Pending, World, await_until

T = TypeVar("T")
CONSENT = "2026-11"
FORMATS = ("JPEG",) * 34 + ("PNG", "WEBP", "WEBP", "HEIF")
RELATION = {"父亲": "father", "母亲": "mother"}


@dataclass
class Family:
    """id: the pupil's id in the system. sheet: the valid sheet; old_sheet: the one before. sibling: the other child of an account.

    registration_code: one that was handed over on a slip. waiting_by: who sent the photo that waits. last: the photo that was sent last.
    """

    world: World
    pupil: Pupil
    id: str
    script: Script
    random: Random
    sheet: Sheet | None = None
    old_sheet: Sheet | None = None
    sibling: Family | None = None
    stranger: Person = field(init=False)
    guardian: Person | None = None
    second_guardian: Person | None = None
    registration_code: str = ""
    waiting_by: str = ""
    last: Photo | None = None
    last_reason: str = ""

    def __post_init__(self) -> None:
        self.stranger = self.world.person(f"code-{self.id}")
        self._camera = np.random.default_rng(self.random.getrandbits(64))

    def do(self, step: str, others: list[Family]) -> None:
        """One step, as "verb" or "verb who". others: families whose form may be taken for this one's."""
        verb, _, who = step.partition(" ")
        if verb == "other":
            self.send("other", who, self.random.choice([f for f in others if f.sheet and f.id != self.id]))
        elif verb in SENT:
            self.send(verb, who)
        else:
            getattr(self, {"return": "return_"}.get(verb, verb.replace("-", "_")))(*([who] if who else []))

    # ---- accounts ----------------------------------------------------------------------------------------------------
    def register(self) -> None:
        """The first guardian, with the code on page 2 and the birth date."""
        self.guardian = self._registered("g", self.pupil.guardians[0], "bound")
        self.world.ledger.bound(self.id)

    def second(self) -> None:
        """Somebody else registers with the same code, and waits."""
        self.second_guardian = self._registered("h", Guardian(self.pupil.guardians[0].name[:1] + "晓梅", "祖母", ""), "waiting")

    def _registered(self, letter: str, guardian: Guardian, wanted: str) -> Person:
        code, login = self._code(), f"jz{letter}{self.world.run}{self.id.replace('.', '')[-10:]}"
        person = self.world.person(f"{letter}-{self.id}", login, self.world.new_password(login))
        self.world.keep_secret(code, login, guardian.name)
        if self.random.random() < 0.1:
            wrong = {"registration_code": code, "birth_date": f"{int(self.pupil.born[:4]) - 1}{self.pupil.born[4:]}"}
            self.world.must_refuse("a wrong birth date", ("code-or-birth-date-wrong",),
                                   lambda: self.stranger.post("identity", "/v1/registrations/check", wrong))
        asked = {"registration_code": code, "birth_date": self.pupil.born, "login": login, "password": person.password, "display_name": guardian.name,
                 "relation": RELATION.get(guardian.relation, "grandparent"), "consent": CONSENT}
        answer = self._unsigned_command(person, "/v1/registrations", asked)
        person.account = answer["account"]
        person.take_tokens(answer)
        self._expect_child(answer, wanted)
        return person

    def _sheet(self) -> Sheet:
        return _known(self.sheet)

    def _code(self) -> str:
        return self.registration_code or self._sheet().registration_code

    def _unsigned_command(self, person: Person, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        """A command before there is an account; its key belongs to the person all the same."""
        login, person.login = person.login, ""
        try:
            return person.post("identity", path, asked)
        finally:
            person.login = login

    def _expect_child(self, answer: dict[str, Any], wanted: str) -> None:
        self.world.expect(answer["pupil"] == self.id, f"registration of {self.id}: bound to {answer['pupil']}")
        self.world.expect(answer["state"] == wanted, f"registration of {self.id}: {answer['state']} instead of {wanted}")
        shown = answer["child"]["masked_name"]
        self.world.expect(shown[0] == self.pupil.name[0] and self.pupil.name not in shown, f"registration of {self.id}: the child's name is not masked")

    def reissue(self) -> None:
        """The class teacher hands over a new registration code; the old one is void."""
        old = self._code()
        new = self.world.teacher_of(self.id).post("roster", f"/v1/pupils/{self.id}/registration-code")["registration_code"].replace("-", "")
        self.world.keep_secret(old, new)
        self.world.expect(new != old, f"reissue for {self.id}: the same code again")
        self.registration_code = new   # from now on the slip holds, not page 2
        given = {"registration_code": old, "birth_date": self.pupil.born}
        self.world.must_refuse("a void registration code", ("code-or-birth-date-wrong", "code-unknown"),
                               lambda: self.stranger.post("identity", "/v1/registrations/check", given))

    def yes(self, who: str) -> None:
        self._decide(who, True)
        self.world.ledger.bound(self.id)
        _known(self.second_guardian).renew()

    def no(self, who: str) -> None:
        self._decide(who, False)

    def _decide(self, who: str, accept: bool) -> None:
        by = self.world.teacher_of(self.id) if who == "teacher" else _known(self.guardian)
        by.post("identity", f"/v1/bindings/{self.id}/decisions", {"account": _known(self.second_guardian).account, "accept": accept})

    def leave(self) -> None:
        """A mistaken parent gives the binding back and keeps the account."""
        guardian = _known(self.guardian)
        guardian.post("identity", f"/v1/bindings/{self.id}/decisions", {"account": guardian.account, "accept": False})
        self.world.ledger.left_by_guardian(self.id)

    def adopt(self) -> None:
        """The guardian adds a second child to the account."""
        guardian, sibling = _known(self.guardian), _known(self.sibling)
        asked = {"registration_code": sibling._code(), "birth_date": sibling.pupil.born, "relation": "mother"}
        sibling._expect_child(guardian.post("identity", "/v1/me/children", asked), "bound")
        sibling.guardian = guardian
        self.world.ledger.bound(sibling.id)
        guardian.renew()

    # ---- photos --------------------------------------------------------------------------------------------------------
    def send(self, kind: str, who: str, other: Family | None = None) -> None:
        """Take a photo of a kind and send it. other: whose form is photographed by mistake."""
        if who == "sibling":
            return _known(self.sibling).send(kind, "guardian")
        photo = self._photo(kind, other)
        state, reasons = self._outcome(kind, who)
        number, token, sender = self._deliver(photo, who)
        self.world.on_its_way(Pending(number, sender, token, f"{kind} photo by {who} for {self.id}", state, reasons))
        self.last = photo
        return None

    def _photo(self, kind: str, other: Family | None) -> Photo:
        if kind == "same":
            return _known(self.last)
        if kind == "cat":
            return photos.cat(self._camera)
        sheet = _known(other).sheet if other else self.old_sheet if kind == "void-sheet" else self.sheet
        page, qr = _known(sheet).page_one
        page = photos.sign(page, qr, self._camera)
        if kind == "blurred":
            return photos.hopeless(page, qr, self.random.choice(photos.HOPELESS), self._camera)
        if kind == "page-two":
            return photos.readable(_known(sheet).page_two, self._camera)
        photo = photos.readable(page, self._camera, self.random.choice(FORMATS))
        return photos.truncated(photo) if kind == "truncated" else photo

    def _outcome(self, kind: str, who: str) -> tuple[str, tuple[str, ...]]:
        """What must become of the photo; the ledger learns it at once."""
        ledger, page = self.world.ledger, self.world.ledger.pages[self.id]
        by = "guardian" if who == "second" else who
        if kind in REFUSED:
            return "refused", (REFUSED[kind],)
        if kind in WAITS:
            self.waiting_by = by
            ledger.flagged(self.id)
            return "waiting", (WAITS[kind],)
        if kind == "same" and page.archive:
            return "archived", ("duplicate",)
        if kind == "same" and page.returned:
            return "refused", (self.last_reason,)
        if page.archive and page.archive.by == "guardian" and by != "guardian":
            self.waiting_by = by
            ledger.flagged(self.id)
            return "waiting", ("second-photo",)
        ledger.archived(self.id, by, self.world.days.today())
        return "archived", ()

    def _deliver(self, photo: Photo, who: str) -> tuple[str, str, Person]:
        """By ticket and presigned PUT, or in one request. Returns the photo's number, its token, and who holds it."""
        sender, whose = self._sender(who)
        if self.random.random() < 0.5:
            files = {"photo": (f"IMG_{self.random.randint(1000, 9999)}.jpg", photo.content, photo.content_type)}
            answer = sender.command("POST", "upload", "/v1/photos", files=files, data=whose)
            return answer["photo"], answer["token"], sender
        ticket = sender.post("upload", "/v1/tickets", {**whose, "content_type": photo.content_type, "size": len(photo.content)})
        self.world.line.put(ticket["put_url"], photo.content, ticket.get("put_headers") or {})
        answer = sender.command("POST", "upload", f"/v1/tickets/{ticket['ticket']}/complete", headers={"X-Ticket-Token": ticket["token"]})
        return answer["photo"], ticket["token"], sender

    def _sender(self, who: str) -> tuple[Person, dict[str, str]]:
        if who == "code":
            code = self._sheet().upload_code
            return self.stranger, {"upload_code": code if self.random.random() < 0.7 else "-".join(code[i:i + 4] for i in range(0, 16, 4)).lower()}
        people = {"guardian": self.guardian, "second": self.second_guardian, "teacher": self.world.teacher_of(self.id), "school": self.world.admin_of(self.id)}
        return _known(people[who]), {"campaign": self.world.campaign, "pupil": self.id}

    # ---- what teachers and families do with photos -----------------------------------------------------------------------
    def tap(self) -> None:
        """The class teacher's one tap archives what waits."""
        self._review("archive", self._waiting_photo())
        self.world.ledger.archived(self.id, self.waiting_by, self.world.days.today())

    def back(self) -> None:
        """What waits is no form: the family is asked for another photo."""
        self._review("return", self._waiting_photo())
        self.world.ledger.declined(self.id)

    decline = back   # a second photo beside an archive

    def accept(self) -> None:
        self._review("accept", self._line()["photo"])
        self.world.ledger.accepted(self.id)

    def return_(self) -> None:
        self._review("return", self._line()["photo"])
        self.world.ledger.returned(self.id)

    def _line(self) -> dict[str, Any]:
        """The pupil's form as the class teacher sees it."""
        items = self.world.teacher_of(self.id).get("upload", f"/v1/pupils/{self.id}/forms")["items"]
        return next(item for item in items if item["campaign"] == self.world.campaign)

    def _waiting_photo(self) -> str:
        return str(self._line()["waiting"][-1]["photo"])

    def _review(self, decision: str, photo: str) -> None:
        teacher, reason = self.world.teacher_of(self.id), self.random.choice(REASONS)
        if self.random.random() < 0.2:   # now and then the teacher really looks
            picture = teacher.fetch("upload", f"/v1/photos/{photo}/image")
            self.world.expect(is_bare(picture), f"photo of {self.id}: the picture still tells where it was taken")
        asked = {"decision": decision, "photo": photo, **({"reason": reason} if decision == "return" else {})}
        teacher.post("upload", f"/v1/forms/{self.world.campaign}/{self.id}/reviews", asked)
        self.last_reason = reason

    def paper(self) -> None:
        teacher = self.world.teacher_of(self.id)
        teacher.post("upload", f"/v1/forms/{self.world.campaign}/{self.id}/paper", {"reason": self.random.choice(("refused", "impossible"))})
        self.world.ledger.on_paper(self.id)

    def withdraw(self, who: str) -> None:
        self._sender(who)[0].post("upload", f"/v1/forms/{self.world.campaign}/{self.id}/withdrawal")
        self.world.ledger.withdrawn(self.id)

    # ---- what the school does ------------------------------------------------------------------------------------------
    def reprint(self) -> None:
        """The sheet is lost: a new one is printed, the old one is void and turns up again, perhaps."""
        self.old_sheet = self._sheet()
        self.sheet = print_forms(self.world, self.world.admin_of(self.id), {"pupils": [self.id]})[0]
        self.world.expect(self.sheet.upload_code == self.old_sheet.upload_code, f"reprint for {self.id}: another upload code")
        self.world.expect(self.sheet.serial != self.old_sheet.serial, f"reprint for {self.id}: the same serial")
        self.world.ledger.printed(self.id)

    def move(self) -> None:
        """To another class of the same school."""
        page = self.world.ledger.pages[self.id]
        school = self.world.region.school_of(page.class_)
        self._moved(school, "class-moved", self.world.admin_of(self.id), page.class_)

    def transfer(self) -> None:
        """To the school in the other county; what the bureau above both counties does when both schools have agreed."""
        school = next(s for s in self.world.region.schools if s.run_by == self.world.region.other)
        self._moved(school, "transferred", self.world.bureaus[self.world.region.province.code], "")

    def _moved(self, school: School, kind: str, by: Person, present: str) -> None:
        target = next(klass.id for klass in self.random.sample(school.classes, len(school.classes)) if klass.id != present and klass.stage == "p")
        by.post("roster", f"/v1/pupils/{self.id}/changes", {"kind": kind, "school": school.code, "class": target})
        self.world.ledger.moved(self.id, target)
        await_until(self._is_in_class_list, f"The move of {self.id} to {target} in the class teacher's list")

    def _is_in_class_list(self) -> bool:
        klass = self.world.ledger.pages[self.id].class_
        items = self.world.teachers[klass].get("upload", f"/v1/classes/{klass}/forms", params={"campaign": self.world.campaign})["items"]
        return any(item["pupil"] == self.id for item in items)

    def suspend(self) -> None:
        self._change("suspended")
        self.world.ledger.suspended(self.id)

    def resume(self) -> None:
        self._change("resumed")
        self.world.ledger.resumed(self.id)

    def go(self) -> None:
        """Leaves school for good; for the figures that is like being suspended."""
        self._change("left")
        self.world.ledger.suspended(self.id)

    def open_business(self) -> None:
        self._change("business-opened")
        self.world.ledger.business(self.id, True)

    def close_business(self) -> None:
        self._change("business-closed")
        self.world.ledger.business(self.id, False)

    def _change(self, kind: str) -> None:
        self.world.admin_of(self.id).post("roster", f"/v1/pupils/{self.id}/changes", {"kind": kind})


# Kinds of photos: those that are refused, and why; those that wait for a person, and why.
REFUSED = {"other": "other-child", "page-two": "page-two", "truncated": "damaged"}
WAITS = {"blurred": "unreadable-qr", "cat": "unreadable-qr", "void-sheet": "void-sheet"}
SENT = {"good", "same", *REFUSED, *WAITS}
REASONS = ("blurred", "unsigned", "incomplete", "other")


def print_forms(world: World, admin: Person, whose: dict[str, Any]) -> list[Sheet]:
    """A print over the API: recorded, fetched, read."""
    made = admin.post("roster", f"/v1/campaigns/{world.campaign}/prints", whose)
    found = sheets(admin.fetch("roster", made["url"]))
    world.expect(len(found) == made["forms"] and made["pages"] == 2 * made["forms"], f"print {made['print']}: {len(found)} sheets instead of {made['forms']}")
    for sheet in found:
        world.keep_secret(sheet.upload_code, sheet.serial)
    return found


def is_bare(picture: bytes) -> bool:
    """Whether a picture carries no metadata."""
    with Image.open(io.BytesIO(picture)) as image:
        return not dict(image.getexif()) and not set(image.info) & {"exif", "xmp", "comment"}


def _known(thing: T | None) -> T:
    if thing is None:
        raise LookupError("A script asks for something that has not happened yet.")
    return thing
