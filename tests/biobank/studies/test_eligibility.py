"""Every criterion on its bound, just inside and just outside, and what is missing or makes no sense."""

from decimal import Decimal

import pytest

from biobank.studies.criteria import NEVER, Answer, Criterion
from biobank.studies.eligibility import Attestation, Recorded, WrongValue, judge
from biobank.studies.load import DEFINITIONS, load_definition
from biobank.studies.protocol import ProtocolVersion, UnknownSite

SMART_MS = load_definition(DEFINITIONS / "smart-ms.toml")
V1, V2 = SMART_MS.version("v1"), SMART_MS.version("v2")
MESEMS = load_definition(DEFINITIONS / "mesems.toml").version("v1")

FITTING: dict[str, Recorded] = {
    "age_years": 40,
    "ms_course": "PPMS",
    "edss": Decimal("5.5"),
    "disease_duration_years": 8,
    "hbsag": "negative",
    "hcv_pcr": "negative",
    "egfr_ml_min_1_73m2": 95,
    "platelets_10e9_l": 240,
    "months_since_immunomodulation": NEVER,
    "months_since_depleting_treatment": NEVER,
    "months_since_hsct": NEVER,
    "months_since_glucocorticoids": NEVER,
    "months_since_cytotoxics": NEVER,
    "months_since_relapse": NEVER,
    "months_since_new_mri_lesion": NEVER,
    "months_since_other_study": NEVER,
    "months_since_other_imp": NEVER,
}


def answers_that_admit(version: ProtocolVersion, site: str) -> dict[str, Attestation]:
    """Answer every question of a site as expected."""
    return {
        criterion.key: Attestation(criterion.attested.expected, "Dr Nilsen")
        for criterion in version.criteria_at(site)
        if criterion.attested is not None
    }


def failing(version: ProtocolVersion, **values: Recorded) -> list[str]:
    """Return the keys of the criteria that keep out somebody who fits but for these values."""
    verdict = judge(version, "01", {**FITTING, **values}, answers_that_admit(version, "01"))
    assert verdict.missing == []
    assert verdict.eligible == (not verdict.failures)
    return [failure.criterion for failure in verdict.failures]


@pytest.mark.parametrize("version", [V1, V2], ids=["v1", "v2"])
@pytest.mark.parametrize("site", ["01", "02", "03", "04"])
def test_who_meets_every_criterion_is_eligible(version: ProtocolVersion, site: str) -> None:
    assert judge(version, site, FITTING, answers_that_admit(version, site)) == (True, [], [])


Case = tuple[str, Recorded, Recorded, str]
BOTH: list[Case] = [
    ("age_years", 17, 18, "age"),
    ("age_years", 56, 55, "age"),
    ("edss", Decimal("3.5"), 4, "edss"),
    ("edss", Decimal("7.5"), 7, "edss"),
    ("ms_course", "RRMS", "SPMS", "progressive_course"),
    ("hbsag", "positive", "negative", "hbsag_positive"),
    ("hcv_pcr", "positive", "negative", "hcv_pcr_positive"),
    ("egfr_ml_min_1_73m2", Decimal("59.9"), 60, "egfr_low"),
    ("platelets_10e9_l", 99, 100, "platelets_low"),
    ("months_since_immunomodulation", 5, 6, "immunomodulation_6_months"),
    ("months_since_depleting_treatment", 11, 12, "depleting_12_months"),
    ("months_since_hsct", 11, 12, "hsct_12_months"),
    ("months_since_glucocorticoids", 2, 3, "glucocorticoids_3_months"),
    ("months_since_relapse", 23, 24, "relapse_2_years"),
]
DURATION = "disease_duration_years"
ONLY_V1: list[Case] = [
    (DURATION, Decimal("1.9"), 2, "disease_duration_2_15"),
    (DURATION, Decimal("15.1"), 15, "disease_duration_2_15"),
    ("months_since_other_study", 11, 12, "other_study_12_months"),
]
ONLY_V2: list[Case] = [
    (DURATION, Decimal("1.9"), 2, "disease_duration_2_18"),
    (DURATION, Decimal("18.1"), 18, "disease_duration_2_18"),
    ("months_since_other_imp", 11, 12, "other_imp_12_months"),
    ("months_since_cytotoxics", 2, 3, "cytotoxic_3_months"),
    ("months_since_new_mri_lesion", 23, 24, "no_new_mri_lesions"),
]
BOUNDARIES = [(V1, *case) for case in BOTH + ONLY_V1] + [(V2, *case) for case in BOTH + ONLY_V2]
STEP_INSIDE: dict[str, Decimal | int] = {"age_years": 1, "edss": Decimal("0.5"), DURATION: Decimal("0.1")}


@pytest.mark.parametrize(("version", "value", "outside", "bound", "criterion"), BOUNDARIES)
def test_a_bound_admits_and_the_next_step_beyond_it_does_not(
    version: ProtocolVersion, value: str, outside: Recorded, bound: Recorded, criterion: str
) -> None:
    assert failing(version, **{value: outside}) == [criterion]
    assert failing(version, **{value: bound}) == []
    if not isinstance(bound, str) and not isinstance(outside, str):
        step = STEP_INSIDE.get(value, 1)
        assert failing(version, **{value: bound + step if bound > outside else bound - step}) == []


def test_every_computed_criterion_is_tried_on_its_bounds() -> None:
    for version in (V1, V2):
        tried = {criterion for tried_version, _, _, _, criterion in BOUNDARIES if tried_version is version}
        assert tried == {criterion.key for criterion in version.criteria if criterion.attested is None}


def test_sixteen_years_of_disease_wait_for_the_second_version() -> None:
    assert failing(V1, disease_duration_years=16) == ["disease_duration_2_15"]
    assert failing(V2, disease_duration_years=16) == []


@pytest.mark.parametrize(
    ("version", "criterion"),
    [(version, part) for version in (V1, V2) for part in version.criteria if part.attested],
    ids=lambda part: part.label if isinstance(part, ProtocolVersion) else part.key,
)
def test_each_question_answered_otherwise_keeps_out_and_unanswered_is_missing(
    version: ProtocolVersion, criterion: Criterion
) -> None:
    answers = answers_that_admit(version, "01")
    assert criterion.attested is not None
    other: Answer = "no" if criterion.attested.expected == "yes" else "yes"
    verdict = judge(version, "01", FITTING, {**answers, criterion.key: Attestation(other, "Dr Nilsen")})
    assert [failure.criterion for failure in verdict.failures] == [criterion.key]
    assert "Dr Nilsen" in verdict.failures[0].words
    del answers[criterion.key]
    assert judge(version, "01", FITTING, answers) == (False, [], [criterion.key])


def test_a_value_that_nobody_recorded_is_missing_and_not_a_failure() -> None:
    values = {key: value for key, value in FITTING.items() if key not in ("edss", "hbsag")}
    assert judge(V2, "01", values, answers_that_admit(V2, "01")) == (False, [], ["edss", "hbsag"])


def test_a_failure_says_what_was_found_and_what_is_demanded() -> None:
    verdict = judge(V1, "01", {**FITTING, "age_years": 56}, answers_that_admit(V1, "01"))
    assert verdict.failures[0].words == ("Age in completed years: 56 years; required: at least 18 years and at most 55 years.")


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("age_years", Decimal("55.5"), "must be in steps of 1 years"),
        ("age_years", -1, "must be at least 0 years"),
        ("age_years", 1000, "must be at most 120 years"),
        ("age_years", True, "must be a number"),
        ("age_years", "55", "must be a number"),
        ("age_years", NEVER, "must be a number"),
        ("edss", Decimal("4.2"), "must be in steps of 0.5 points"),
        ("edss", Decimal("NaN"), "must be a number"),
        ("ms_course", "PP", "must be one of RRMS, SPMS, PPMS"),
        ("shoe_size", 43, "the study records no such value"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_with_its_field(key: str, value: Recorded, reason: str) -> None:
    with pytest.raises(WrongValue) as refused:
        judge(V1, "01", {**FITTING, key: value}, {})
    assert refused.value.facts == {"field": key, "reason": reason}


@pytest.mark.parametrize(
    ("key", "attestation"),
    [
        ("age", Attestation("yes", "Dr Nilsen")),
        ("pregnancy", Attestation("perhaps", "Dr Nilsen")),  # type: ignore[arg-type]
        ("pregnancy", Attestation("no", " ")),
    ],
)
def test_an_attestation_needs_a_question_a_yes_or_no_and_a_name(key: str, attestation: Attestation) -> None:
    with pytest.raises(WrongValue):
        judge(V1, "01", FITTING, {key: attestation})


def test_a_site_that_the_study_does_not_have_is_not_judged_by_the_general_criteria() -> None:
    with pytest.raises(UnknownSite):
        judge(V1, "1", FITTING, {})


KAROLINSKA: dict[str, Recorded] = {
    "age_years": 35,
    "ms_course": "RRMS",
    "edss": 4,
    "disease_duration_years": 5,
    "relapses_12_months": 1,
    "egfr_ml_min_1_73m2": 95,
    "months_since_immunosuppression": NEVER,
    "days_since_interferon": 30,
    "days_since_corticosteroids": 30,
    "days_since_relapse": 60,
}


@pytest.mark.parametrize(
    ("site", "values", "keeps_out"),
    [
        ("01", {"disease_duration_years": Decimal(10)}, []),
        ("01", {"disease_duration_years": Decimal("10.1")}, ["disease_duration_2_10"]),
        ("02", {"disease_duration_years": Decimal(15)}, []),
        ("02", {"disease_duration_years": Decimal("15.1")}, ["disease_duration_2_15"]),
        ("01", {"edss": Decimal(3)}, []),
        ("01", {"edss": Decimal("2.5")}, ["edss_3_to_6_5"]),
        ("02", {"edss": Decimal("2.5")}, []),
        ("01", {"days_since_relapse": 59}, ["relapse_60_days"]),
        ("02", {"days_since_relapse": 59}, []),
        ("01", {"relapses_12_months": 0, "relapses_24_months": 1, "gel_12_months": 0}, ["rrms_activity"]),
        ("01", {"relapses_12_months": 0, "relapses_24_months": 2, "gel_12_months": 0}, []),
        ("01", {"ms_course": "SPMS", "edss": 5, "edss_increase_12_months": Decimal("0.5")}, ["spms_progression_low"]),
        ("01", {"ms_course": "SPMS", "edss": Decimal("5.5"), "edss_increase_12_months": Decimal("0.5")}, []),
        ("01", {"ms_course": "PPMS", "edss_increase_12_months": 1, "gel_12_months": 0}, ["ppms_lesion"]),
    ],
)
def test_karolinska_has_criteria_of_its_own(site: str, values: dict[str, Recorded], keeps_out: list[str]) -> None:
    verdict = judge(MESEMS, site, {**KAROLINSKA, **values}, answers_that_admit(MESEMS, site))
    assert [failure.criterion for failure in verdict.failures] == keeps_out
    assert verdict.missing == []


def test_one_of_several_demands_still_asks_for_the_others_while_none_is_met() -> None:
    values = {**KAROLINSKA, "relapses_12_months": 0}
    verdict = judge(MESEMS, "01", values, answers_that_admit(MESEMS, "01"))
    assert verdict.missing == ["relapses_24_months", "gel_12_months"]
