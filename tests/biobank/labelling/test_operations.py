"""The ledger of labels on a real database: numbers, copies, print jobs, and what does not fit."""

from contextlib import nullcontext
from typing import Any

import pytest
from pydantic import ValidationError
from pypdfium2 import PdfDocument
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from zxingcpp import TextMode, read_barcode

from biobank.act.acts import Act
from biobank.act.kinds import Kind
from biobank.act.opening import acts_of
from biobank.act.people import Side
from biobank.custody import codes
from biobank.custody import operations as custody
from biobank.custody.tables import Material, MaterialKind, Scope
from biobank.db.roles import Login
from biobank.labelling import operations, queries, rules
from biobank.labelling.tables import LabelPrint
from biobank.pages.forms import Field
from biobank.pages.scans import as_printed
from biobank.pages.typed import body_of
from biobank.settings import Settings
from labels import local
from labels.documents import Label, content_hash
from labels.local import CodeKind, kit_number
from labels.profiles import VERSIONS, Profile
from tests.biobank.labelling.contents import AT_THE_BEDSIDE, DONATION, KIT
from tests.database import Database
from tests.labels.worst import TRADE_ITEM, of_gs1

OTHER_ITEM = "09521234543220"


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
    assert sha256.hex() == content_hash(Label("donation", DONATION | AT_THE_BEDSIDE, made.code))
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


def set_to(database: Database, **settings: Any) -> Settings:
    address = str(database.engines.url(Login.DESK).set(username=None, password=None))
    return Settings(database_url=address, credentials=database.server.credentials, pool_size=1, **settings)


def test_a_label_is_printed_in_the_language_of_the_settings(database: Database) -> None:
    acts = acts_of(set_to(database, label_language="nb"), database.clock)
    with acts.begin(database.people[Side.BEDSIDE], Kind.COLLECT) as act:
        made = donation(act)
        label = printed(act, made, "donation", DONATION)
    acts.engines.dispose()
    norwegian = Label("donation", DONATION | AT_THE_BEDSIDE, made.code, "nb")
    assert (label.language, label.content_sha256.hex()) == ("nb", content_hash(norwegian))
    assert operations.document(label) == operations.sheet([norwegian])
    with pytest.raises(ValidationError, match="label_language"):
        Settings(label_language="xx")


def test_a_label_of_the_sites_trade_item_is_gs1_and_its_code_comes_back_from_the_scan(database: Database) -> None:
    acts = acts_of(set_to(database, gs1_items={"kit": TRADE_ITEM}), database.clock)
    reading = database.people[Side.FACILITY], Kind.READ_LABEL_BACK
    with acts.begin(database.people[Side.FACILITY], Kind.PLAN_DOSE) as act:
        made = kit(act)
        label = printed(act, made, "kit", KIT)
    assert (label.profile, label.profile_version, label.payload) == ("GS1", VERSIONS[Profile.GS1], of_gs1(made.code))
    page = PdfDocument(operations.document(label))[0].render(scale=300 / 72).to_pil()
    symbol = read_barcode(page, text_mode=TextMode.Plain)
    assert symbol is not None
    assert symbol.symbology_identifier == "]d2"
    how = f"camera{symbol.symbology_identifier}"
    assert as_printed(symbol.text, how) == as_printed(made.code, "") == made.code
    told = body_of((Field("read", "text", "What was read"),), {"read": [symbol.text], "read.how": [how]})
    assert told == {"read": label.payload}
    other, others_item = local.kit_number(lambda below: below - 1), label.payload.replace(TRADE_ITEM, OTHER_ITEM)
    with pytest.raises(IntegrityError, match="ck_label_print_read_back"), acts.begin(*reading) as act:
        act.session.execute(text("UPDATE label_print SET state = 'applied', read_back = :read"), {"read": others_item})
    for read, refused in ((of_gs1(other), True), (other, True), (others_item, True), (made.code, False)):
        with (
            acts.begin(*reading) as act,
            pytest.raises(rules.OtherLabelRead) if refused else nullcontext(),
        ):
            operations.read_back(act, queries.labels_for_change(act, queries.own(Side.FACILITY), [label.number]), [read])
    assert database.rows("SELECT state, read_back FROM label_print") == [("applied", made.code)], "as it was read"
    acts.engines.dispose()
    for items in ({"aspirate": TRADE_ITEM}, {"kit": TRADE_ITEM[:-1] + "4"}):
        with pytest.raises(ValidationError, match="gs1_items"):
            Settings(gs1_items=items)
