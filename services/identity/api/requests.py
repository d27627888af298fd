"""Schemas of identity's requests."""

from __future__ import annotations

import re
from datetime import date

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.identity.domain import account_fields
from services.identity.domain.issuing_rules import UNIT_KIND
from services.identity.domain.validity import STATES
from services.identity.sheets.sheet import LAYOUTS
from shared.language.contracts.contract import PUPIL, UNIT, displayable
from shared.language.contracts.identity import UNBINDING
from shared.language.permissions import CATALOGUE
from shared.service.operations import REAL_DAY_OR_NONE

LOGIN = validate.Regexp(account_fields.LOGIN, error=account_fields.LOGIN_RULE)
NAME = (
    validate.Length(1, account_fields.MOST_NAME),
    validate.Regexp(account_fields.NAME, error=account_fields.NAME_RULE),
    displayable,
)
SECRET = validate.Length(1, 1000)
CODE = validate.Length(1, 100)
ACCOUNT = validate.Regexp(r"[0-9a-f-]{36}\Z")
REFRESH = validate.Regexp(r"[0-9a-f]{32}\.[0-9a-f]{32}\Z")
PATH = validate.Regexp(r"^/([0-9A-Za-z]+/)+\Z")


def birth_date(text: str) -> None:
    try:
        usual = date.fromisoformat(text).isoformat()
    except ValueError:
        usual = ""
    if usual != text:
        raise ValidationError("A date as YYYY-MM-DD.")


def own_name() -> fields.String:
    """The owner's real name. "": the account was issued to a name."""
    rules = (validate.Length(0, account_fields.MOST_NAME), _name_or_none, displayable)
    return fields.String(load_default="", validate=rules)


def _name_or_none(text: str) -> None:
    if text and not re.match(account_fields.NAME, text):
        raise ValidationError(account_fields.NAME_RULE)


class SignIn(Schema):
    """device_token: the token of the last sign-in on this device, if any."""

    login = fields.String(required=True, validate=validate.Length(1, 200))
    password = fields.String(required=True, validate=SECRET)
    device_token = fields.String(load_default="", validate=validate.Length(0, 200))


class RegistryArrival(Schema):
    """The registry's answer, as it came to the browser. answered_by: its parameter `iss`. secret: of the browser."""

    state = fields.String(required=True, validate=validate.Length(1, 200))
    code = fields.String(required=True, validate=validate.Length(1, 2000))
    answered_by = fields.String(load_default="", validate=validate.Length(0, 500))
    secret = fields.String(required=True, validate=validate.Length(0, 100))


class Refresh(Schema):
    refresh_token = fields.String(required=True, validate=REFRESH)


class Confirm(Schema):
    """code: of an account with a second factor. password: of any other."""

    password = fields.String(load_default="", validate=validate.Length(0, 1000))
    code = fields.String(load_default="", validate=validate.Length(0, 100))

    @validates_schema
    def one_of_them(self, data: dict[str, str], **_: object) -> None:
        if not data["password"] and not data["code"]:
            raise ValidationError("The password, or a code of the second factor.", "password")


class ChangePassword(Schema):
    old = fields.String(required=True, validate=SECRET)
    new = fields.String(required=True, validate=SECRET)


class ChangeDetails(Schema):
    login = fields.String(required=True, validate=LOGIN)
    display_name = fields.String(required=True, validate=NAME)


class IssueAccount(Schema):
    role = fields.String(required=True, validate=validate.OneOf(sorted(UNIT_KIND)))
    path = fields.String(required=True, validate=validate.Length(1, 200))
    login = fields.String(required=True, validate=LOGIN)
    display_name = fields.String(required=True, validate=NAME)


class AccountFileForm(Schema):
    """A spreadsheet (.xlsx, .xls) or CSV; headings: role, unit (or path), login, name, in Chinese or English."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class WrongLinesQuery(Schema):
    """after: the number of the last line that is known."""

    after = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))


class HandOver(Schema):
    """login, display_name: of the successor."""

    login = fields.String(required=True, validate=LOGIN)
    display_name = fields.String(required=True, validate=NAME)


class GrantPath(Schema):
    path = fields.String(required=True, validate=validate.Length(1, 200))


class UseActivationCode(Schema):
    login = fields.String(required=True, validate=validate.Length(1, 200))
    activation_code = fields.String(required=True, validate=CODE)
    new = fields.String(required=True, validate=SECRET)
    display_name = own_name()


class RevokePermission(Schema):
    """permission: its name in the catalogue. path: where it was granted."""

    permission = fields.String(required=True, validate=validate.OneOf(sorted(CATALOGUE)))
    path = fields.String(required=True, validate=(validate.Length(1, 200), PATH))


class GrantPermission(RevokePermission):
    """first_day, last_day: days of Beijing, both included. "": from today; until it is revoked."""

    first_day = fields.String(load_default="", validate=REAL_DAY_OR_NONE)
    last_day = fields.String(load_default="", validate=REAL_DAY_OR_NONE)


class UseResetCode(Schema):
    """birth_date: of a child, for guardians; "" for staff."""

    login = fields.String(required=True, validate=validate.Length(1, 200))
    reset_code = fields.String(required=True, validate=CODE)
    birth_date = fields.String(load_default="", validate=lambda text: birth_date(text) if text else None)
    new = fields.String(required=True, validate=SECRET)
    display_name = own_name()


class RegainChildren(Schema):
    birth_date = fields.String(required=True, validate=birth_date)


class PrintSheets(Schema):
    """path: of the unit at and below which accounts are activated. confirm: the yes to voiding codes that are good."""

    path = fields.String(required=True, validate=validate.Length(1, 200))
    confirm = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class KickOff(Schema):
    """unit: a province, another division, or the nation for all."""

    unit = fields.String(required=True, validate=validate.Regexp(r"^[0-9A-Z]{6,9}\Z"))


class SheetsQuery(Schema):
    """layout: a page for each account, or a list to cut."""

    layout = fields.String(load_default="pages", validate=validate.OneOf(LAYOUTS))


class AccountDecision(Schema):
    accept = fields.Boolean(required=True, truthy={True}, falsy={False})


class CodeCheck(Schema):
    registration_code = fields.String(required=True, validate=CODE)
    birth_date = fields.String(required=True, validate=birth_date)


class AddChild(CodeCheck):
    relation = fields.String(required=True, validate=(validate.Length(1, 40), displayable))
    consent = fields.String(
        required=True,
        validate=validate.Regexp(r"[0-9]{4}-[0-9]{2}\Z", error="The version of the consent text, as YYYY-MM."),
    )


class Register(AddChild):
    login = fields.String(required=True, validate=LOGIN)
    password = fields.String(required=True, validate=SECRET)
    display_name = fields.String(required=True, validate=NAME)


class WithdrawByCodes(CodeCheck):
    upload_code = fields.String(required=True, validate=CODE)


class UnderQuery(Schema):
    """under: path of a unit."""

    under = fields.String(required=True, validate=validate.Length(3, 200))


class BindingDecision(Schema):
    """reason: why a binding ends, needed from staff."""

    account = fields.String(required=True, validate=ACCOUNT)
    accept = fields.Boolean(required=True, truthy={True}, falsy={False})
    reason = fields.String(load_default="", validate=validate.OneOf(("", *UNBINDING)))


COUNTY_CODE = validate.Regexp(r"^([0-9]{6})?\Z", error="Six digits.")
NOTE = (validate.Length(0, 500), displayable)


class StartApplication(Schema):
    """parent: code of the province or city below which the county is missing. code: "" if the county knows none."""

    parent = fields.String(required=True, validate=UNIT)
    name = fields.String(required=True, validate=NAME)
    code = fields.String(load_default="", validate=COUNTY_CODE)
    note = fields.String(load_default="", validate=NOTE)


class PublicApplication(Schema):
    """The public form. contact: a telephone number or an address of e-mail."""

    parent = fields.String(required=True, validate=UNIT)
    name = fields.String(required=True, validate=NAME)
    contact_name = fields.String(required=True, validate=NAME)
    contact = fields.String(required=True, validate=NAME)
    note = fields.String(load_default="", validate=NOTE)


class AnswerCode(Schema):
    answer_code = fields.String(required=True, validate=CODE)


class DecideApplication(Schema):
    """reason: needed for a refusal. code, name: of the county, which the ministry gives."""

    accept = fields.Boolean(required=True, truthy={True}, falsy={False})
    reason = fields.String(load_default="", validate=NOTE)
    code = fields.String(load_default="", validate=COUNTY_CODE)
    name = fields.String(load_default="", validate=(validate.Length(0, 100), displayable))


class EndedQuery(Schema):
    """since: the cursor of the last answer; 0 for all."""

    since = fields.Integer(load_default=0, validate=validate.Range(0, 1 << 53))


class AccountsFilter(Schema):
    """under: path of a unit or class, "" for all of the caller's. role, state: "" for any."""

    under = fields.String(load_default="", validate=validate.Length(0, 200))
    role = fields.String(load_default="", validate=validate.OneOf(("", "ministry", *sorted(UNIT_KIND))))
    state = fields.String(load_default="", validate=validate.OneOf(("", *STATES)))


class AccountsQuery(AccountsFilter):
    """after: what the page before gave. limit: accounts on a page."""

    after = fields.String(load_default="", validate=validate.Regexp(r"^((/[0-9A-Za-z]+)+/[0-9a-f-]{36})?\Z"))
    limit = fields.Integer(load_default=1000, validate=validate.Range(1, 1000))


class AccountsSearch(AccountsQuery):
    """text: a login or a name, whole or its beginning; in the body, because addresses are kept in logs."""

    text = fields.String(required=True, validate=(validate.Length(1, 100), displayable))


class AccountExport(AccountsFilter):
    """after: what the page before gave, so that a list of any length goes out in pages."""

    after = fields.String(load_default="", validate=validate.Regexp(r"^((/[0-9A-Za-z]+)+/[0-9a-f-]{36})?\Z"))


class AccountNames(Schema):
    """accounts: their ids, or what stands in their place in an audit trail."""

    accounts = fields.List(
        fields.String(validate=validate.Length(1, 100)), required=True, validate=validate.Length(1, 100)
    )


class BindingsQuery(Schema):
    """under: path of a class; "" for all of a teacher's. pupil: the guardians of this one alone."""

    waiting = fields.Boolean(load_default=False)
    under = fields.String(load_default="", validate=validate.Length(0, 200))
    pupil = fields.String(load_default="", validate=validate.Regexp(r"^([0-9a-f]{3}\.[0-9a-f]{20})?\Z"))


class Addresses(Schema):
    """Parameters in the path."""

    account = fields.String(validate=ACCOUNT)
    pupil = fields.String(validate=PUPIL)
    file = fields.String(validate=ACCOUNT)
    sheets = fields.String(validate=ACCOUNT)
    application = fields.String(validate=ACCOUNT)
