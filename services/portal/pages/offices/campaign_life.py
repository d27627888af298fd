"""One campaign, for the ministry: its plan changed or cancelled, a running one extended or closed early."""

from __future__ import annotations

from typing import Any

from flask import redirect, request

from services.portal.dependencies import services
from services.portal.flash import flash
from services.portal.pages.form_fields import all_of, day, filled
from services.portal.pages.offices.campaign_choice import all_campaigns, choose_campaign, coverage
from services.portal.pages.offices.campaigns import PLAN, plan_of
from services.portal.rendering import render
from services.portal.request_context import signed_in
from services.portal.service_client import segment
from shared.infrastructure.errors import Refused
from shared.language.campaign_state import RUNNING
from shared.language.class_names import STAGES

MOST_WORDS = 200  # characters of a reason, as roster takes it


def show(campaign: str) -> Any:
    item, kept = _campaign(campaign), flash()
    is_changing = kept.action == f"/campaigns/{item['id']}/plan"
    return render(
        "campaign.html",
        item=item,
        first=_campaign(item["follows"]) if item.get("follows") else None,
        covered=coverage(services(), signed_in().access, item["population"]["stages"]) if not item["open"] else None,
        running=item["state"] in RUNNING,
        stages=tuple(STAGES),
        chosen_stages=kept.values("stages") if is_changing else item["population"]["stages"],
    )


def change(campaign: str) -> Any:
    _send(campaign, "plan", plan_of(all_of(**PLAN)))
    return redirect(f"/campaigns/{segment(campaign)}?done=campaign-changed", 303)


def cancel(campaign: str) -> Any:
    if request.form.get("sure") != "yes":
        raise Refused("not-confirmed", "A campaign that was cancelled does not come back; confirm it.", where="sure")
    _send(campaign, "cancellation", {})
    return redirect("/campaigns?done=campaign-cancelled", 303)


def move(campaign: str) -> Any:
    """A later or an earlier last day. What it does is shown before it is done, beside the tick that is missing."""
    asked = all_of(last_day=lambda: day("last_day"), reason=lambda: filled("reason", MOST_WORDS))
    present = _campaign(campaign)["last_day"]
    if asked["last_day"] == present:
        raise Refused("last-day-same", "That is the present last day; choose another.", where="last_day")
    is_later = asked["last_day"] > present
    # The tick belongs to what was shown: to this day, and to the last day as it was then.
    if request.form.get("sure") != f"{present} {asked['last_day']}":
        raise Refused("last-day-unconfirmed", "Read what will happen, and confirm it.", where="sure")
    _send(campaign, "extension" if is_later else "early-close", asked)
    done = "extended" if is_later else "closed"
    return redirect(f"/campaigns/{segment(campaign)}?done=campaign-{done}", 303)


def _campaign(id: str) -> dict[str, Any]:
    """Raises Refused("not-found"), for one that was cancelled, too."""
    found = choose_campaign(all_campaigns(services(), signed_in().access), id)
    if found is None:
        raise Refused("not-found", "There is no such campaign.")
    return found


def _send(campaign: str, act: str, asked: dict[str, Any]) -> None:
    path = f"/v1/campaigns/{segment(campaign)}/{act}"
    services().roster.post(path, asked, signed_in().access, request.form.get("key", ""))
