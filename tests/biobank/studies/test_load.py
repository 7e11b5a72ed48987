"""A wrong definition is refused with the file, the key and the reason."""

from pathlib import Path

import pytest

from biobank.studies.load import DEFINITIONS, WrongDefinition, load_definition, load_text

SMART_MS = (DEFINITIONS / "smart-ms.toml").read_text(encoding="utf-8")
MESEMS = (DEFINITIONS / "mesems.toml").read_text(encoding="utf-8")

A1 = '{ sequence = "A", period = 1, collects = true, aspirate_becomes = "drug", kit = "cells", cells_from_period = 1 }'
A2 = '{ sequence = "A", period = 2, collects = true, aspirate_becomes = "biobank", kit = "saline" }'
B1 = '{ sequence = "B", period = 1, collects = true, aspirate_becomes = "biobank", kit = "saline" }'
B2 = '{ sequence = "B", period = 2, collects = true, aspirate_becomes = "drug", kit = "cells", cells_from_period = 2 }'
NO_1, NO_2 = '"NO", from_date = 2021-01-01', '"NO", from_date = 2024-01-01'


def problems(text: str) -> list[tuple[str, str]]:
    """Return every problem that the loader finds."""
    with pytest.raises(WrongDefinition) as refused:
        load_text(text, "study.toml")
    assert refused.value.file == "study.toml"
    assert all(f"study.toml: {key}: {reason}" in str(refused.value) for key, reason in refused.value.problems)
    return [(problem.key, problem.reason) for problem in refused.value.problems]


def changed(text: str, old: str, new: str) -> str:
    """Replace the first place of ``old``, which must be there."""
    assert old in text
    return text.replace(old, new, 1)


WRONG = [
    ('label_prefix = "SM"', 'label_prefix = "SM"\ncolour = "red"', "study.colour", "unknown key"),
    ('sponsor = "Helse Bergen HF"', "", "study.sponsor", "is missing"),
    ('code = "02"\nname', 'code = "2"\nname', "sites[2].code", "should match"),
    ('country = "NO"\nfacility = "gmp-1"\n\n# The', 'country = "NO"\n\n# The', "sites[01].facility", "is missing"),
    ('country = "NO"\nfacility = "gmp-1"', 'country = "NO"\nfacility = "gmp-9"',
     "sites[01].facility", "no facility has"),
    ('country = "NO"\nfacility', 'country = "SE"\nfacility', "sites[01].country", "no version is ever in force in SE"),
    ('code = "02"', 'code = "01"', "sites[01]", "is there twice"),
    ("participants_planned = 18", 'participants_planned = "18"',
     "study.participants_planned", "should be a valid integer"),
    ("participants_planned = 18", "participants_planned = 18.0",
     "study.participants_planned", "should be a valid integer"),
    ("participants_planned = 18", "participants_planned = 0",
     "study.participants_planned", "greater than or equal to 1"),
    ("cap_viable_cells = 100_000_000", "cap_viable_cells = -1",
     "doses[dose-1].cap_viable_cells", "greater than 0, not -1"),
    ("cap_viable_cells = 100_000_000", "cap_viable_cells = 90_000_000", "doses[dose-1].examples", "100 kg must give"),
    ("minimum_percent_of_target = 70", "minimum_percent_of_target = 95",
     "doses[dose-1].minimum_percent_of_target", "forbids"),
    ("shelf_life_minutes = 120", "shelf_life_minutes = 0", "kits[kit-1].shelf_life_minutes", "greater than 0"),
    ("graduation_ml = 0.1", "graduation_ml = 6",
     "kits[kit-1].syringe_graduation_ml", "larger than the fill volume of 5"),
    ("graduation_ml = 0.1", "graduation_ml = 0.3",
     "kits[kit-1].fill_volume_ml", "cannot be read on a graduation of 0.3"),
    ("volume_ml = 5 }", "volume_ml = 4 }", "kits[kit-1].placebo.volume_ml", "shows the arm"),
    ("at_least = 18, at_most = 55", "at_least = 55, at_most = 18", "criteria[age].required", "empty window"),
    ("at_least = 18, at_most = 55", "at_least = 18, below = 55", "criteria[age].required", "keeps out age_years = 55"),
    ("at_least = 18, at_most = 55", "at_least = 18, at_most = 54",
     "criteria[age].required", "keeps out age_years = 55"),
    ("at_least = 18, at_most = 55", "at_least = 18, at_most = 56", "criteria[age].required", "lets in age_years = 56"),
    ("at_least = 18, at_most = 55", "at_least = 18, at_most = 55.5", "criteria[age].required", "steps of 1"),
    ("at_least = 18, at_most = 55", "at_least = 18, above = 17", "criteria[age].required.above", "one lower bound"),
    ("at_most = 55 }", "at_most = 55, below = 56 }", "criteria[age].required.below", "one upper bound"),
    (", at_least = 18, at_most = 55 }", " }", "criteria[age].required", "needs a bound"),
    ("at_least = 18, at_most = 55 }", 'one_of = ["18"] }', "criteria[age].required.one_of", "is a number"),
    ('one_of = ["SPMS", "PPMS"]', 'one_of = ["SPMS", "XPMS"]',
     "criteria[progressive_course].required.one_of", "XPMS is not"),
    ('one_of = ["SPMS", "PPMS"]', "at_least = 1", "criteria[progressive_course].required", "has no bounds"),
    ('required = { value = "age_years"', 'required = { value = "age"',
     "criteria[age].required.value", "no value has the key age"),
    ('required = { value = "age_years"', 'excluded = { value = "age_years"',
     "criteria[age].excluded", "says what is required"),
    ('excluded = { value = "hbsag"', 'required = { value = "hbsag"',
     "criteria[hbsag_positive].required", "what is excluded"),
    ('expected = "yes"', 'expected = "perhaps"', "criteria[mcdonald].attested.expected", "should be 'yes' or 'no'"),
    ('key = "edss"\nkind = "inc', 'key = "age"\nkind = "inc', "criteria[age]", "is there twice"),
    ('sources = ["NCT04749667", "2023', 'sources = ["NCT00000000", "2023',
     "criteria[age].sources", "NCT00000000 is not among"),
    ('"age", "progressive_course"', '"ages", "progressive_course"',
     "versions[v1].criteria", "no criterion has the key ages"),
    ('"marrow_transplant_history", ', "", "criteria[marrow_transplant_history]", "no version uses it"),
    ('dose = "dose-1"', 'dose = "dose-2"', "versions[v1].dose", "nothing among doses has the label dose-2"),
    ('label = "v2"', 'label = "v1"', "versions[v1]", "is there twice"),
    (NO_2, NO_1, "versions[v2].effective[NO]", "overlaps version v1"),
    (NO_2, NO_1.replace("2021", "2020"), "versions[v2].effective[NO]", "begins before version v1"),
    ("from_date = 2021-01-01", 'from_date = "2021-01-01"',
     "versions[v1].effective[0].from_date", "should be a valid date"),
    ('"age_years", number = 55 }', '"age_years", choice = "x" }', "versions[v1].must_admit[1]", "must be a number"),
    ('"age_years", number = 55 }', '"age_years" }', "versions[v1].must_admit[1]", "either a number or a choice"),
    ('"edss", number = 4 }, { value = "edss", number = 7 }', '"age_years", number = 20 }',
     "versions[v1].must_admit", "no example"),
    ('"Week 1", purpose = "follow_up", due_day = 7', '"Week 1", purpose = "follow_up", due_day = 2',
     "schedules[schedule-1].visits[week-1]", "begins on day -1 and overlaps that of baseline"),
    ('purpose = "follow_up", due_day = 30', 'purpose = "follow_up", due_day = 3',
     "schedules[schedule-1].visits[month-1]", "is due before week-1"),
    ("due_day = 0, early_days = 0", "due_day = 0, early_days = 1", "plans[crossover-1].periods[1].dose_visit", "day 0"),
    ("due_day = 140", "due_day = 139",
     "plans[crossover-1].periods[2].collection_visit", "lies 43 days before the dose"),
    ('dose_visit = "month-6"', 'dose_visit = "month-7"',
     "plans[crossover-1].periods[2].dose_visit", "no dose visit month-7"),
    (B2, B2.replace("from_period = 2", "from_period = 1"),
     "plans[crossover-1].steps[B2].cells_from_period", "goes to the biobank"),
    (A1, B1.replace('"B"', '"A"'), "plans[crossover-1].steps", "sequence A does not cross over: cells 0 times"),
    (B2, B2.replace("cells_from_period = 2", "cells_from_period = 1"),
     "plans[crossover-1].steps[B2].aspirate_becomes", "no kit"),
    (A1, A1.replace("cells_from_period = 1", "cells_from_period = 2"),
     "plans[crossover-1].steps[A1].cells_from_period", "after the dose"),
    (A1, A1.replace(", cells_from_period = 1", ""),
     "plans[crossover-1].steps[A1].cells_from_period", "exactly where the kit holds"),
    (A2, A2.replace(', aspirate_becomes = "biobank"', ""),
     "plans[crossover-1].steps[A2].aspirate_becomes", "exactly where marrow"),
    (A2, '{ sequence = "A", period = 2, collects = false, kit = "saline" }',
     "plans[crossover-1].steps[A2].collects", "shows the arm"),
    (f"    {A2},\n", "", "plans[crossover-1].steps", "sequence A says nothing of period 2"),
    (f"    {A2},\n", f"    {A2},\n    {A2},\n", "plans[crossover-1].steps[A2]", "is there twice"),
    ("endotoxin_eu_per_kg_h = 0.2", "endotoxin_eu_per_kg_h = 5",
     "specifications[specification-1].tests[endotoxin].endotoxin_eu_per_kg_h", "intrathecal doses allow 0.2"),
    ('"%", at_least = 70, stage', '"%", stage', "specifications[specification-1].tests[viability]", "needs a bound"),
    ('"%", at_least = 70, stage', '"%", at_least = 170, stage',
     "specifications[specification-1].tests[viability]", "between 0 and 100"),
    ('expected = "no growth"', 'expected = "nothing"',
     "specifications[specification-1].tests[sterility].expected", "options"),
    ("max_passage = 3", "max_passage = 0", "processes[process-1].passages", "goes beyond max_passage = 0"),
    ("store_at_most_c = -150", "store_at_most_c = -130",
     "processes[process-1].freezing.store_at_most_c", "empty window"),
    ("sample_from_day = 0", "sample_from_day = 8",
     "donor_testings[donor-testing-1].sample_from_day", "empty window: 8 to 7"),
    ('Anti-HCV", asked = "always"', 'Anti-HCV", asked = "if_at_risk"',
     "donor_testings[donor-testing-1].tests", "anti_hcv must"),
    ('recipients = ["qa", "safety_physician"]', "recipients = []", "disclosures[code_break].recipients", "is empty"),
    ('recipients = ["qa", "safety_physician"]', 'recipients = ["treating"]',
     "disclosures[code_break].recipients[0]", "should be"),
    ('purpose = "treatment"\nrequired = true', 'purpose = "treatment"\nrequired = false',
     "consents[treatment]", "must be required"),
    ("post_thaw_recovery = 0.80", "post_thaw_recovery = 1.2",
     "products[product-1].post_thaw_recovery", "less than or equal to 1"),
    ("post_thaw_recovery = 0.80", "post_thaw_recovery = nan", "products[product-1].post_thaw_recovery", "finite"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "reason"), WRONG)
def test_a_wrong_definition_is_refused_with_key_and_reason(old: str, new: str, key: str, reason: str) -> None:
    found = problems(changed(SMART_MS, old, new))
    assert any(where == key and reason in why for where, why in found), found


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("cells_per_kg = 1_500_000", "cells_per_kg = 2_500_000",
         "doses[dose-1].viable_cells_per_kg", "outside the range"),
        ("lowest_viable_cells_per_kg = 1_000_000\n", "", "doses[dose-1]", "a range needs both"),
        ("lowest_viable_cells_per_kg = 1_000_000", "lowest_viable_cells_per_kg = 3_000_000",
         "doses[dose-1].lowest_viable_cells_per_kg", "empty window"),
        ('form = "frozen"', 'form = "fresh"',
         "plans[crossover-1].steps[B2].cells_from_period", "fresh cells cannot wait"),
        ('by = "edss_3_to_6_5"', 'by = "edss_4"', "versions[v1].criteria", "no criterion has the key edss_4"),
        ('site = "01"\nreplaces', 'site = "09"\nreplaces', "versions[v1].sites[09]", "no site has the code 09"),
        ('criterion = "edss_2_5_to_6_5", by', 'criterion = "edss_9", by',
         "versions[v1].sites[01].replaces", "does not list edss_9"),
        ('"edss", at_least = 3, at_most', '"edss", at_least = 3.5, at_most',
         "criteria[edss_3_to_6_5].required", "at site 01"),
    ],
)  # fmt: skip
def test_ranges_sites_and_forms_are_judged_too(old: str, new: str, key: str, reason: str) -> None:
    found = problems(changed(MESEMS, old, new))
    assert any(where == key and reason in why for where, why in found), found


def test_both_sequences_alike_do_not_cross_over() -> None:
    text = changed(changed(SMART_MS, B1, A1.replace('"A"', '"B"')), B2, A2.replace('"A"', '"B"'))
    assert ("plans[crossover-1].steps", "period 1 does not cross over: every sequence receives cells") in problems(text)


def test_all_problems_are_told_at_once() -> None:
    text = changed(changed(SMART_MS, "shelf_life_minutes = 120", "shelf_life_minutes = 0"), "cap_viable_cells = 100", "cap = 100")
    assert {key for key, _ in problems(text)} == {"kits[kit-1].shelf_life_minutes", "doses[dose-1].cap"}


def test_a_key_written_twice_is_refused_with_its_line() -> None:
    text = changed(SMART_MS, 'label_prefix = "SM"', 'label_prefix = "SM"\nlabel_prefix = "SN"')
    [(key, reason)] = problems(text)
    assert (key.startswith("line"), reason) == (True, "the key is written twice")


def test_what_is_not_toml_or_not_there_is_refused(tmp_path: Path) -> None:
    assert problems("[study")[0][1].startswith("is not TOML")
    with pytest.raises(WrongDefinition, match="there is no such file"):
        load_definition(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'title = "\xe6"')
    with pytest.raises(WrongDefinition, match="is not UTF-8"):
        load_definition(tmp_path / "latin.toml")


def test_an_empty_file_misses_everything() -> None:
    assert ("study", "is missing") in problems("")
