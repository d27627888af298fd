"""What identity answers."""

from __future__ import annotations

from marshmallow import fields, validate

from services.identity.api.requests import ACCOUNT, REFRESH
from services.identity.domain.binding import BOUND, NONE, WAITING
from services.identity.domain.issuing_rules import PLACE_OF
from shared.language.contracts.contract import PUPIL
from shared.service.auth import ROLES
from shared.service.operations import ResponseSchema, listing

PATH = validate.Regexp(r"^/([0-9A-Za-z]+/)+\Z")
BINDING = validate.OneOf((BOUND, WAITING, NONE))


class Key(ResponseSchema):
    """A public key (RFC 7517)."""

    kty = fields.String()
    crv = fields.String()
    alg = fields.String()
    use = fields.String()
    kid = fields.String()
    x = fields.String()


class Keys(ResponseSchema):
    """The keys by which access tokens are checked."""

    keys = fields.List(fields.Nested(Key))


class Account(ResponseSchema):
    """An account as its owner sees it. paths: the places of staff; pupils: the children to whom a guardian is bound."""

    id = fields.String(validate=ACCOUNT)
    role = fields.String(validate=validate.OneOf(ROLES))
    paths = fields.List(fields.String(validate=PATH))
    pupils = fields.List(fields.String(validate=PUPIL))
    display_name = fields.String()
    must_change_password = fields.Boolean()


class Tokens(ResponseSchema):
    """expires_in: seconds for which the access token is good."""

    access_token = fields.String()
    refresh_token = fields.String(validate=REFRESH)
    expires_in = fields.Integer()


class SignedIn(Tokens):
    """Tokens, and whose they are."""

    account = fields.Nested(Account)


class HandedOut(ResponseSchema):
    """An account with the password that is handed out."""

    id = fields.String(validate=ACCOUNT)
    login = fields.String()
    initial_password = fields.String()


class Granted(ResponseSchema):
    """A teacher's places afterwards."""

    id = fields.String(validate=ACCOUNT)
    paths = fields.List(fields.String(validate=PATH))


class Colleague(ResponseSchema):
    """An account of staff in a list. state: "initial" while the password is the one that was handed out."""

    id = fields.String(validate=ACCOUNT)
    role = fields.String(validate=validate.OneOf(("ministry", *sorted(PLACE_OF))))
    paths = fields.List(fields.String(validate=PATH))
    login = fields.String()
    display_name = fields.String()
    state = fields.String(validate=validate.OneOf(("initial", "active")))


class Child(ResponseSchema):
    """What somebody with a code is shown of a child."""

    masked_name = fields.String()
    school_name = fields.String()
    class_name = fields.String()


class Checked(ResponseSchema):
    """The child to whom a code leads."""

    child = fields.Nested(Child)


class Bound(Checked):
    """How an account stands to a child."""

    pupil = fields.String(validate=PUPIL)
    state = fields.String(validate=BINDING)


class Registered(Bound, Tokens):
    """A guardian's new account, signed in."""

    account = fields.String(validate=ACCOUNT)


class Guardian(ResponseSchema):
    """A guardian, as the class teacher sees it. known: whether the roster lists this name. The first guardian of the child is told neither that nor the
    login."""

    pupil = fields.String(validate=PUPIL)
    account = fields.String(validate=ACCOUNT)
    login = fields.String(metadata={"optional": True})
    display_name = fields.String()
    relation = fields.String()
    known = fields.Boolean(metadata={"optional": True})
    state = fields.String(validate=BINDING)


class Decided(ResponseSchema):
    """How the account stands to the pupil afterwards."""

    pupil = fields.String(validate=PUPIL)
    account = fields.String(validate=ACCOUNT)
    state = fields.String(validate=BINDING)


Colleagues = listing("Colleagues", Colleague)
Guardians = listing("Guardians", Guardian)
