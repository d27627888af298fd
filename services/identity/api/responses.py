"""Schemas of identity's responses."""

from __future__ import annotations

from marshmallow import fields, validate

from services.identity.api.grant_responses import Grant
from services.identity.api.requests import ACCOUNT, PATH, REFRESH
from services.identity.domain.binding import BOUND, NONE, WAITING
from services.identity.domain.issuing_rules import UNIT_KIND
from services.identity.domain.validity import STATES
from services.identity.use_cases.guardians.consent import DECLINED
from services.identity.use_cases.staff.account_history import TOLD
from shared.language.contracts.contract import DAY, PUPIL
from shared.language.contracts.identity import UNBINDING
from shared.language.roles import ROLES
from shared.service.operations import ResponseSchema, listing

BINDING_STATE = validate.OneOf((BOUND, WAITING, NONE))


class PublicKey(ResponseSchema):
    """A public key (RFC 7517)."""

    kty = fields.String()
    crv = fields.String()
    alg = fields.String()
    use = fields.String()
    kid = fields.String()
    x = fields.String()


class PublicKeys(ResponseSchema):
    """The keys that check access tokens."""

    keys = fields.List(fields.Nested(PublicKey))


class OwnAccount(ResponseSchema):
    """An account as its owner sees it. paths: of staff. pupils: to whom a guardian is bound. grants: not over yet.

    held_children: number of children whom the owner gets back with their birth dates after a reset.
    has_second_factor: a device is set up. must_set_up_second_factor: nothing else works before.
    """

    id = fields.String(validate=ACCOUNT)
    role = fields.String(validate=validate.OneOf(ROLES))
    paths = fields.List(fields.String(validate=PATH))
    pupils = fields.List(fields.String(validate=PUPIL))
    display_name = fields.String()
    must_change_password = fields.Boolean()
    has_second_factor = fields.Boolean()
    must_set_up_second_factor = fields.Boolean()
    held_children = fields.Integer()
    grants = fields.List(fields.Nested(Grant))


class OwnDetails(ResponseSchema):
    """Details that a guardian may change of the own account. login: often the telephone number."""

    login = fields.String()
    display_name = fields.String()


class Tokens(ResponseSchema):
    """expires_in: seconds for which the access token is valid."""

    access_token = fields.String()
    refresh_token = fields.String(validate=REFRESH)
    expires_in = fields.Integer()


class Confirmed(ResponseSchema):
    """A fresh access token of the same session; expires_in: seconds for which it is valid."""

    access_token = fields.String()
    expires_in = fields.Integer()


class SignedIn(Tokens):
    """Tokens, and the account they belong to."""

    account = fields.Nested(OwnAccount)


class RegistrySignInBegun(ResponseSchema):
    """address: of the registry, for the browser. secret: for a cookie of this browser; the answer is worth nothing
    without it."""

    address = fields.String()
    secret = fields.String()


class RegistryArrived(SignedIn):
    """first: whether the person has arrived from the registry for the first time."""

    first = fields.Boolean()


class Superseded(ResponseSchema):
    """An account whose tokens of epochs before this one must be refreshed."""

    account = fields.String()
    epoch = fields.Integer(validate=validate.Range(1))


class EndedSessions(ResponseSchema):
    """Sessions that have ended, accounts whose scope has changed; cursor: for the next question."""

    sessions = fields.List(fields.String())
    accounts = fields.List(fields.Nested(Superseded))
    cursor = fields.Integer()


class SignedInHere(SignedIn):
    """device_token: a token for the next sign-in on this device, which other people's wrong passwords do not lock."""

    device_token = fields.String()


class ActivationSlip(ResponseSchema):
    """An account that nobody has used yet, with the activation code for its owner.

    ends_at: when the code ends. waiting: the account needs a yes before it works.
    """

    id = fields.String(validate=ACCOUNT)
    login = fields.String()
    activation_code = fields.String()
    ends_at = fields.String()
    waiting = fields.Boolean()


class PrintedSheets(ResponseSchema):
    """A print of activation sheets. codes: accounts with a new code. without: accounts listed without one."""

    id = fields.String(validate=ACCOUNT)
    codes = fields.Integer()
    without = fields.Integer()


class ProvinceProgress(ResponseSchema):
    """A province. units: it and the divisions below. accounts: those with an account. activated: of the accounts."""

    code = fields.String()
    name = fields.String()
    path = fields.String(validate=PATH)
    units = fields.Integer()
    accounts = fields.Integer()
    activated = fields.Integer()


class KickedOff(ResponseSchema):
    """opened: accounts by this request. had_one: units that had one. refused: units whose login somebody else has.

    left: units whose turn has not come; the same request again opens theirs.
    """

    units = fields.Integer()
    opened = fields.Integer()
    had_one = fields.Integer()
    left = fields.Integer()
    refused = fields.List(fields.String())


class ResetSlip(ResponseSchema):
    """An account with the reset code for its owner. ends_at: when the code ends. waiting: as for a new account."""

    id = fields.String(validate=ACCOUNT)
    login = fields.String()
    reset_code = fields.String()
    ends_at = fields.String()
    waiting = fields.Boolean()


class CodeUsed(ResponseSchema):
    """The account whose owner has chosen a password."""

    id = fields.String(validate=ACCOUNT)


class Regained(ResponseSchema):
    """Children whom the guardian has got back."""

    pupils = fields.List(fields.String(validate=PUPIL))


class GrantedPaths(ResponseSchema):
    """All paths of a teacher's account after a grant or its end."""

    id = fields.String(validate=ACCOUNT)
    paths = fields.List(fields.String(validate=PATH))


class StaffAccount(ResponseSchema):
    """An account of staff in a list. state: "not-activated" until the owner has used the activation code.

    reset_at, reset_used_at: of the last reset; used: when the owner used the code. used_on: day of the last sign-in
    or use. null: never.
    """

    id = fields.String(validate=ACCOUNT)
    role = fields.String(validate=validate.OneOf(("ministry", *sorted(UNIT_KIND))))
    paths = fields.List(fields.String(validate=PATH))
    login = fields.String()
    display_name = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    reset_at = fields.String(allow_none=True)
    reset_used_at = fields.String(allow_none=True)
    used_on = fields.String(allow_none=True, validate=DAY)
    grants = fields.List(fields.Nested(Grant))


class HistoryEntry(ResponseSchema):
    """Something that was done to an account. by_role, by_name: "" for the owner. path: of a class or permission."""

    at = fields.String()
    event = fields.String(validate=validate.OneOf(sorted(TOLD.values())))
    by_role = fields.String()
    by_name = fields.String()
    path = fields.String()
    permission = fields.String()


class Child(ResponseSchema):
    """A child as the holder of its registration code sees it."""

    masked_name = fields.String()
    school_name = fields.String()
    class_name = fields.String()


class FoundChild(ResponseSchema):
    """The child that code and birth date identify."""

    child = fields.Nested(Child)


class ChildState(FoundChild):
    """The state of an account's binding to a child."""

    pupil = fields.String(validate=PUPIL)
    state = fields.String(validate=BINDING_STATE)


class Registered(ChildState, Tokens):
    """A new guardian account, signed in. device_token: as for SignedInHere."""

    account = fields.String(validate=ACCOUNT)
    device_token = fields.String()


class Guardian(ResponseSchema):
    """A guardian of a pupil. known: whether the roster lists this name.

    teacher_decides: a waiting one whom only the class teacher or the school may accept.

    login and known are for the class teacher; the first guardian of the child gets neither.
    """

    pupil = fields.String(validate=PUPIL)
    account = fields.String(validate=ACCOUNT)
    login = fields.String(metadata={"optional": True})
    display_name = fields.String()
    relation = fields.String()
    known = fields.Boolean(metadata={"optional": True})
    state = fields.String(validate=BINDING_STATE)
    teacher_decides = fields.Boolean()


class Decided(ResponseSchema):
    """The state of the account's binding after the decision.

    registration_code: the pupil's new one where staff ended a binding, else "".
    """

    pupil = fields.String(validate=PUPIL)
    account = fields.String(validate=ACCOUNT)
    state = fields.String(validate=BINDING_STATE)
    registration_code = fields.String()


class OwnChild(ResponseSchema):
    """A child of the caller. consent: version of the text; consented_at: ms since 1970.

    teacher_decides: it waits for the class teacher or the school, because the roster does not list the caller.
    reason, ended_at: in state "none", why and when somebody else ended the binding or the request; else "" and 0.
    corrected_at: when somebody else lost the child for having used its code; 0 if nobody has.
    """

    pupil = fields.String(validate=PUPIL)
    state = fields.String(validate=BINDING_STATE)
    teacher_decides = fields.Boolean()
    consent = fields.String()
    consented_at = fields.Integer()
    reason = fields.String(validate=validate.OneOf(("", DECLINED, *UNBINDING)))
    ended_at = fields.Integer()
    corrected_at = fields.Integer()


class Withdrawn(ResponseSchema):
    """photos: how many were withdrawn."""

    photos = fields.Integer(validate=validate.Range(0))


class NamedAccount(ResponseSchema):
    """Somebody of staff, by the number that audit trails have. display_name: the real name."""

    id = fields.String(validate=ACCOUNT)
    display_name = fields.String()


History = listing("History", HistoryEntry)
StaffAccounts = listing("StaffAccounts", StaffAccount)
NamedAccounts = listing("NamedAccounts", NamedAccount)
AccountsPage = listing("AccountsPage", StaffAccount, after=fields.String())
KickOffProgress = listing("KickOffProgress", ProvinceProgress)
Guardians = listing("Guardians", Guardian)
OwnChildren = listing("OwnChildren", OwnChild)
