"""Donor tests and results; for the facility only."""

from fastapi import APIRouter

from biobank.act.kinds import Kind
from biobank.donation import queries as donations
from biobank.expansion import queries as batches
from biobank.quality import operations, queries
from biobank.quality.schemas import (
    DonorTestIn,
    DonorTestingOut,
    DonorTestOut,
    ResultCorrectionIn,
    ResultIn,
    ResultOut,
    SpecificationOut,
)
from biobank.units import Code
from biobank.web.begin import Begin, Look

router = APIRouter(prefix="/api", tags=["quality"])


@router.post("/donations/{code}/donor-tests", status_code=201)
def record_donor_test(code: Code, order: DonorTestIn, begin: Begin) -> DonorTestOut:
    """Record one test of the donor's blood."""
    with begin(Kind.RECORD_DONOR_TEST) as act:
        donation = donations.donation(act.session, act.person, code)
        return act.answer(DonorTestOut.of(operations.record_donor_test(act, donation, order)))


@router.get("/donations/{code}/donor-tests")
def donor_tests(code: Code, look: Look) -> list[DonorTestOut]:
    """The tests of the donor's blood about one donation."""
    with look() as session:
        donation = donations.donation(session, look.person, code)
        return [DonorTestOut.of(done) for done in queries.donor_tests(session, donation.id)]


@router.get("/donations/{code}/donor-testing")
def donor_testing(code: Code, look: Look) -> DonorTestingOut:
    """What the study asks about the donor of one donation."""
    with look() as session:
        return DonorTestingOut.of(queries.donor_testing(session, donations.donation(session, look.person, code)))


@router.get("/batches/{code}/specification")
def specification(code: Code, look: Look) -> SpecificationOut:
    """What a batch is tested for."""
    with look() as session:
        return SpecificationOut.of(queries.demands(session, batches.batch(session, look.person, code)).specification)


@router.post("/batches/{code}/results", status_code=201)
def record_result(code: Code, order: ResultIn, begin: Begin) -> ResultOut:
    """Record a result of a batch, judged by its specification."""
    with begin(Kind.RECORD_RESULT) as act:
        batch = batches.batch_for_change(act, code)
        result = operations.record_result(act, batch, order)
        return act.answer(ResultOut.of(result, queries.standings(act.session, batch)[result.test]))


@router.post("/batches/{code}/results/correction", status_code=201)
def correct_result(code: Code, order: ResultCorrectionIn, begin: Begin) -> ResultOut:
    """Correct the last result of a test that was typed wrong; the wrong one stays in the record."""
    with begin(Kind.CORRECT_RESULT, reason=order.reason) as act:
        batch = batches.batch_for_change(act, code)
        result = operations.correct_result(act, batch, order)
        return act.answer(ResultOut.of(result, queries.standings(act.session, batch)[result.test]))


@router.get("/batches/{code}/results")
def results(code: Code, look: Look) -> list[ResultOut]:
    """Every result of a batch, attempt by attempt."""
    with look() as session:
        batch = batches.batch(session, look.person, code)
        return ResultOut.all_of(queries.results(session, batch.id), queries.standings(session, batch))
