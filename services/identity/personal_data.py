"""Logins and names of people: sealed at rest, looked up by keyed hashes, never in an event, a log or a token."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from services.identity.repositories.protocol import ChildLink, Person
from shared.infrastructure.derived_keys import derive
from shared.infrastructure.known_fields import known
from shared.infrastructure.pii import Sealer, keyed_hash


@dataclass(frozen=True, slots=True)
class Details:
    login: str
    display_name: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Name and relation given when asking for a child: compared with the roster then, and shown to the class teacher.

    name: "" where an older release has not kept it.
    """

    name: str = ""
    relation: str = ""


NAME_FROM, LOGIN_FROM = 2, 3  # characters from which the beginning of a name, or of a login, finds its account
NAME_TO, LOGIN_TO = 8, 16  # up to which; longer texts are compared whole
TERM = 16  # hexadecimal digits of a search term
DOTS = str.maketrans(dict.fromkeys("•・‧", "·"))  # keyboards write the separator of names in many ways


@dataclass(frozen=True, slots=True)
class ApplicationText:
    """Texts of an application for a missing county. name: of the county. answer: why it was refused.

    contact_name, contact: of the person who asked by the public form. All but the name are erased days after the end.
    """

    name: str = ""
    contact_name: str = ""
    contact: str = ""
    note: str = ""
    answer: str = ""


class PersonalData:
    """Seals and opens personal fields, and hashes logins and network addresses, with subkeys of one key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._login_key, self._source_key = derive(key, "logins"), derive(key, "sources")
        self._search_key = derive(key, "search terms")
        self._sealer = Sealer(derive(key, "sealed fields"))
        self._key_sealer = Sealer(derive(key, "keys of second factors"))
        self._file_sealer = Sealer(derive(key, "files of accounts"))

    def login_hash(self, login: str) -> str:
        """Keyed hash of a login, equal for its full-width, upper-case and padded spellings."""
        return keyed_hash(self._login_key, "login", _plain(login))

    def source_hash(self, source: str) -> str:
        """Keyed hash of a network address, under which tries are counted."""
        return keyed_hash(self._source_key, "source", source)

    def search_terms(self, details: Details) -> tuple[str, ...]:
        """Keyed hashes of login and name, whole and of their beginnings: a blind index, in place of readable ones.

        Who reads the store without the key sees which accounts begin alike, and neither names nor logins. A single
        character has no term: family names are so few that their frequency alone would tell them.
        """
        return (
            *self._terms(details.login, LOGIN_FROM, LOGIN_TO),
            *self._terms(details.display_name, NAME_FROM, NAME_TO),
        )

    def search_term(self, text: str) -> str:
        """The term that stands with every account whose login or name is this text, or begins with it."""
        return keyed_hash(self._search_key, "text", _plain(text).translate(DOTS))[:TERM]

    def _terms(self, text: str, least: int, most: int) -> list[str]:
        plain = _plain(text)
        beginnings = {plain[:length] for length in range(least, min(most, len(plain)) + 1)} | {plain}
        return sorted(self.search_term(each) for each in beginnings)

    def seal(self, account: str, details: Details) -> bytes:
        return self._sealer.seal(account, {"login": details.login, "display_name": details.display_name})

    def open(self, person: Person) -> Details:
        return Details(**known(Details, self._sealer.open(person.account, person.sealed)))

    def seal_claim(self, account: str, pupil: str, claim: Claim) -> bytes:
        return self._sealer.seal(f"{account}/{pupil}", {"name": claim.name, "relation": claim.relation})

    def claim(self, account: str, child: ChildLink) -> Claim:
        return Claim(**known(Claim, self._sealer.open(f"{account}/{child.pupil}", child.sealed)))

    def seal_application(self, id: str, text: ApplicationText) -> bytes:
        return self._sealer.seal(f"application {id}", asdict(text))

    def application(self, id: str, sealed: bytes) -> ApplicationText:
        return ApplicationText(**known(ApplicationText, self._sealer.open(f"application {id}", sealed)))

    def text_hash(self, given: Mapping[str, str]) -> str:
        """Keyed hash of personal texts, which tells one request from another without keeping them."""
        return keyed_hash(self._login_key, "texts", "\n".join(f"{name}={given[name]}" for name in sorted(given)))

    def seal_key(self, account: str, key: str) -> bytes:
        """Seal the key of an account's second factor."""
        return self._key_sealer.seal(account, {"key": key})

    def open_key(self, account: str, sealed: bytes) -> str:
        return str(self._key_sealer.open(account, sealed)["key"])

    def seal_part(self, file: str, number: int, part: bytes) -> bytes:
        """Seal a part of a file of accounts, at its place in this file."""
        return self._file_sealer.seal_bytes(f"{file}/{number}", part)

    def open_part(self, file: str, number: int, sealed: bytes) -> bytes:
        return self._file_sealer.open_bytes(f"{file}/{number}", sealed)

    def seal_response(self, command_id: str, response: dict[str, str]) -> str:
        """Seal a response that holds a code of an account; a repetition of the request gets it again."""
        return self._sealer.seal(command_id, response).hex()

    def open_response(self, command_id: str, sealed: str) -> dict[str, str]:
        return self._sealer.open(command_id, bytes.fromhex(sealed))


def _plain(text: str) -> str:
    """The text in the one form in which its full-width, upper-case and padded spellings are equal."""
    return unicodedata.normalize("NFKC", text).strip().casefold()
