"""Guardians as a roster lists them."""

from __future__ import annotations

from collections.abc import Mapping

from services.roster.domain.likeness import letters

GUARDIANS = ("guardian1", "guardian2")
RELATIONS: Mapping[str, str] = {
    "父": "father",
    "父亲": "father",
    "爸爸": "father",
    "father": "father",
    "51": "father",
    "母": "mother",
    "母亲": "mother",
    "妈妈": "mother",
    "mother": "mother",
    "52": "mother",
}


def lists_guardian(fields: Mapping[str, str], name: str, relation: str) -> bool:
    """True if a pupil's personal fields hold a guardian of this name.

    A father never matches a mother. Relations that are not in RELATIONS match any relation.
    """
    given = RELATIONS.get(relation.strip().lower(), "")
    for person in GUARDIANS:
        listed = RELATIONS.get(fields.get(f"{person}_relation", ""), "")
        if name and _is_named(name, fields, person) and (not given or not listed or given == listed):
            return True
    return False


def with_given(known: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """A pupil's known fields with those that a row gives. An empty cell changes nothing.

    Another guardian takes nothing over from the former one: what the row leaves out is unknown, unless the other place
    has listed this person.
    """
    kept = {name: value for name, value in known.items() if not name.startswith(GUARDIANS)}
    for place in GUARDIANS:
        kept.update(_known_of(place, known, given))
    return {**kept, **given}


def _known_of(place: str, known: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The known fields of the guardian whom a row lists at a place."""
    name, source = given.get(f"{place}_name", ""), place
    if _is_another(place, known, given):
        source = next((each for each in GUARDIANS if name and _is_named(name, known, each)), "nowhere")
    of_source = {field: value for field, value in known.items() if field.startswith(f"{source}_")}
    return {place + field.removeprefix(source): value for field, value in of_source.items()}


def _is_another(place: str, known: Mapping[str, str], given: Mapping[str, str]) -> bool:
    """True where the name differs; without one of the names, where a father and a mother meet."""
    if (name := given.get(f"{place}_name", "")) and known.get(f"{place}_name", ""):
        return not _is_named(name, known, place)
    before, after = (RELATIONS.get(each.get(f"{place}_relation", ""), "") for each in (known, given))
    return bool(before and after and before != after)


def _is_named(name: str, fields: Mapping[str, str], place: str) -> bool:
    return letters(name) == letters(fields.get(f"{place}_name", ""))
