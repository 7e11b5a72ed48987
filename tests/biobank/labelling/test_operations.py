"""The ledger of labels on a real database: numbers, copies, print jobs, and what does not fit."""

import pytest
from pydantic import ValidationError

from biobank.act.acts import Act
from biobank.act.kinds import Kind
from biobank.act.opening import acts_of
from biobank.act.people import Side
from biobank.custody import codes
from biobank.custody import operations as custody
from biobank.custody.tables import Material, MaterialKind, Scope
from biobank.db.roles import Login
from biobank.labelling import operations, rules
from biobank.labelling.tables import LabelPrint
from biobank.settings import Settings
from labels.documents import Label, content_hash
from labels.local import CodeKind, kit_number
from labels.profiles import VERSIONS, Profile
from tests.biobank.labelling.contents import DONATION, KIT
from tests.database import Database


def donation(act: Act) -> Material:
    return custody.register(act, MaterialKind.DONATION, codes.next_code(act, Scope.BEDSIDE, CodeKind.DONATION))


def kit(act: Act, key: str = "1") -> Material:
    return custody.register(act, MaterialKind.KIT, kit_number(act.randomness.stream("kit", key)))


def printed(act: Act, material: Material, layout: str, fields: dict[str, str]) -> LabelPrint:
    return operations.print_label(act, material, layout, fields, material.code)


def test_a_first_print_stands_in_the_ledger_and_waits_for_a_printer(database: Database) -> None:
    with database.acts.begin(database.people[Side.BEDSIDE], Kind.COLLECT) as act:
        made = donation(act)
        label = printed(act, made, "donation", DONATION)
    [(number, copy, reason, state, sha256)] = database.rows(
        "SELECT number, copy_number, reason, state, content_sha256 FROM label_print"
    )
    assert (number, copy, reason, state) == (1, 1, None, "printed")
    assert sha256.hex() == content_hash(Label("donation", DONATION, made.code))
    assert (label.language, label.profile, label.profile_version) == ("en", "LOCAL", VERSIONS[Profile.LOCAL])
    assert database.rows("SELECT label_print_id, printer, state FROM print_job") == [(label.id, "bedside", "queued")]


def test_labels_of_each_scope_are_counted_by_themselves(database: Database) -> None:
    numbers = []
    for side, kind in ((Side.BEDSIDE, Kind.COLLECT), (Side.FACILITY, Kind.PLAN_DOSE), (Side.BEDSIDE, Kind.COLLECT)):
        with database.acts.begin(database.people[side], kind) as act:
            if side is Side.BEDSIDE:
                numbers.append(printed(act, donation(act), "donation", DONATION).number)
            else:
                numbers.append(printed(act, kit(act), "kit", KIT).number)
    first, drawn, second = numbers
    assert (first, second) == (1, 2), "the facility moved a number that the bedside sees"
    assert operations.DRAWN_FROM <= drawn < operations.DRAWN_BELOW


def test_what_does_not_fit_is_refused_and_leaves_nothing(database: Database) -> None:
    with (
        pytest.raises(rules.NotPrintable) as refused,
        database.acts.begin(database.people[Side.FACILITY], Kind.PLAN_DOSE) as act,
    ):
        printed(act, kit(act), "kit", KIT | {"visit": "Injection " * 20})
    assert refused.value.facts == {"field": "visit", "layout": "kit", "why": "does not fit"}
    assert database.rows("SELECT 1 FROM label_print UNION ALL SELECT 1 FROM print_job UNION ALL SELECT 1 FROM material") == []


def test_a_label_is_printed_in_the_language_of_the_settings(database: Database) -> None:
    address = str(database.engines.url(Login.DESK).set(username=None, password=None))
    settings = Settings(database_url=address, credentials=database.server.credentials, pool_size=1, label_language="nb")
    acts = acts_of(settings, database.clock)
    with acts.begin(database.people[Side.BEDSIDE], Kind.COLLECT) as act:
        made = donation(act)
        label = printed(act, made, "donation", DONATION)
    acts.engines.dispose()
    norwegian = Label("donation", DONATION, made.code, "nb")
    assert (label.language, label.content_sha256.hex()) == ("nb", content_hash(norwegian))
    assert operations.document(label) == operations.sheet([norwegian])
    with pytest.raises(ValidationError, match="label_language"):
        Settings(label_language="xx")
