"""Recording donor tests and results; out of specification opens a deviation, a reactive donor holds the donation."""

from biobank.act.acts import Act
from biobank.custody import operations as custody
from biobank.custody.queries import lock_roots
from biobank.custody.rules import FOR_PATIENTS, HoldKind
from biobank.deviations.operations import open_deviation
from biobank.donation.tables import Donation
from biobank.errors import NothingToCorrect
from biobank.expansion.tables import Batch
from biobank.quality import queries, rules
from biobank.quality.schemas import DonorTestIn, ResultCorrectionIn, ResultIn
from biobank.quality.tables import DonorTest, Result
from biobank.studies.specification import SpecifiedTest


def record_donor_test(act: Act, donation: Donation, order: DonorTestIn) -> DonorTest:
    """Record a donor test; a reactive one holds everything made from the donation. Raises UnknownMarker, SampledOutsideDays."""
    lock_roots(act, [donation.id])
    testing = queries.donor_testing(act.session, donation)
    rules.check_marker(testing, order.marker, order.sampled_on, donation.collected_at.date(), act.recorded_at.date())
    before = [done for done in queries.donor_tests(act.session, donation.id) if done.marker == order.marker]
    done = act.add(
        DonorTest(
            id=act.new_id(),
            root_id=donation.id,
            marker=order.marker,
            attempt=len(before) + 1,
            reactive=order.reactive,
            sampled_on=order.sampled_on,
            recorded_by=act.person.id,
            recorded_at=act.recorded_at,
        )
    )
    if order.reactive:
        why = f"Donor test {order.marker} is reactive"
        custody.place_hold(act, donation.id, donation.id, HoldKind.DONOR_TEST, FOR_PATIENTS, why)
    return done


def record_result(act: Act, batch: Batch, order: ResultIn) -> Result:
    """Record a result of a batch whose root is locked, judged by its pinned specification.

    Out of specification, it opens a deviation, which holds a batch that was released before.

    Raises UnknownTest, UnknownMethod, ValueNeeded, FindingNeeded, ImplausibleValue, UndecidedResult, NothingToTest,
    ResultTooEarly.
    """
    return _record(act, batch, order)


def correct_result(act: Act, batch: Batch, order: ResultCorrectionIn) -> Result:
    """Say what the last result of a test should have been, by the same method; the wrong one stays, and was an attempt.

    Raises UnknownTest, NothingToCorrect, and what recording a result raises; out of specification it does what any result does.
    """
    rules.specified(queries.demands(act.session, batch).specification, order.test)
    wrong = next((one for one in reversed(queries.results(act.session, batch.id)) if one.test == order.test), None)
    if wrong is None or (wrong.comparator, wrong.value, wrong.finding) == (order.comparator, order.value, order.finding):
        raise NothingToCorrect(what=order.test)
    right = ResultIn(**order.model_dump(exclude={"reason"}), method=wrong.method)
    return _record(act, batch, right, wrong, order.reason)


def _record(act: Act, batch: Batch, order: ResultIn, wrong: Result | None = None, why: str | None = None) -> Result:
    asked = queries.demands(act.session, batch)
    test = rules.specified(asked.specification, order.test)
    within = asked.bounds(test)
    rules.check_fits(test, order.method, order.value, order.finding, order.comparator)
    rules.check_tells(test, within, order.value, order.comparator)
    passed = rules.meets(test, within, order.value, order.finding, order.comparator)
    rules.check_may_be_known(test, passed, asked.made_at, act.recorded_at)
    before = [result for result in queries.results(act.session, batch.id) if result.test == order.test]
    result = act.add(
        Result(
            id=act.new_id(),
            batch_id=batch.id,
            root_id=batch.root_id,
            test=test.code,
            attempt=len(before) + 1,
            comparator=order.comparator,
            value=order.value,
            finding=order.finding,
            method=order.method,
            passed=passed,
            recorded_by=act.person.id,
            recorded_at=act.recorded_at,
            corrects=wrong.id if wrong else None,
            correction_reason=why,
        )
    )
    if rules.opens_deviation(test, passed):
        title = f"Out of specification: {test.name}"
        open_deviation(act, batch.id, batch.root_id, title, _told(within, test, result))
    return result


def _told(within: rules.Bounds, test: SpecifiedTest, result: Result) -> str:
    """What was found and what was allowed, in the words of the specification."""
    how = f"{result.method}, attempt {result.attempt}"
    if result.finding is not None:
        return f"Found {result.finding}, expected {test.expected} ({how})."
    limits = (("at least", within.at_least), ("at most", within.at_most))
    allowed = " and ".join(f"{word} {bound:f}" for word, bound in limits if bound is not None)
    return f"Found {result.comparator or ''}{result.value:f} {test.unit}, allowed {allowed} ({how})."
