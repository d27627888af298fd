"""Values of a pupil's fields before and after a change, as lists show them: masked as far as they tell who it is."""

from __future__ import annotations

from collections.abc import Callable

from services.roster.forms.form import in_words
from services.roster.personal_data import mask_phone
from services.roster.roster_file.columns import TITLE
from shared.infrastructure.pii import mask_name, mask_number
from shared.language.class_names import class_name

IN_CLEAR = frozenset(("sex", "entry_month", "entry_way", "boarding", "source", "distance", "transport", "school_bus"))
PLACES = ("address", "place")  # their first character is shown; of a yes, or of a code, it would be all of it
STARS = 6  # at most, so that nobody counts the letters of an address


def masked_field(name: str, before: str, after: str, *, day: str) -> dict[str, str]:
    """{"field", "title", "before", "after"}. day: of which classes have their names."""
    return shown_field(name, before, after, day=day, show=masked_value)


def shown_field(
    name: str, before: str, after: str, *, day: str, show: Callable[[str, str], str] = in_words
) -> dict[str, str]:
    """The same, by default in clear. A class is one by its name, which tells of nobody."""
    values = {"before": before, "after": after}
    if name == "class":
        shown = {key: class_name(value, day) if value else "" for key, value in values.items()}
    else:
        shown = {key: show(name, value) for key, value in values.items()}
    return {"field": name, "title": TITLE[name], **shown}


def masked_value(name: str, value: str) -> str:
    if not value or name in IN_CLEAR:
        return in_words(name, value)
    if name.endswith("name"):
        return mask_name(value)
    if name.endswith("phone"):
        return mask_phone(value)
    if name.endswith("number"):
        return mask_number(value)
    begins = value[:1] if name.endswith(PLACES) and len(value) > 1 else ""
    return begins + "*" * min(len(value) - len(begins), STARS)
