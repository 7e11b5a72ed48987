"""One secret gives the same stream for the same purpose and key, and unrelated streams for others."""

from collections import Counter

import pytest

from biobank.act.randomness import Randomness

SECRET = b"a secret of this instance"
DRAWS = 200


def drawn(*key: str, secret: bytes = SECRET, below: int = 1_000_000) -> list[int]:
    """The first numbers of a stream."""
    draw = Randomness(secret).stream(*key)
    return [draw(below) for _ in range(DRAWS)]


def test_the_same_purpose_and_key_give_the_same_stream_however_the_askings_are_mixed() -> None:
    alone = drawn("kit", "P-1", "1")
    randomness = Randomness(SECRET)
    one, other = randomness.stream("kit", "P-1", "1"), randomness.stream("kit", "P-2", "1")
    mixed = [(one(1_000_000), other(10), randomness.stream("label", "P-1")(10))[0] for _ in range(DRAWS)]
    assert mixed == alone


@pytest.mark.parametrize(
    ("key", "secret"),
    [
        (("label", "P-1", "1"), SECRET),
        (("kit", "P-2", "1"), SECRET),
        (("kit", "P-1", "2"), SECRET),
        (("kit", "P-11"), SECRET),
        (("kit", "P-1", "1"), b"the secret of another instance"),
    ],
)
def test_another_purpose_key_or_secret_gives_an_unrelated_stream(key: tuple[str, ...], secret: bytes) -> None:
    mine, theirs = drawn("kit", "P-1", "1"), drawn(*key, secret=secret)
    assert sum(a == b for a, b in zip(mine, theirs, strict=True)) <= 1
    assert len(set(mine) & set(theirs)) <= 2


def test_no_number_is_favoured() -> None:
    draw = Randomness(SECRET).stream("fairness")
    counted = Counter(draw(7) for _ in range(7000))
    assert set(counted) == set(range(7))
    assert sum((count - 1000) ** 2 / 1000 for count in counted.values()) < 30  # chi-square, 6 degrees: beyond it once in 25 000
