"""Whatever is sent to any route, by anybody: never an error of the program."""

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from biobank.act.people import Role, Side
from tests.serving import hire, signed_in


@pytest.fixture
def everybody(client: TestClient) -> list[dict[str, str]]:
    """Somebody of every side, and nobody."""
    facility = hire(client, "faye", Side.FACILITY, Role.TECHNICIAN, Role.QA, Role.BIOBANK_MANAGER)
    bedside = hire(client, "ben", Side.BEDSIDE, Role.TREATING, Role.COURIER)
    return [{}, signed_in(client), facility, bedside]


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_nothing_that_can_be_sent_breaks_a_route(
    client: TestClient, everybody: list[dict[str, str]], mode: GenerationMode
) -> None:
    answers: dict[int, int] = {}
    schema = schemathesis.openapi.from_asgi("/openapi.json", client.app)
    for operation in (found.ok() for found in schema.get_all_operations()):
        if operation.label == "POST /api/sign-out":
            continue  # it would end the session of whoever tries
        if mode == GenerationMode.NEGATIVE and not list(operation.iter_parameters()) and not operation.body:
            continue  # nothing can be sent wrong

        @settings(max_examples=4, database=None, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def attempt(case: schemathesis.Case) -> None:
            for who in everybody:
                answer = case.call(headers=who)
                answers[answer.status_code] = answers.get(answer.status_code, 0) + 1
                assert answer.status_code < 500, f"{case.method} {case.formatted_path}: {answer.text}"
                assert b"Traceback" not in answer.content

        attempt()
    assert sum(answers.values()) > 100
    assert answers.get(401, 0) > 0
