"""Every visible text exists in both languages, and each one is used."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from services.identity.account_table.reader import DETAILS
from services.identity.domain.account_file import STATES as FILE_STATES
from services.identity.domain.application import STATES as APPLICATION_STATES
from services.identity.domain.download_code import ORIGINS
from services.identity.domain.download_code import STATES as DOWNLOAD_STATES
from services.identity.domain.misuse import OUTCOMES as OUTCOMES_OF
from services.identity.domain.misuse import STATES as MISUSE_STATES
from services.identity.domain.validity import STATES
from services.identity.use_cases.guardians.consent import DECLINED
from services.identity.use_cases.staff.account_history import TOLD
from services.portal import texts
from services.portal.pages.accounts import account_files
from services.portal.pages.families import family
from services.portal.pages.offices import code_alone, figures
from services.portal.pages.operations import judging
from services.portal.pages.oversight import audit_trail, support
from services.portal.pages.schools import correction_fields, pupil_changes, school_class, waiting_corrections
from services.portal.rendering import MENU
from services.roster.domain.correction import MOVED, OVERTAKEN
from services.roster.domain.correction import STATUSES as CORRECTION_STATUSES
from services.roster.domain.import_run import LEFT_OUT, OUTCOMES
from services.roster.domain.import_run import STATUSES as RUN_STATUSES
from services.roster.domain.parts import KINDS
from shared.infrastructure.errors import STATUS
from shared.language.campaign_state import CAMPAIGN_STATES
from shared.language.class_names import STAGES
from shared.language.contracts import PUBLISHERS
from shared.language.contracts.roster import ENROLMENTS
from shared.language.contracts.roster import STATES as ENROLMENT_STATES
from shared.language.contracts.upload import RETURNED
from shared.language.measure_names import REPORT_NAMES
from shared.language.permissions import CATALOGUE
from shared.language.roles import ROLES
from shared.language.services import BACKENDS
from shared.service.access_records import USUAL

PORTAL = Path(texts.__file__).parents[1]
SOURCES = {
    path: path.read_text()
    for folder, ending in (("templates", "*.html"), ("pages", "**/*.py"), (".", "*.py"))
    for path in (PORTAL / folder).glob(ending)
}
LITERAL = re.compile(r"""\bt\(["']([a-z0-9_.-]+)["']\s*[,)]""")
QUOTED = re.compile(r'(?=("[^"\n]*"))')
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HOLE = re.compile(r"\{(\w+)\}")
# Keys that are put together when a page is made: what they begin with, and all that may follow.
APPLICATION_STEPS = ("started", "approved", "climbed", "granted", "given-back", "completed", "refused")
COMPOSED = {
    "role": ROLES,
    "permission": CATALOGUE,
    "menu": MENU,
    "relation": family.RELATIONS,
    "confirmation.title": ("password", "second-factor"),
    "confirmation.why": ("password", "second-factor"),
    "ended": (DECLINED, *school_class.UNBINDING_REASONS),
    "stage": STAGES,
    "return": RETURNED,
    "paper": school_class.PAPER_REASONS,
    "seen": USUAL,
    "trail": (*audit_trail.COUNTS, *(f"{name}.{value}" for name in audit_trail.CHOICES for value in (0, 1))),
    "form": ("missing", "waiting", "archived", "accepted", "returned", "paper"),
    "class": [section for section, _ in school_class.SECTIONS],
    "measure": figures.COLUMNS,
    "reports": REPORT_NAMES,
    "figures.sort": figures.SORTS,
    "figures.empty": ("planned", "before", "absent", "opening", "nobody"),
    "figures.next": (*figures.NEXT_PAGES, *(f"{role}.go" for role in figures.NEXT_PAGES), "leader", "teacher"),
    "campaign.state": CAMPAIGN_STATES,
    "figures.group": [group for group, _ in figures.GROUPS],
    "prints.code": ORIGINS,
    "problem": STATUS,
    "publisher": PUBLISHERS,
    "state": STATES,
    "support.code": (*support.CODES, *(f"{code}.who" for code in support.CODES)),
    "history": TOLD.values(),
    "slip.step": ("activation.1", "activation.2", "reset.1", "reset.2"),
    "accounts": ("yes", "no"),
    "import": ("rows", *OUTCOMES, "missing"),
    "parts.kind": (*KINDS, LEFT_OUT),
    "runs": RUN_STATUSES,
    "undo": ("added", "changed", "proposals", "arrivals"),
    "import.change": ("moving", "missing", "rejoining"),
    "import.lately": ("moved", "rejoined"),
    "import.differs": ("name", "birth_date", "sex", "class", "numbers"),
    "arrivals": ("waiting", "accepted", "objected"),
    "corrections": [
        *(f"status.{each}" for each in CORRECTION_STATUSES),
        *(f"why.{each}" for each in (MOVED, OVERTAKEN)),
        *(f"refused-by.{each}" for each in waiting_corrections.STEPS),
        *(step + ending for step, _ in waiting_corrections.STEPS.values() for ending in ("", ".hint")),
        *correction_fields.GROUPS,
    ],
    "field": [
        *correction_fields.NAMES,
        *(f"{name}.{value}" for name in ("sex", "id_type") for value in correction_fields.OPTIONS[name]),
        *(f"yes.{value}" for value in correction_fields.YES_OR_NO),
    ],
    "unbind": school_class.UNBINDING_REASONS,
    "misuse": [f"state.{each}" for each in MISUSE_STATES if each != "none"]
    + [f"outcome.{each}" for each in OUTCOMES_OF],
    "accounts.export": ("unit", "unit-name", "role", "name", "login", "state", "used"),
    "account-files": [
        *(f"state.{each}" for each in FILE_STATES),
        *(f"reason.{each}" for each in (*DETAILS, *account_files.REASONS)),
        *(f"error.{each}" for each in account_files.ERRORS),
        *(f"column.{each}" for each in account_files.COLUMNS),
    ],
    "applications": [
        *(f"state.{each}" for each in APPLICATION_STATES if each != "none"),
        *(f"step.{each}" for each in APPLICATION_STEPS),
    ],
    "enrolment": ENROLMENT_STATES,
    "pupil.kind": ("resumed", *pupil_changes.GOING, "business-opened", "business-closed"),
    "pupil.did": [
        *ENROLMENT_STATES,
        *({each.type.partition(".")[2] for each in ENROLMENTS.events} - {"state-changed"}),
    ],
    "download.state": DOWNLOAD_STATES,
    "pupil": ("bound", "waiting"),
    "code-alone": [word + ending for word in code_alone.DECISIONS for ending in ("", ".hint")],
    "wrong": ("field",),
    "operations": [
        *judging.JUDGEMENTS,
        *(f"all.{judgement}" for judgement in judging.JUDGEMENTS),
        *("seconds", "minutes", "hours"),
        *(f"of.{service}" for service in BACKENDS),
        *(f"{name}.act" for name in (*BACKENDS, "worker", "silent", "silent.some")),
        *(f"{role}.{part}" for role in judging.WORKERS for part in ("who", "harm")),
        *(subject for subject in judging.RUNBOOK if subject != "silent"),
        *(f"{subject}.late" for subject in judging.RUNBOOK if subject not in ("service", "worker", "silent")),
        *(f"{subject}.unknown" for subject in judging.RUNBOOK if subject != "silent"),
        *("figures.lag", "lists.lag"),
    ],
}


@cache
def used() -> set[str]:
    literal = {key for source in SOURCES.values() for key in LITERAL.findall(source)}
    return literal | {f"{prefix}.{end}" for prefix, ends in COMPOSED.items() for end in ends}


def test_no_text_that_a_page_uses_is_missing():
    assert len(used()) > 200
    assert sorted(key for key in used() if not texts.has(key)) == []


def test_every_text_is_used():
    composed = tuple(f"{prefix}." for prefix in (*COMPOSED, "done", "photo", "waits", "measure"))
    mentioned = {quoted for source in SOURCES.values() for quoted in QUOTED.findall(source)}
    assert (
        sorted(
            key
            for key in texts.ALL
            if key not in used() and f'"{key}"' not in mentioned and not key.startswith(composed)
        )
        == []
    )


@pytest.mark.parametrize("key", sorted(texts.ALL))
def test_both_languages_have_the_text_with_the_same_values(key: str):
    chinese, english = texts.ALL[key]
    assert chinese.strip() and english.strip()
    assert not CHINESE.search(english)
    assert CHINESE.search(chinese) or key in {"reports.proof"}
    assert sorted(set(HOLE.findall(chinese))) == sorted(set(HOLE.findall(english)))


def test_no_key_is_in_two_files():
    assert sum(len(module) for module in texts.MODULES) == len(texts.ALL)


def test_templates_hold_no_text_of_their_own():
    """Chinese in a template would appear on English pages. The name of the other language is the one exception."""
    found = {
        path.name: CHINESE.findall(re.sub(r"\{#.*?#\}", "", source))
        for path, source in SOURCES.items()
        if path.suffix == ".html"
    }
    assert {name: "".join(signs) for name, signs in found.items() if signs} == {"base.html": "中文"}
