"""The pupil of an upload code, masked: for a sender without an account, who holds the paper with the whole name."""

from __future__ import annotations

from collections.abc import Mapping

from services.roster.dependencies import Dependencies
from services.roster.tables.lookups import campaign_row, pupil_row
from shared.infrastructure.errors import Refused
from shared.infrastructure.pii import mask_name
from shared.language import codes
from shared.language.campaign_state import is_over
from shared.language.class_names import class_name
from shared.language.code_alone import is_on


def owner_of_code(deps: Dependencies, typed: str) -> Mapping[str, str]:
    """Name (masked) and campaign; school and class while they are those on the first paper with this code, then "".

    Nothing that is not on every paper with the code: who has an old one does not learn where the pupil went. The code
    ends with its campaign; afterwards it is as unknown as one that nobody has. 69 random bits make guessing hopeless.
    Where the region has not switched the way by the code alone on, no photo comes that way, and nobody is told
    anything. Raises Refused("code-unknown", "code-alone-off").
    """
    hashed = deps.personal_data.hash(codes.UPLOAD, codes.parse(typed, "upload_code", kind=codes.UPLOAD))
    found = deps.tables.entries.find("upload_code", [hashed])
    campaign = campaign_row(deps.tables, found[0].state.campaign).state if found else None
    if campaign is None or is_over(campaign.last_day, deps.today()):
        raise Refused("code-unknown", "No pupil has this upload code.", kind="not-found", where="upload_code")
    entry, pupil = found[0].state, pupil_row(deps.tables, found[0].state.pupil)
    if not is_on(unit.code_alone for unit in deps.tree.line(pupil.state.school)):
        raise Refused(
            "code-alone-off",
            "The region of this form has not switched the way by the upload code alone on.",
            kind="outside-scope",
            where="upload_code",
        )
    is_there = not entry.moved and (pupil.state.school, pupil.state.class_) == (entry.school, entry.class_)
    return {
        "masked_name": mask_name(deps.personal_data.fields(pupil)["name"]),
        "school_name": deps.tree.unit(entry.school).name if is_there else "",
        "class_name": class_name(entry.class_, deps.today()) if is_there else "",
        "campaign": entry.campaign,
        "campaign_name": campaign.name,
    }
