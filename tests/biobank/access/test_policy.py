"""What a password must be, bare."""

import pytest

from biobank.access.policy import GuessablePassword, PlainPassword, Policy, WeakPassword, check_password
from tests.serving import PASSWORD

OWN = ("tom", "Tom Eide Bråten")


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "x7-29Bd_33kQ", "correct horse battery", "lykke i regnet om høsten", "Ù-ñ-ï-ç-ø-ð-ê-s!", "1960 kroner, takk"],
)
def test_long_and_own_is_enough(password: str) -> None:
    check_password(password, Policy(), OWN)


@pytest.mark.parametrize(("length", "least"), [(11, 12), (7, 8), (63, 64)])
def test_a_short_password_is_none(length: int, least: int) -> None:
    with pytest.raises(WeakPassword):
        check_password(("q8#vLm2z" * 8)[:length], Policy(minimum_length=least))


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "123456789012",
        "210987654321",
        "qwertyuiopas",
        "abcdefghijklmnop",
        "1q2w3e4r5t6y",
        "password2026!",
        "PASSWORD-password",
        "p4ssw0rd-p4ssw0rd",
        "Welcome2Biobank",
        "admin.admin.1234",
        "biobankbiobank",
        "bråten forever",
        "i am tom eide ok" + "braten" * 0 + " Eide",
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(GuessablePassword):
        check_password(password, Policy(), OWN)


def test_words_of_the_house_are_refused_where_the_policy_says_so() -> None:
    check_password("fjellheimen-2026", Policy())
    with pytest.raises(GuessablePassword):
        check_password("fjellheimen-2026", Policy(blocked_words=frozenset({"Fjellheimen"})))


def test_classes_of_characters_are_asked_for_only_where_the_policy_says_so() -> None:
    for password in ("nothing but letters", "Nothing but letters", "Nothing but letters 1"[:-1] + "one"):
        check_password(password, Policy())
        with pytest.raises(PlainPassword):
            check_password(password, Policy(needs_classes=True))
    check_password("Nothing but letters 1", Policy(needs_classes=True))
