"""The pupil of an upload code, masked: for a sender without an account, who holds the paper with the whole name."""

from __future__ import annotations

from collections.abc import Mapping

from services.roster.dependencies import Dependencies
from services.roster.tables.lookups import campaign_row, pupil_row
from shared.infrastructure.errors import Refused
from shared.infrastructure.pii import mask_name
from shared.language import codes
from shared.language.class_names import class_name
from shared.language.code_alone import is_on


def owner_of_code(deps: Dependencies, typed: str) -> Mapping[str, str]:
    """Name (masked), school, present class and campaign. Raises Refused("code-unknown", "code-alone-off").

    Nothing that is not on the paper; 69 random bits make guessing a code hopeless. Where the region has not switched
    the way by the code alone on, no photo comes that way, and nobody is told anything.
    """
    hashed = deps.personal_data.hash(codes.UPLOAD, codes.parse(typed, "upload_code", kind=codes.UPLOAD))
    found = deps.tables.entries.find("upload_code", [hashed])
    if not found:
        raise Refused("code-unknown", "No pupil has this upload code.", kind="not-found", where="upload_code")
    entry, pupil = found[0].state, pupil_row(deps.tables, found[0].state.pupil)
    if not is_on(unit.code_alone for unit in deps.tree.line(pupil.state.school)):
        raise Refused(
            "code-alone-off",
            "The region of this form has not switched the way by the upload code alone on.",
            kind="outside-scope",
            where="upload_code",
        )
    return {
        "masked_name": mask_name(deps.personal_data.fields(pupil)["name"]),
        "school_name": deps.tree.unit(pupil.state.school).name,
        "class_name": class_name(pupil.state.class_, deps.today()),
        "campaign": entry.campaign,
        "campaign_name": campaign_row(deps.tables, entry.campaign).state.name,
    }
