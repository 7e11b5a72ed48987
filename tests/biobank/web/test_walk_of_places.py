"""To everybody of another place, what somebody else's code carries does not exist: answered as a code that nothing carries."""

import pytest
from httpx2 import Response

from biobank.act.people import SIDE_OF, Role, Side
from biobank.web.matrix import RIGHTS
from tests.doses import LAB, DoseLab
from tests.orders import Document
from tests.path import FACILITY, HERE
from tests.serving import PASSWORD, hire
from tests.starts import Start, starting
from tests.world import WALKED, Thing, World

ELSEWHERE = {Side.BEDSIDE: "smart-ms/02", Side.FACILITY: "gmp-2"}
OF_NO_PLACE = {"studies", "lots"}
"""Studies and lots belong to everybody of their side."""

ANY_CODE = {"materials", "scan", "story", "history"}
ONLY_FACILITY = {"batches", "cultures", "units", "freezers", "deviations", "lots"}
UNKNOWN_LABEL = 987_654


start = starting(LAB, WALKED)


@pytest.fixture
def world(start: Start, lab: DoseLab) -> World:
    return start.found["world"].on(lab)  # type: ignore[no-any-return]


class Asking:
    """Somebody asks about a code that something carries and about its twin."""

    def __init__(self, world: World, place: dict[Side, str]) -> None:
        self.world, self.place = world, place
        self.client = world.lab.client
        self.document = Document(self.client.get("/openapi.json").json())
        self.bodies = dict(self.document.writes())
        self.people: dict[Role, dict[str, str]] = {}
        self.asked = 0

    def headers(self, role: Role) -> dict[str, str]:
        """Somebody of this role at the place, hired when first needed."""
        if role not in self.people:
            side = SIDE_OF[role]
            self.people[role] = hire(self.client, f"{role}-there", side, role, place=self.place[side])
        return self.people[role]

    def send(self, role: Role, route: str, code: str, number: int) -> Response:
        """The answer to one question, with a body that names what there is."""
        method, path = route.split()
        self.asked += 1
        return self.client.request(
            method, path.format(code=code, number=number), json=self.body(role, route), headers=self.headers(role)
        )

    def body(self, role: Role, route: str) -> object:
        """A body whose codes are those of the world, and whose signature is true."""
        schema = self.bodies.get(route)
        if schema is None:
            return None
        body = self.document.plausible(schema)
        for name in ("participant", "donation", "kit"):
            if name in body:
                body[name] = self.world.things[f"{name}s"].code
        if "lot" in body:
            body["lot"] = self.world.lab.medium() if "/cultures/" in route else self.world.lab.saline()
        if "signature" in body:
            body["signature"] |= {"username": f"{role}-there", "password": PASSWORD}
        return body

    def same(self, role: Role, route: str, thing: Thing) -> bool:
        """Whether the thing's code and its twin get the same answer, which is a refusal."""
        real = self.send(role, route, thing.code, self.world.hold)
        twin = self.send(role, route, thing.unknown, self.world.hold)
        assert real.status_code in (404, 409), f"{role} {route} {thing.code}: {real.text}"
        return (real.status_code, real.text.replace(thing.code, thing.unknown)) == (twin.status_code, twin.text)


def things_of(world: World, route: str) -> list[Thing]:
    """The things about which a route may be asked."""
    what = route.split("/")[2]
    if what in ANY_CODE:
        return [thing for kind, thing in world.things.items() if kind not in OF_NO_PLACE]
    return [world.things[what]] if what in world.things and what not in OF_NO_PLACE else []


def test_another_places_things_are_answered_as_codes_that_nothing_carries(world: World) -> None:
    asking = Asking(world, ELSEWHERE)
    differ = [
        f"{role} {route} {thing.code}"
        for route in RIGHTS
        if "{code}" in route
        for thing in things_of(world, route)
        for role in sorted(RIGHTS[route])
        if not asking.same(role, route, thing)
    ]
    assert differ == []
    assert asking.asked > 500


def test_a_deviation_about_another_places_thing_is_one_about_nothing(world: World) -> None:
    asking = Asking(world, ELSEWHERE)
    for role in sorted(RIGHTS["POST /api/deviations"]):
        for kind in ("donations", "kits", "batches", "cultures", "units"):
            answers = []
            for code in (world.things[kind].code, world.things[kind].unknown):
                order = {"material": code, "title": "A box was dropped", "description": "From the bench to the floor."}
                answer = asking.client.post("/api/deviations", json=order, headers=asking.headers(role))
                answers.append((answer.status_code, answer.text.replace(code, "")))
            assert answers[0] == answers[1], f"{role} {kind}"
            assert answers[0][0] == 404


def test_another_places_labels_are_answered_as_numbers_that_no_label_has(world: World) -> None:
    asking = Asking(world, ELSEWHERE)
    for route in (route for route in RIGHTS if "/labels/{number}" in route):
        for role in sorted(RIGHTS[route]):
            number = world.labels[SIDE_OF[role]]
            real = asking.send(role, route, "", number)
            twin = asking.send(role, route, "", UNKNOWN_LABEL)
            assert real.status_code == 404, f"{role} {route}: {real.text}"
            assert real.text.replace(str(number), str(UNKNOWN_LABEL)) == twin.text
    assert asking.asked > 20


def test_nothing_of_the_facility_exists_for_the_bedside_of_the_same_participant(world: World) -> None:
    asking = Asking(world, {Side.BEDSIDE: HERE})
    for route in (route for route in RIGHTS if "{code}" in route and route.split("/")[2] in ANY_CODE):
        for role in (role for role in sorted(RIGHTS[route]) if SIDE_OF[role] is Side.BEDSIDE):
            for kind in ONLY_FACILITY:
                assert asking.same(role, route, world.things[kind]), f"{role} {route} {kind}"
    assert asking.asked > 50


def test_no_list_names_what_is_of_another_place(world: World) -> None:
    asking = Asking(world, ELSEWHERE)
    codes = [thing.code for kind, thing in world.things.items() if kind not in OF_NO_PLACE]
    for route in (route for route in RIGHTS if route.startswith("GET") and "{" not in route):
        for role in (role for role in sorted(RIGHTS[route]) if SIDE_OF[role] in ELSEWHERE):
            answer = asking.send(role, route, "", 0)
            assert answer.status_code == 200, f"{role} {route}: {answer.text}"
            assert [code for code in codes if code in answer.text] == [], f"{role} {route}"


def test_at_their_own_place_all_of_it_is_there(world: World) -> None:
    asking = Asking(world, {Side.BEDSIDE: HERE, Side.FACILITY: FACILITY})
    for route in (route for route in RIGHTS if route.startswith("GET") and "{code}" in route):
        what = route.split("/")[2]
        kinds = ["donations", "kits", "batches", "cultures", "units"] if what in ANY_CODE else [what]
        role = max(RIGHTS[route], key=lambda role: SIDE_OF[role] is Side.FACILITY)
        for thing in (world.things[kind] for kind in kinds if kind in world.things):
            assert asking.send(role, route, thing.code, 1).status_code == 200, f"{role} {route} {thing.code}"
            assert asking.send(role, route, thing.unknown, 1).status_code == 404, f"{role} {route} {thing.unknown}"
    for route in (route for route in RIGHTS if route.startswith("GET") and "/labels/{number}" in route):
        for role in sorted(RIGHTS[route]):
            assert asking.send(role, route, "", world.labels[SIDE_OF[role]]).status_code == 200, f"{role} {route}"
    assert asking.asked > 40
