"""Guardians as a roster lists them."""

from __future__ import annotations

from collections.abc import Mapping

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
    for person in ("guardian1", "guardian2"):
        listed = RELATIONS.get(fields.get(f"{person}_relation", ""), "")
        if name and fields.get(f"{person}_name", "") == name and (not given or not listed or given == listed):
            return True
    return False
