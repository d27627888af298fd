"""A county that is missing in the tree: applied for by the public form, passed on, granted or refused."""

from __future__ import annotations

from drill.clients import Json, Person
from drill.county import Unit
from drill.issuing import activate, print_sheets
from drill.ledger import Node
from drill.offices import below
from drill.world import World, await_until

FORM, APPLICATIONS = "/v1/public-applications", "/v1/applications"
REASON = "请先由市级教育局登记"


def get_county_granted(world: World) -> Unit:
    """Apply without an account; every level above says yes; the ministry makes the county, whose admin signs in."""
    region, ministry, name = world.region, world.ministry, f"演练{world.run}开发区"
    answer = _apply(world, "applicant", region.above, name)
    application = _waiting(world.bureaus[region.above.code], name)
    decisions = f"{APPLICATIONS}/{application}/decisions"
    for level, unit in enumerate(reversed(region.chain[1:])):
        _expect(world, answer, state="waiting", holder_name=unit.name, levels=level)
        world.bureaus[unit.code].post("identity", decisions, {"accept": True})
        world.ledger.did("application-approved", world.bureaus[unit.code].account)
    world.must_refuse(
        "a county without a code", ("unit-code-needed",), lambda: ministry.post("identity", decisions, {"accept": True})
    )
    code = _free_code(world, region.above)
    ministry.post("identity", decisions, {"accept": True, "code": code})
    await_until(lambda: _standing(world, answer)["state"] == "completed", f"The county {name}")
    _expect(world, answer, state="completed", code=code, levels=len(region.chain) - 1)
    county = Unit(code, name, "county", f"{region.above.path}{code}/")
    world.ledger.nodes[code] = Node(code, name, "county", region.above.code)
    on_sheet = print_sheets(world, ministry, county.path)
    world.expect(len(on_sheet) == 1, f"{name}: {len(on_sheet)} accounts after the grant")
    for login, activation_code in on_sheet.items():
        paths = activate(world, f"county-{code}", login, activation_code, "区县管理员").get("identity", "/v1/me")[
            "paths"
        ]
        world.expect(paths == [county.path], f"{name}: its admin is at {paths}")
    return county


def apply_in_vain(world: World) -> str:
    """Apply where nobody answers for a week. Returns the answer code."""
    return _apply(world, "applicant-in-vain", world.region.other_above[-1], f"演练{world.run}新区")


def refuse_what_has_climbed(world: World, answer: str) -> None:
    """After a week it waits one level higher, where it is refused; the asker reads why."""
    above, name = world.region.other_above[-2], f"演练{world.run}新区"
    await_until(lambda: _standing(world, answer)["levels"] == 1, f"The application for {name}, one level higher")
    _expect(world, answer, state="waiting", holder_name=above.name)
    by = world.bureaus.get(above.code, world.ministry)
    by.post("identity", f"{APPLICATIONS}/{_waiting(by, name)}/decisions", {"accept": False, "reason": REASON})
    world.ledger.did("application-refused", by.account)
    _expect(world, answer, state="refused", answer=REASON, code="")


def _apply(world: World, actor: str, parent: Unit, name: str) -> str:
    asker = world.person(actor)
    contact = f"1{asker.random.randrange(10**9, 10**10)}"
    form = {"parent": parent.code, "name": name, "contact_name": f"申请人{world.run}", "contact": contact}
    answer = str(asker.post("identity", FORM, form)["answer_code"])
    world.keep_secret(form["contact_name"], contact, answer, answer.replace("-", ""))
    world.ledger.did("application-started", asker.account)
    return answer


def _standing(world: World, answer: str) -> Json:
    """What the asker reads with the answer code."""
    asked = {"answer_code": answer}
    found: Json = world.line.ask("POST", "identity", f"{FORM}/look-up", json=asked).json()
    return found


def _expect(world: World, own: str, /, **wanted: object) -> None:
    shown = _standing(world, own)
    found = {field: shown[field] for field in wanted}
    world.expect(found == wanted, f"an application stands at {found} instead of {wanted}")


def _waiting(by: Person, name: str) -> str:
    """The application of this name that waits for a unit. Raises StopIteration."""
    items = by.get("identity", APPLICATIONS)["items"]
    return str(next(item["id"] for item in items if item["name"] == name and item["is_mine"]))


def _free_code(world: World, parent: Unit) -> str:
    taken = {unit.code for unit in below(world.ministry, parent.code)}
    return next(code for number in range(99, 0, -1) if (code := f"{parent.code[:4]}{number:02d}") not in taken)
