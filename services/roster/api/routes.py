"""ROUTES, read from the top, is the list of roster's use cases. Each view: check the scope, do it, answer."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, request

from services.roster.api import requests, responses
from services.roster.dependencies import Dependencies
from services.roster.domain.campaign import PlanCampaign
from services.roster.domain.enrolment import Enrolment, Transfer
from services.roster.domain.school_class import OpenClass, SchoolClass, class_decider
from services.roster.domain.unit import SCHOOL, OpenUnit, Unit, unit_decider
from services.roster.personal_data import masked
from services.roster.roster_file.spreadsheet import MAX_BYTES
from services.roster.tables.rows import ClassRow, UnitRow, entry_id
from services.roster.use_cases import campaigns
from services.roster.use_cases import pupil_changes as changes
from services.roster.use_cases.roster_import import import_of, run_import
from shared.eventsourcing.commands import UnitOfWork, execute
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.infrastructure.pii import mask_name
from shared.language.class_names import class_id, class_name, default_name, grade_name, grade_of
from shared.language.path import child
from shared.service.app import SIGNED_IN, Route, body, caller, command_context, query
from shared.service.auth import require_path
from shared.service.operations import Operation

MINISTRY, TEACHER, SCHOOL_ADMIN, LEADER = "ministry", "teacher", "school", "leader"
ADMINS = (MINISTRY, "province", "city", "county")
IN_SCHOOL = (TEACHER, SCHOOL_ADMIN, LEADER)
FORM_OVERHEAD = 64 << 10  # of a multipart body around its file


def routes(deps: Dependencies) -> list[Route]:
    api = Api(deps)
    return [
        Route(
            "GET",
            "/v1/units/<code>",
            SIGNED_IN,
            api.unit,
            Operation("A unit in the caller's scope or above it.", responses.Unit),
        ),
        Route(
            "GET",
            "/v1/units/<code>/children",
            SIGNED_IN,
            api.children,
            Operation("The units directly below.", responses.Units),
        ),
        Route(
            "POST",
            "/v1/units",
            ADMINS,
            api.open_unit,
            Operation(
                "Open a unit or a school.", responses.Unit, 201, body=requests.UnitSchema, key=True, refuses=(404,)
            ),
        ),
        Route(
            "GET",
            "/v1/units/<school>/classes",
            SIGNED_IN,
            api.classes,
            Operation("The classes of a school.", responses.Classes),
        ),
        Route(
            "POST",
            "/v1/units/<school>/classes",
            (*ADMINS, SCHOOL_ADMIN),
            api.open_class,
            Operation("Open a class.", responses.Class, 201, body=requests.ClassSchema, key=True),
        ),
        Route(
            "GET",
            "/v1/campaigns",
            SIGNED_IN,
            api.campaigns,
            Operation("All campaigns, the newest first.", responses.Campaigns),
        ),
        Route(
            "POST",
            "/v1/campaigns",
            (MINISTRY,),
            api.plan_campaign,
            Operation("Plan a campaign.", responses.Campaign, 201, body=requests.CampaignSchema, key=True),
        ),
        Route(
            "POST",
            "/v1/campaigns/<campaign>/open",
            (MINISTRY,),
            api.open_campaign,
            Operation(
                "Open a campaign. Soon every pupil has an entry: then GET says that it is ready.",
                responses.Campaign,
                key=True,
            ),
        ),
        Route(
            "POST",
            "/v1/units/<school>/imports",
            (SCHOOL_ADMIN,),
            api.import_roster,
            Operation(
                "Import a school's roster file.",
                responses.Import,
                201,
                query=requests.ImportQuery,
                form=requests.ImportForm,
                key=True,
            ),
            MAX_BYTES + FORM_OVERHEAD,
        ),
        Route(
            "GET",
            "/v1/imports/<report>",
            (SCHOOL_ADMIN,),
            api.read_import,
            Operation("What an import has done.", responses.Import),
        ),
        Route(
            "GET",
            "/v1/classes/<class_>/pupils",
            IN_SCHOOL,
            api.pupils,
            Operation(
                "The pupils of a class; full names for its teacher only.", responses.Pupils, query=requests.PupilsQuery
            ),
        ),
        Route(
            "GET",
            "/v1/pupils/<pupil>",
            ("guardian", *IN_SCHOOL),
            api.pupil,
            Operation("A pupil, masked.", responses.Pupil),
        ),
        Route(
            "POST",
            "/v1/pupils/<pupil>/changes",
            (*ADMINS, SCHOOL_ADMIN),
            api.change,
            Operation("Move a pupil, or change its state.", responses.Enrolled, body=requests.ChangeSchema, key=True),
        ),
        Route(
            "POST",
            "/v1/pupils/<pupil>/registration-code",
            (TEACHER, SCHOOL_ADMIN),
            api.reissue,
            Operation(
                "A new registration code; the old one is void.", responses.NewCode, 201, key=True, refuses=(410,)
            ),
        ),
        Route(
            "POST",
            "/v1/campaigns/<campaign>/prints",
            (SCHOOL_ADMIN,),
            api.make_print,
            Operation(
                "Print forms; sheets printed before are void.",
                responses.Print,
                201,
                body=requests.PrintSchema,
                key=True,
            ),
        ),
        Route(
            "GET",
            "/v1/prints/<print>/forms.pdf",
            (SCHOOL_ADMIN,),
            api.fetch_print,
            Operation("The pages of a print, as far as they are still valid.", "application/pdf", refuses=(410,)),
        ),
    ]


class Api:
    def __init__(self, deps: Dependencies) -> None:
        self._r = deps

    # ---- the tree
    def unit(self, code: str) -> Any:
        unit, path = self._r.tree.unit(code), self._r.tree.path(code)
        self._require_concern(path)
        return _unit_json(unit, path)

    def children(self, code: str) -> Any:
        path = self._r.tree.path(code)
        self._require_concern(path)
        below = ((unit, child(path, unit.code)) for unit in self._r.tree.children(code))
        return {"items": [_unit_json(unit, at) for unit, at in below if self._r.concerns(caller(), at)]}

    def _require_concern(self, path: str) -> None:
        if not self._r.concerns(caller(), path):
            raise Refused("outside-scope", "This lies outside what your account may see.")

    def open_unit(self) -> Any:
        asked = body()
        parent = self._r.unit_in_scope(caller(), asked["parent"])
        code, is_school = asked["code"], asked["level"] == SCHOOL
        if is_school != (len(code) == 10) or asked["kind"] not in ("", code[:2]) or not parent.open:
            raise Refused(
                "bad-fields",
                "A school's code has ten digits and begins with its kind, every other unit's has six; its parent is open.",
                where="code",
            )
        command = OpenUnit(
            asked["name"].strip(),
            asked["level"],
            parent.code,
            parent.level,
            code[:2] if is_school else "",
            self._r.today(),
        )

        def plan(work: UnitOfWork) -> dict[str, Any]:
            row = self._r.tables.units.get(code) or UnitRow(0, Unit(code))
            version, state = work.decide(unit_decider(code), f"unit-{code}", row.version, row.state, command)
            work.put(self._r.tables.units, UnitRow(version, state))
            return _unit_json(state, child(self._r.tree.path(parent.code), code))

        return execute(self._r.store, command_context(asked), plan), 201

    def classes(self, school: str) -> Any:
        path = self._r.tree.path(school)
        self._require_concern(path)
        mine = (of for of in self._r.tree.classes(school) if self._r.concerns(caller(), child(path, of.id)))
        return {"items": [self._class_json(of) for of in mine]}

    def open_class(self, school: str) -> Any:
        asked = body()
        self._r.school_in_scope(caller(), school)
        stage, year, number = asked["stage"], asked["entry_year"], asked["number"]
        id = class_id(school, stage, year, number)
        command = OpenClass(school, stage, year, number, asked["name"].strip() or default_name(stage, year, number))

        def plan(work: UnitOfWork) -> dict[str, Any]:
            row = self._r.tables.classes.get(id) or ClassRow(0, SchoolClass(id))
            version, state = work.decide(class_decider(id), f"class-{id}", row.version, row.state, command)
            work.put(self._r.tables.classes, ClassRow(version, state))
            return self._class_json(state)

        return execute(self._r.store, command_context(asked), plan), 201

    def _class_json(self, of: SchoolClass) -> dict[str, Any]:
        return {
            "id": of.id,
            "name": class_name(of.id, self._r.today()),
            "grade": grade_name(of.stage, grade_of(of.entry_year, self._r.today())),
            "stage": of.stage,
            "entry_year": of.entry_year,
            "number": of.number,
            "open": of.open,
        }

    # ---- campaigns
    def campaigns(self) -> Any:
        rows = self._r.tables.campaigns.find("open", ["True", "False"])
        return {
            "items": [
                campaigns.as_json(row) for row in sorted(rows, key=lambda row: (row.state.opens, row.id), reverse=True)
            ]
        }

    def plan_campaign(self) -> Any:
        asked = body()
        days = {name: asked[name].isoformat() for name in ("opens", "cutoff", "last_day")}
        command = PlanCampaign(asked["name"].strip(), **days, stages=tuple(sorted(set(asked["population"]["stages"]))))
        return campaigns.plan_campaign(self._r.store, self._r.tables, command_context(asked), asked["id"], command), 201

    def open_campaign(self, campaign: str) -> Any:
        return campaigns.open_campaign(self._r.store, self._r.tables, command_context(), campaign)

    # ---- rosters
    def import_roster(self, school: str) -> Any:
        self._r.school_in_scope(caller(), school)
        file = request.files.get("file")
        if file is None:
            raise Refused("bad-request", "Send the roster as the field 'file' of a multipart form.", where="file")
        data, dry_run = file.read(), query()["dry_run"] in ("1", "true")
        return run_import(
            self._r, school, data, command_context(data + (b"dry run" if dry_run else b"")), dry_run=dry_run
        ), 201

    def read_import(self, report: str) -> Any:
        found = import_of(self._r, report)
        self._r.school_in_scope(caller(), found["school"])
        return found

    # ---- pupils
    def pupils(self, class_: str) -> Any:
        self._r.class_in_scope(caller(), class_)
        campaign = self._r.campaign(query()["campaign"])
        rows = sorted(self._r.tables.pupils.find("class", [class_]), key=lambda row: row.id)
        entries = (
            {row.state.pupil: row for row in self._r.tables.entries.many(entry_id(campaign.id, row.id) for row in rows)}
            if campaign
            else {}
        )
        items = []
        for row in rows:
            fields, entry = self._r.personal_data.fields(row), entries.get(row.id)
            name = (
                fields["name"] if caller().role == TEACHER else mask_name(fields["name"])
            )  # lists of names are for the class teacher only
            items.append(
                {
                    "pupil": row.id,
                    "name": name,
                    "number_masked": masked(fields)["number_masked"],
                    "state": row.state.state,
                    "business": row.state.business,
                    "expected": bool(entry and entry.state.expected),
                    "serial": self._r.personal_data.on_paper(entry)["serial"] if entry else "",
                }
            )
        return {"campaign": campaign.id if campaign else "", "class": class_, "items": items}

    def pupil(self, pupil: str) -> Any:
        row = self._r.pupil_in_scope(caller(), pupil)
        fields, tree = self._r.personal_data.fields(row), self._r.tree
        shown = masked(fields) | ({"name": fields["name"]} if caller().role == TEACHER else {})
        return {
            "pupil": row.id,
            **shown,
            **_place_json(row.state),
            "school_name": tree.unit(row.state.school).name,
            "class_name": class_name(row.state.class_, self._r.today()),
            "campaigns": [
                {"campaign": entry.state.campaign, "expected": entry.state.expected, "printed": bool(entry.state.sheet)}
                for entry in self._r.tables.entries.find("pupil", [row.id])
            ],
        }

    def change(self, pupil: str) -> Any:
        asked = body()
        self._r.pupil_in_scope(caller(), pupil)
        command = changes.command_of(self._r.tables, asked["kind"], asked["school"], asked["class_"])
        if isinstance(command, Transfer):  # both schools have agreed: whoever stands above both records it
            require_path(caller(), self._r.tree.path(command.school))
        return changes.change(
            self._r.store,
            self._r.tables,
            self._r.personal_data,
            command_context(asked),
            pupil,
            command,
            asked["reason"],
        )

    def reissue(self, pupil: str) -> Any:
        self._r.pupil_in_scope(caller(), pupil)
        return {
            "registration_code": changes.reissue(
                self._r.store, self._r.tables, self._r.personal_data, command_context(), pupil
            )
        }, 201

    # ---- prints
    def make_print(self, campaign: str) -> Any:
        asked = body()
        if bool(asked["class_"]) == bool(asked["pupils"]):
            raise Refused("bad-fields", "Name a class, or pupils.", where="class")
        if asked["class_"]:
            school = self._r.class_in_scope(caller(), asked["class_"]).school
            pupils = self._r.printer.of_class(campaign, asked["class_"])
        else:
            rows = [self._r.pupil_in_scope(caller(), pupil) for pupil in asked["pupils"]]
            school, pupils = rows[0].state.school, asked["pupils"]
            require_path(caller(), self._r.tree.path(school))
        return self._r.printer.make(
            command_context(asked), campaign, school, pupils, request.remote_addr or "unknown"
        ), 201

    def fetch_print(self, print: str) -> Any:
        printed = self._r.printer.printed(print)
        self._r.school_in_scope(caller(), printed.school)
        # Whoever fetches is recorded every time: the request id would not do, because clients may choose it.
        pages = self._r.printer.pages(
            printed,
            CommandContext(f"{caller().account}:{uuid.uuid4()}", caller().account),
            request.remote_addr or "unknown",
        )
        return Response(
            pages, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="forms.pdf"'}
        )


def _unit_json(unit: Unit, path: str) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name": unit.name,
        "level": unit.level,
        "parent": unit.parent,
        "path": path,
        "kind": unit.kind,
        "open": unit.open,
    }


def _place_json(state: Enrolment) -> dict[str, Any]:
    return {"school": state.school, "class": state.class_, "state": state.state, "business": state.business}
