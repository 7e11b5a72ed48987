"""What a log says of a bug."""

import pytest
import structlog

from biobank.logs import configure


def test_a_bug_is_logged_with_its_place_and_without_the_values_it_held(capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    configure()
    password = "correct horse"
    try:
        raise LookupError(f"nobody of {len(password)} letters")
    except LookupError as error:
        structlog.get_logger().error("bug", route="POST /api/sign-in", exc_info=error)
    finally:
        structlog.configure(**before)
    written = capsys.readouterr().out
    assert "nobody of 13 letters" in written
    assert "test_a_bug_is_logged" in written
    assert "POST /api/sign-in" in written
    assert "correct horse" not in written
