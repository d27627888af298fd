"""Shapes of responses."""

from __future__ import annotations

from marshmallow import fields, validate

from services.roster.api.requests import STAGE
from shared.language.code_alone import DECISIONS
from shared.language.contracts.contract import CAMPAIGN, CLASS, DAY, PUPIL, UNIT
from shared.language.contracts.roster import LEVELS, STATES
from shared.service.operations import ResponseSchema, listing

COUNT = validate.Range(0)
ARRIVAL_STATES = ("waiting", "accepted", "objected")
PATH = validate.Regexp(r"^/([0-9A-Za-z]+/)+\Z")


class Unit(ResponseSchema):
    """A unit of the tree. parent: "" for the nation. kind: the first two digits of a school's code, else ""."""

    code = fields.String(validate=UNIT)
    name = fields.String()
    level = fields.String(validate=validate.OneOf(LEVELS))
    parent = fields.String()
    path = fields.String()
    kind = fields.String()
    open = fields.Boolean()


class Region(ResponseSchema):
    """A province or a city, as anybody may know it."""

    code = fields.String(validate=UNIT)
    name = fields.String()
    level = fields.String(validate=validate.OneOf(LEVELS))


class RegionCodeAlone(ResponseSchema):
    """A region and the way by the upload code alone. code_alone: its own decision. applies: what holds there."""

    code = fields.String(validate=UNIT)
    name = fields.String()
    level = fields.String(validate=validate.OneOf(LEVELS))
    code_alone = fields.String(validate=validate.OneOf(DECISIONS))
    applies = fields.Boolean()


class CodeAlone(RegionCodeAlone):
    """The same with the decision that holds: the unit it was made in, when, and by which account.

    All of the three are "" where nobody has decided; the account, too, where it lies outside the caller's scope.
    below: the regions directly below.
    """

    decided_in = fields.String()
    decided_in_name = fields.String()
    decided_at = fields.String()
    decided_by = fields.String()
    below = fields.List(fields.Nested(RegionCodeAlone))


class Class(ResponseSchema):
    """A class of a school. grade: this school year's, in Chinese."""

    id = fields.String(validate=CLASS)
    name = fields.String()
    grade = fields.String()
    stage = fields.String(validate=STAGE)
    entry_year = fields.Integer()
    number = fields.Integer()
    open = fields.Boolean()


class _Arrival(ResponseSchema):
    arrival = fields.String()
    school = fields.String(validate=UNIT)
    school_name = fields.String()
    class_name = fields.String()
    name = fields.String()
    number_masked = fields.String()
    asked = fields.String(validate=DAY)
    status = fields.String(validate=validate.OneOf(ARRIVAL_STATES))


class AskedArrival(_Arrival):
    """A pupil whom a school has asked for, masked. answered: the day, "" while it waits. reason: of an objection."""

    answered = fields.String()
    reason = fields.String()


class WaitingArrival(_Arrival):
    """A request that waits for an answer, masked. school, class_name: those that ask.

    kind     new: nobody has the number. transfer: `pupil` has it, at `from_school_name`
    left     the pupil has left that school
    agrees   whether name and birth date are the same
    """

    kind = fields.String(validate=validate.OneOf(("new", "transfer")))
    pupil = fields.String()
    from_school_name = fields.String()
    left = fields.Boolean()
    agrees = fields.Boolean()


class AnsweredArrival(ResponseSchema):
    """status: "waiting" where somebody else has become the one to answer. pupil: who has arrived, else ""."""

    arrival = fields.String()
    status = fields.String(validate=validate.OneOf(ARRIVAL_STATES))
    pupil = fields.String()


class KeyChange(ResponseSchema):
    """A key field, in full for the leader only. title: in Chinese."""

    field = fields.String()
    title = fields.String()
    before = fields.String()
    after = fields.String()


class Proposal(ResponseSchema):
    """Changes of a pupil's key fields that wait for the leader."""

    pupil = fields.String(validate=PUPIL)
    name = fields.String()
    class_name = fields.String()
    changes = fields.List(fields.Nested(KeyChange))


class DecidedProposal(ResponseSchema):
    """The decision on a proposal."""

    pupil = fields.String(validate=PUPIL)
    status = fields.String(validate=validate.OneOf(("accepted", "rejected")))


class Enrolled(ResponseSchema):
    """The enrolment of a pupil. business: a registry business is open."""

    pupil = fields.String(validate=PUPIL)
    school = fields.String(validate=UNIT)
    class_ = fields.String(data_key="class", validate=CLASS)
    state = fields.String(validate=validate.OneOf(STATES))
    business = fields.Boolean()


class Entry(ResponseSchema):
    """A pupil in a campaign."""

    campaign = fields.String(validate=CAMPAIGN)
    expected = fields.Boolean()
    printed = fields.Boolean()


class Pupil(Enrolled):
    """A pupil with masked numbers; the name is masked except for the class teacher."""

    name = fields.String()
    number_masked = fields.String()
    id_number_masked = fields.String()
    phone_masked = fields.String()
    sex = fields.String()
    school_name = fields.String()
    class_name = fields.String()
    campaigns = fields.List(fields.Nested(Entry))


class EnrolmentChange(ResponseSchema):
    """A change of a pupil's enrolment, with what was so after it. kind: the event, such as "class-moved"."""

    day = fields.String(validate=DAY)
    kind = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    business = fields.Boolean()
    school_name = fields.String()
    class_name = fields.String()


class PupilLine(ResponseSchema):
    """A pupil in the list of a class. serial: of the valid sheet, "" without one."""

    pupil = fields.String(validate=PUPIL)
    name = fields.String()
    number_masked = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    business = fields.Boolean()
    expected = fields.Boolean()
    serial = fields.String()


class RegistryField(ResponseSchema):
    """A field of the confirmation form. title: as printed on it."""

    name = fields.String()
    title = fields.String()
    value = fields.String()


class RegistryGuardian(ResponseSchema):
    """A guardian whom the registry lists."""

    name = fields.String()
    relation = fields.String()
    phone_masked = fields.String()


class ListedGuardian(ResponseSchema):
    """A guardian as the roster lists one: both as the registry writes them."""

    name = fields.String()
    relation = fields.String()


class Registry(ResponseSchema):
    """The registry's data of a child, for its guardian. full: numbers are unmasked. read_at: ms since 1970."""

    pupil = fields.String(validate=PUPIL)
    full = fields.Boolean()
    read_at = fields.Integer()
    school_name = fields.String()
    class_name = fields.String()
    fields_ = fields.List(fields.Nested(RegistryField), data_key="fields")
    guardians = fields.List(fields.Nested(RegistryGuardian))


class NewCode(ResponseSchema):
    """A new registration code; the previous one is void."""

    registration_code = fields.String()


class CodeOwner(ResponseSchema):
    """The pupil of a registration code."""

    pupil = fields.String(validate=PUPIL)
    masked_name = fields.String()
    school_name = fields.String()
    class_name = fields.String()


class UploadCodeOwner(ResponseSchema):
    """The pupil of an upload code, masked, as on its paper.

    school_name, class_name  "" once the pupil has left the class on the first paper with this code
    """

    masked_name = fields.String()
    school_name = fields.String()
    class_name = fields.String()
    campaign = fields.String(validate=CAMPAIGN)
    campaign_name = fields.String()


class Spent(ResponseSchema):
    """A guardian has registered with the pupil's code."""

    pupil = fields.String(validate=PUPIL)
    spent = fields.Boolean()


class GuardianKnown(ResponseSchema):
    """The roster's statement on a guardian. known: it lists this name and relation."""

    known = fields.Boolean()


class BirthDateEqual(ResponseSchema):
    """equal: the pupil was born on this day."""

    equal = fields.Boolean()


class PupilClass(ResponseSchema):
    """The present class of a pupil. path: of the class."""

    school = fields.String(validate=UNIT)
    class_ = fields.String(data_key="class", validate=CLASS)
    path = fields.String(validate=PATH)


class ClassPupils(ResponseSchema):
    """The pupils registered in a class, in every state. path: of the class."""

    path = fields.String(validate=PATH)
    pupils = fields.List(fields.String(validate=PUPIL))


History = listing("History", EnrolmentChange)
Units = listing("Units", Unit)
Regions = listing("Regions", Region)
ListedGuardians = listing("ListedGuardians", ListedGuardian)
Classes = listing("Classes", Class)
AskedArrivals = listing("AskedArrivals", AskedArrival)
WaitingArrivals = listing("WaitingArrivals", WaitingArrival, more=fields.Boolean())
Proposals = listing("Proposals", Proposal)
# campaign: "" while none is open
Pupils = listing("Pupils", PupilLine, campaign=fields.String(), class_=fields.String(data_key="class", validate=CLASS))
