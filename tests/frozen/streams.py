"""Every kind of stream, with the decider of today that folds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from services.identity.domain.account import account_decider
from services.identity.domain.binding import binding_decider
from services.identity.domain.school_accounts import school_accounts_decider
from services.identity.domain.sheet_run import sheet_run_decider
from services.roster.domain.arrival import arrival_decider
from services.roster.domain.campaign import campaign_decider
from services.roster.domain.correction import correction_decider
from services.roster.domain.enrolment import enrolment_decider
from services.roster.domain.entry import entry_decider
from services.roster.domain.print_run import print_run_decider
from services.roster.domain.proposal import proposal_decider
from services.roster.domain.registration_code import registration_code_decider
from services.roster.domain.school_class import class_decider
from services.roster.domain.unit import unit_decider
from services.stats.domain import fold
from services.stats.domain.measures import IGNORED, campaign_ended, control_key, history_key, measure
from services.stats.domain.numbering import numbering_decider
from services.stats.domain.report import report_decider
from services.upload.domain.destruction import destruction_decider
from services.upload.domain.form import form_decider
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Event, category, subject
from shared.language import contracts

# category -> decider of a stream, of (campaign or "", subject)
DECIDERS: Mapping[str, Callable[[str, str], Decider[Any, Any]]] = {
    "account": lambda _, __: account_decider,
    "staff": lambda _, __: school_accounts_decider,
    "sheets": lambda _, __: sheet_run_decider,
    "binding": lambda _, pupil: binding_decider(pupil),
    "unit": lambda _, code: unit_decider(code),
    "class": lambda _, id: class_decider(id),
    "campaign": lambda _, id: campaign_decider(id),
    "enrolment": lambda _, pupil: enrolment_decider(pupil),
    "entry": entry_decider,
    "registration": lambda _, pupil: registration_code_decider(pupil),
    "print": lambda _, id: print_run_decider(id),
    "arrival": lambda _, id: arrival_decider(id),
    "proposal": lambda _, pupil: proposal_decider(pupil),
    "correction": lambda _, pupil: correction_decider(pupil),
    "form": form_decider,
    "destruction": lambda _, __: destruction_decider(),
    "report": lambda _, __: report_decider,
    "numbers": lambda _, __: numbering_decider,
}


def stream_decider(stream: str) -> Decider[Any, Any]:
    """Raises KeyError for a stream of a kind that nobody folds any more."""
    campaign = stream.partition("-")[2].rpartition("-")[0]
    return DECIDERS[category(stream)](campaign, subject(stream))


def states_of(events: Sequence[Event]) -> list[Any]:
    """The public states of one stream after each of its events, as today's decider folds them and JSON carries them."""
    decider, states = stream_decider(events[0].stream), []
    state = decider.initial
    for event in events:
        state = decider.evolve(state, event)
        states.append(orjson.loads(orjson.dumps(dict(decider.public(state)))))
    return states


def figures_of(events: Sequence[Event]) -> list[list[Any]]:
    """Changes of figures by the public events of a store: slot, cell, day, measure, number. Raises if one is parked."""
    public = [event for event in events if contracts.is_public(event.stream) and category(event.stream) not in IGNORED]
    changes = fold.project(
        public, {}, history_key=history_key, measure=measure, ended=campaign_ended, control_key=control_key
    )
    if changes.parked:
        raise ValueError(f"today's figures cannot take {changes.parked[0]}")
    return sorted([slot, str(cell), day, name, n] for (slot, cell, day, name), n in changes.flows.items())
