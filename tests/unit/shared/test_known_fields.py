"""Fields of the release after this one: a reader that does not know them reads the rest."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from shared.infrastructure.known_fields import known


@dataclass(frozen=True, slots=True)
class Kept:
    id: str
    name: str = ""


def test_what_is_known_is_read_and_a_record_that_is_written_again_has_lost_the_rest():
    given = {"id": "1", "name": "a", "added": True}
    assert known(Kept, given) == {"id": "1", "name": "a"}
    assert Kept(**known(Kept, {"id": "1"})) == Kept("1") and "added" in given
    assert asdict(Kept(**known(Kept, given))) == {"id": "1", "name": "a"}
