"""Destroy photos for good, with a certificate for each form: keys first, then objects.

    python -m services.upload.operator.destroy_photos --due [--by OPERATOR]     campaigns past RETENTION_YEARS
    python -m services.upload.operator.destroy_photos --pupil PUPIL --by OPERATOR
    python -m services.upload.operator.destroy_photos --again PUPIL             after an older key store was restored

--due without --by only lists what is due. OPERATOR: an opaque name, such as a staff number, for the certificate.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator

from services.upload.dependencies import Dependencies, dependencies_of
from services.upload.domain.destruction import ERASED, RETENTION
from services.upload.settings import Settings
from services.upload.use_cases.destruction import destroy, destroy_again
from shared.infrastructure.clock import day_of
from shared.infrastructure.config import load
from shared.infrastructure.security_log import security_event
from shared.service.auth import Caller
from shared.service.bootstrap import bootstrap

BATCH = 500
OPERATOR = re.compile(r"^[a-z0-9][a-z0-9._:-]{0,63}\Z")


def due_campaigns(deps: Dependencies, years: int) -> list[str]:
    """Campaigns whose last day is that many years ago, by their ids."""
    today = day_of(deps.clock.now())
    return deps.roster_view.campaigns_over_before(f"{int(today[:4]) - years:04}{today[4:]}")


def forms_of(deps: Dependencies, campaign: str) -> Iterator[str]:
    """Forms of a campaign whose photos are not destroyed yet."""
    last = ""
    while forms := deps.keys.of_campaign(campaign, last, BATCH):
        yield from forms
        last = forms[-1]


def destroy_due(deps: Dependencies, years: int, by: str) -> int:
    """Returns the number of forms."""
    forms = [form for campaign in due_campaigns(deps, years) for form in forms_of(deps, campaign)]
    deps.trail.record("photos-destroyed", _operator(by), why=RETENTION, forms=len(forms))
    destroyed = sum(bool(destroy(deps, form, RETENTION, by)) for form in forms)
    security_event("keys", account=by, what="destroyed", why=RETENTION, forms=destroyed)
    return destroyed


def erase(deps: Dependencies, pupil: str, by: str) -> int:
    """Destroy the photos of a pupil in all campaigns. Returns the number of forms."""
    forms = sorted({key.form for key in deps.keys.of_pupil(pupil) if not key.is_destroyed})
    deps.trail.record("photos-destroyed", _operator(by), target=pupil, why=ERASED, forms=len(forms))
    destroyed = sum(bool(destroy(deps, form, ERASED, by)) for form in forms)
    security_event("keys", account=by, target=pupil, what="destroyed", why=ERASED, forms=destroyed)
    return destroyed


def erase_again(deps: Dependencies, pupil: str) -> int:
    """Destroy again what came back with an older key store. Returns the number of keys."""
    destroyed = sum(destroy_again(deps, form) for form in sorted({key.form for key in deps.keys.of_pupil(pupil)}))
    security_event("keys", target=pupil, what="destroyed", why="back after a restore", keys=destroyed)
    return destroyed


def _operator(by: str) -> Caller:
    """An operator, who has keys and no account. Acts of operators stand in the nation's chain."""
    return Caller(by, "operator")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m services.upload.operator.destroy_photos")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--due", action="store_true", help="campaigns past RETENTION_YEARS")
    what.add_argument("--pupil", default="", help="id of a pupil to be erased")
    what.add_argument("--again", default="", metavar="PUPIL", help="id of a pupil, after a restore of the key store")
    parser.add_argument("--by", default="", help="opaque name of the operator, for the certificate")
    asked = parser.parse_args(arguments)
    if (asked.pupil or asked.by) and not OPERATOR.match(asked.by):
        parser.error("--by is an opaque name: small letters, digits, . _ : and -")
    service = bootstrap("upload", load(Settings), logs=sys.stderr)
    deps, years = dependencies_of(service), service.settings.retention_years
    if asked.again:
        sys.stdout.write(f"{erase_again(deps, asked.again)} keys were back and are destroyed again.\n")
    elif asked.pupil:
        sys.stdout.write(f"{erase(deps, asked.pupil, asked.by)} forms destroyed; each has a certificate.\n")
    elif asked.by:
        sys.stdout.write(f"{destroy_due(deps, years, asked.by)} forms destroyed; each has a certificate.\n")
    else:
        for campaign in due_campaigns(deps, years):
            sys.stdout.write(f"{campaign}: {sum(1 for _ in forms_of(deps, campaign))} forms are due.\n")
        sys.stdout.write("Nothing was destroyed: name an operator with --by to do it.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
