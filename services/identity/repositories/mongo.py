"""The private collections in the document store: `people`, `sessions`, `endings`, `attempts`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pymongo import ASCENDING, ReturnDocument
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

from services.identity.domain.validity import Validity, stage_of
from services.identity.repositories.account_files_mongo import MongoAccountFiles
from services.identity.repositories.applications_mongo import MongoApplications
from services.identity.repositories.attempts_mongo import MongoAttempts
from services.identity.repositories.download_codes_mongo import MongoDownloadCodes
from services.identity.repositories.misuse_mongo import MongoMisuseCases
from services.identity.repositories.people_pages import ENDS_AT, idle, queries
from services.identity.repositories.protocol import (
    ENDINGS_KEPT_MS,
    OVERLAP_MS,
    ChildLink,
    Ending,
    Person,
    Position,
    Records,
    Session,
    Wanted,
    login_taken,
    stamped,
)
from services.identity.repositories.registry_mongo import MongoRegistryRecords
from services.identity.repositories.second_factors_mongo import MongoSecondFactors
from shared.infrastructure.chunks import chunks
from shared.infrastructure.clock import Clock, SystemClock
from shared.infrastructure.errors import Conflict
from shared.infrastructure.known_fields import known
from shared.infrastructure.mongo import DUPLICATE_KEY
from shared.language.grants import Grant
from shared.language.scope import Scope
from shared.service.authentication_methods import PASSWORD

Document = dict[str, Any]
IN_ONE_FILTER = 200
CODE = "reset_code"  # in a person's document, as the release before activation codes named and reads it


class MongoEndings:
    def __init__(self, db: Database[Document], clock: Clock) -> None:
        self._endings, self._clock = db["endings"], clock

    def ensure_indexes(self) -> None:
        self._endings.create_index([("seen", ASCENDING)], name="seen")

    def add(self, subject: str, epoch: int = 0) -> None:
        def write(now: int) -> None:
            # The greater epoch of two concurrent ones stays, with the later time.
            self._endings.update_one({"_id": subject}, {"$max": {"epoch": epoch, "seen": now}}, upsert=True)

        stamped(self._clock, write)
        self._endings.delete_many({"seen": {"$lt": self._clock.now() - ENDINGS_KEPT_MS}})

    def of(self, session_id: str, account: str) -> list[Ending]:
        return [_ending(document) for document in self._endings.find({"_id": {"$in": [session_id, account]}})]

    def since(self, cursor: int) -> list[Ending]:
        return [_ending(document) for document in self._endings.find({"seen": {"$gte": cursor - OVERLAP_MS}})]


def _ending(document: Mapping[str, Any]) -> Ending:
    return Ending(document["_id"], document["epoch"], document["seen"])


class MongoPeople:
    def __init__(self, db: Database[Document], endings: MongoEndings) -> None:
        self._people, self._endings = db["people"], endings

    def ensure_indexes(self) -> None:
        self._people.create_index([("login", ASCENDING)], name="login", unique=True)
        self._people.create_index([("home", ASCENDING), ("_id", ASCENDING)], name="page")
        self._people.create_index([("role", ASCENDING), ("home", ASCENDING), ("_id", ASCENDING)], name="role-page")
        self._people.create_index([("stage", ASCENDING), ("home", ASCENDING), ("_id", ASCENDING)], name="stage-page")
        self._people.create_index([("stage", ASCENDING), ("used_at", ASCENDING)], name="idle")
        self._people.create_index([("terms", ASCENDING), ("home", ASCENDING), ("_id", ASCENDING)], name="terms-page")
        self._people.create_index([("validity.waiting", ASCENDING), ("home", ASCENDING)], name="waiting")

    def add(self, person: Person, session: Any) -> None:
        try:
            self._people.insert_one(_document(person), session=session)
        except DuplicateKeyError as error:
            raise _taken(error.details or {}, person.account) from error

    def add_all(self, people: Sequence[Person], session: Any) -> None:
        try:
            self._people.insert_many([_document(person) for person in people], session=session)
        except BulkWriteError as error:
            failures = error.details["writeErrors"]
            if not failures or failures[0]["code"] != DUPLICATE_KEY:
                raise
            raise _taken(failures[0], people[failures[0]["index"]].account) from error

    def get(self, account: str) -> Person | None:
        return _person(self._people.find_one({"_id": account}))

    def by_login(self, login: str) -> Person | None:
        return _person(self._people.find_one({"login": login}))

    def holders(self, logins: Sequence[str]) -> Mapping[str, str]:
        return {
            found["login"]: found["_id"]
            for some in chunks(logins, IN_ONE_FILTER)
            for found in self._people.find({"login": {"$in": some}}, {"login": 1})
        }

    def staff(self, scope: Scope, limit: int, roles: Collection[str] = ()) -> list[Person]:
        return self._found(scope, limit, {"role": {"$in": sorted(roles)}} if roles else {})

    def waiting(self, scope: Scope, limit: int) -> list[Person]:
        return self._found(scope, limit, {"validity.waiting": True})

    def page(self, wanted: Wanted, after: Position, limit: int) -> list[Person]:
        found: list[Document] = []
        for query in queries(wanted, after):
            left = limit - len(found)
            if left > 0:
                found += self._people.find(query).sort([("home", ASCENDING), ("_id", ASCENDING)]).limit(left)
        return [person for document in found if (person := _person(document))]

    def idle(self, now: int, limit: int) -> list[Person]:
        return [person for document in self._people.find(idle(now)).limit(limit) if (person := _person(document))]

    def without_terms(self, limit: int) -> list[Person]:
        # Both: a change of such an account sets its stage, and the release before goes on issuing in an upgrade.
        lacking = [{"stage": None}, {"terms": None}]
        old = self._people.find({"$or": lacking, "home": {"$gt": ""}}).limit(limit)
        return [person for document in old if (person := _person(document))]

    def set_terms(self, account: str, terms: Sequence[str]) -> None:
        person = self.get(account)
        if person is not None:
            self._people.update_one({"_id": account}, {"$set": {"terms": list(terms)}})
            # Only where there is none: a change of the account since it was read has set the right one.
            self._people.update_one({"_id": account, "stage": None}, {"$set": {"stage": stage_of(person.validity)}})

    def _found(self, scope: Scope, limit: int, further: Document) -> list[Person]:
        queries = [{**further, **query} for query in scope.queries("home")]
        found = [d for query in queries for d in self._people.find(query).sort("home", ASCENDING).limit(limit)]
        return [person for d in found[:limit] if (person := _person(d))]

    def set_password(self, account: str, password: str, must_change: bool, session: Any) -> None:
        self._people.update_one(
            {"_id": account}, {"$set": {"password": password, "must_change": must_change}}, session=session
        )

    def set_details(self, account: str, login: str, sealed: bytes, children: Sequence[ChildLink], session: Any) -> None:
        fields = {"login": login, "sealed": sealed, "children": [asdict(child) for child in children]}
        try:
            self._people.update_one({"_id": account}, {"$set": fields}, session=session)
        except DuplicateKeyError as error:
            raise login_taken() from error

    def remove(self, account: str, session: Any) -> None:
        self._people.delete_one({"_id": account}, session=session)

    def rehash(self, account: str, old: str, new: str) -> None:
        self._people.update_one({"_id": account, "password": old}, {"$set": {"password": new}})

    def add_path(self, account: str, path: str, session: Any) -> None:
        self._people.update_one({"_id": account}, {"$addToSet": {"paths": path}}, session=session)

    def remove_path(self, account: str, path: str, session: Any) -> None:
        found = self._people.find_one_and_update(
            {"_id": account}, {"$pull": {"paths": path}}, session=session, return_document=ReturnDocument.AFTER
        )
        home = found["paths"][0] if found and found["paths"] else ""
        self._people.update_one({"_id": account}, {"$set": {"home": home}}, session=session)

    def set_validity(self, account: str, validity: Validity, session: Any) -> None:
        fields = {"validity": _validity_document(validity), "stage": stage_of(validity)}
        self._people.update_one({"_id": account}, {"$set": fields}, session=session)

    def set_grants(self, account: str, grants: Sequence[Grant], session: Any) -> None:
        fields = [asdict(each) for each in grants]
        self._people.update_one({"_id": account}, {"$set": {"grants": fields}}, session=session)

    def set_code(self, account: str, hashed: str, session: Any) -> None:
        self._people.update_one({"_id": account}, {"$set": {CODE: hashed}}, session=session)

    def set_used(self, account: str, now: int) -> None:
        self._people.update_one({"_id": account}, {"$set": {"used_at": now}})

    def add_child(self, account: str, child: ChildLink, session: Any) -> None:
        gone = {"children": {"pupil": child.pupil}, "validity.held": child.pupil}
        self._people.update_one({"_id": account}, {"$pull": gone}, session=session)
        self._people.update_one({"_id": account}, {"$push": {"children": asdict(child)}}, session=session)

    def supersede_tokens(self, account: str) -> None:
        changed = self._people.find_one_and_update(
            {"_id": account}, {"$inc": {"epoch": 1}}, return_document=ReturnDocument.AFTER
        )
        if changed is not None:
            self._endings.add(account, changed["epoch"])

    def set_session(self, account: str, session_id: str) -> None:
        self._people.update_one({"_id": account}, {"$set": {"session": session_id}})


def _document(person: Person) -> Document:
    document = {
        **asdict(person),
        "home": person.home,
        "stage": stage_of(person.validity),
        "terms": list(person.terms),
        "paths": list(person.paths),
        "children": [asdict(c) for c in person.children],
        "grants": [asdict(each) for each in person.grants],
        "validity": _validity_document(person.validity),
    }
    document["_id"], document[CODE] = document.pop("account"), document.pop("code")
    return document


def _taken(failure: Mapping[str, Any], account: str) -> Exception:
    """The error of a key that is taken: of a login, or of an account that is there."""
    is_login = "login" in failure.get("keyPattern", {}) or "login" in str(failure.get("errmsg", ""))
    return login_taken() if is_login else Conflict(account)


def _person(document: Mapping[str, Any] | None) -> Person | None:
    if document is None:
        return None
    children = tuple(ChildLink(c["pupil"], c["known"], bytes(c["sealed"])) for c in document["children"])
    return Person(
        document["_id"],
        document["login"],
        document["role"],
        bytes(document["sealed"]),
        document["password"],
        document["must_change"],
        tuple(document["paths"]),
        children,
        document["session"],
        document.get("epoch", 0),
        _validity(document["validity"]),
        document["used_at"],
        document.get(CODE, ""),
        tuple(Grant(**each) for each in document.get("grants", ())),
        tuple(document.get("terms", ())),
    )


def _validity_document(validity: Validity) -> Document:
    fields = {**asdict(validity), "held": list(validity.held)}
    fields[ENDS_AT] = fields.pop("activation_ends_at")
    return fields


def _validity(fields: Mapping[str, Any]) -> Validity:
    named = {**fields, "activation_ends_at": fields[ENDS_AT], "held": tuple(fields["held"])}
    return Validity(**known(Validity, named))


class MongoSessions:
    def __init__(self, db: Database[Document], endings: MongoEndings) -> None:
        self._sessions, self._endings = db["sessions"], endings

    def ensure_indexes(self) -> None:
        self._sessions.create_index([("account", ASCENDING), ("expires_at", ASCENDING)], name="account")

    def open(self, session: Session, now: int) -> None:
        self._sessions.delete_many({"account": session.account, "expires_at": {"$lte": now}})
        # An upsert, not an insert: the driver repeats a write whose response was lost, and a store that was killed
        # in between may not recognise it as the same one.
        self._sessions.replace_one({"_id": session.id}, _session_document(session), upsert=True)

    def get(self, session_id: str) -> Session | None:
        return _session(self._sessions.find_one({"_id": session_id}))

    def rotate(self, session_id: str, old: str, new: Session) -> bool:
        kept = ("id", "account", "proved_at", "methods")
        changes = {name: value for name, value in asdict(new).items() if name not in kept}
        return self._sessions.update_one({"_id": session_id, "refresh": old}, {"$set": changes}).matched_count == 1

    def prove(self, session_id: str, now: int, methods: Sequence[str]) -> Session | None:
        found = self._sessions.find_one_and_update(
            {"_id": session_id},
            {"$set": {"proved_at": now, "methods": list(methods)}},
            return_document=ReturnDocument.AFTER,
        )
        return _session(found)

    def end(self, session_id: str) -> None:
        self._endings.add(session_id)
        self._sessions.delete_one({"_id": session_id})

    def end_all(self, account: str, but: str = "") -> int:
        found = list(self._sessions.find({"account": account, "_id": {"$ne": but}}, {"_id": 1}))
        for document in found:
            self.end(document["_id"])
        return len(found)


def _session(document: Document | None) -> Session | None:
    if document is None:
        return None
    methods = tuple(document.get("methods", (PASSWORD,)))  # the release before kept none
    return Session(**known(Session, {**document, "id": document["_id"], "methods": methods}))


def _session_document(session: Session) -> Document:
    document = asdict(session)
    document["_id"] = document.pop("id")
    return document


def mongo_records(db: Database[Document], clock: Clock | None = None) -> Records:
    """The collections with their indexes."""
    endings = MongoEndings(db, clock or SystemClock())
    people, sessions, attempts = MongoPeople(db, endings), MongoSessions(db, endings), MongoAttempts(db)
    misuse, registry, applications = MongoMisuseCases(db), MongoRegistryRecords(db), MongoApplications(db)
    factors, downloads, files = MongoSecondFactors(db), MongoDownloadCodes(db), MongoAccountFiles(db)
    for collection in (people, sessions, attempts, endings, misuse, registry, applications, files):
        collection.ensure_indexes()
    return Records(people, sessions, attempts, endings, misuse, registry, applications, factors, downloads, files)
