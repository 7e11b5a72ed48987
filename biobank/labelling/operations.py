"""Printing labels, each into the ledger first, and saying what became of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from biobank.act.acts import Act
from biobank.act.people import Person, Side
from biobank.custody import codes
from biobank.custody import queries as custody
from biobank.custody.rules import Purpose, check_not_held
from biobank.custody.tables import Material, Scope
from biobank.labelling import jobs, payloads, queries, rules
from biobank.labelling.queries import Carrier, Found
from biobank.labelling.rules import DRAWN_BELOW, DRAWN_FROM, JobState, LabelState
from biobank.labelling.tables import LabelPrint, PrintAnswer
from biobank.labelling.warnings import with_warnings
from biobank.studies import queries as studies
from biobank.studies.rules import ParticipantState, check_allocated
from biobank.studies.tables import Participant
from labels import pdf, zpl
from labels.documents import Label, RefusedLabel, content_hash
from labels.geometry import place
from labels.profiles import VERSIONS, Profile


@dataclass(frozen=True)
class Wanted:
    """A label to print, whose rules its code follows, at which place it is needed, and which copy of it."""

    carrier: Carrier
    label: Label
    profile: Profile
    profile_version: str
    place: str | None
    copy_number: int = 1

    @property
    def scope(self) -> Scope:
        """Whose eyes it is for: what a participant wears is of the bedside."""
        return Scope.BEDSIDE if isinstance(self.carrier, Participant) else Scope(self.carrier.scope)


def print_label(act: Act, carrier: Carrier, layout: str, fields: dict[str, str], code: str) -> LabelPrint:
    """The first print of a label, its content as it shall be printed, in the installation's language.

    ``code`` is that of the thing; on a label of one of the site's trade items it is the serial number. Raises NotPrintable.
    """
    return print_labels(act, carrier, {layout: fields}, code)[0]


def print_labels(
    act: Act,
    carrier: Carrier,
    contents: Mapping[str, dict[str, str]],
    code: str,
    whose: Participant | None = None,
    collected_on: date | None = None,
) -> list[LabelPrint]:
    """The same of several labels, fields by layout, but for those that this installation does without: they leave the printer in
    this order. At the bedside ``whose`` it is says where they are needed; a symbol of ISBT 128 says when marrow was
    ``collected_on``. Raises NotPrintable.
    """
    needed = _place(act, carrier, whose)
    wanted = {layout: fields for layout, fields in contents.items() if layout not in act.labels_left_out}
    said = {layout: payloads.payload(act, layout, code, collected_on) for layout in wanted}
    return _print(act, [_first(act, carrier, layout, fields, said[layout], needed) for layout, fields in wanted.items()])


def print_wristband(act: Act, code: str) -> Found:
    """The first wristband of who takes part: the number that the bedside scans before each step, the study and the site, no name.

    Raises NoSuchParticipant, WrongState, WristbandKnown, NotPrintable.
    """
    participant = studies.participant_for_change(act, code)
    check_allocated(participant.code, ParticipantState(participant.state))
    rules.check_no_wristband(participant.code, [one.number for one in queries.labels_of(act.session, participant)])
    site = studies.site_of(act.session, participant)
    shown = {"trial": studies.protocol(act.session, participant).study, "site": f"{site.code} {site.name}"}
    return print_label(act, participant, "wristband", shown, participant.code), participant


def reprint(act: Act, labels: Sequence[Found], second: Person | None) -> list[LabelPrint]:
    """Another copy of each with the same content, and whatever must be warned of by now, for the act's reason, in the presence
    of a second person, who is not needed for racks and boxes.

    Raises OtherSidesLabel, SecondPersonNeeded, NeverRelabelled, NamedTwice, LabelSetOver, OnHold.
    """
    for printed, _ in labels:
        _check_own(act, printed)
        rules.check_seen_by_two(printed.number, printed.layout, alone=second is None)
    rules.check_named_once({one.number: (one.carrier_id, one.layout) for one, _ in labels}, len(labels))
    return _again(act, labels, second)


def answer(act: Act, printed: LabelPrint, carrier: Carrier, came_out: bool, reason: str) -> LabelPrint:
    """Say whether an unknown print came out, by whoever looked; a label that did not is void, if it was not before, and another
    copy is printed then. Returns the label that counts from now on.

    Raises OtherSidesLabel, PrintNotUnknown, LabelAccounted, NeverRelabelled, LabelSetOver, OnHold.
    """
    _check_own(act, printed)
    job = jobs.job_of(act.session, printed, lock=True)
    rules.check_unknown(printed.number, None if job is None else JobState(job.state))
    assert job is not None, "what nobody can tell of was sent"
    jobs.move(act, job, JobState.PRINTED if came_out else JobState.NOT_PRINTED)
    act.add(
        PrintAnswer(
            id=act.new_id(),
            label_print_id=printed.id,
            came_out=came_out,
            reason=reason,
            answered_by=act.person.id,
            answered_at=act.recorded_at,
        )
    )
    if came_out or printed.state in (LabelState.VOID, LabelState.DESTROYED):
        return printed
    _become(act, printed, LabelState.VOID)
    return _again(act, [(printed, carrier)])[0]


def account(act: Act, printed: LabelPrint, state: LabelState) -> LabelPrint:
    """Say what became of a label; one that is no good any more leaves no queue. Raises OtherSidesLabel, LabelAccounted."""
    _check_own(act, printed)
    _become(act, printed, state)
    job = jobs.job_of(act.session, printed, lock=True)
    if state is not LabelState.APPLIED and job is not None and job.state == JobState.QUEUED:
        jobs.move(act, job, JobState.WITHDRAWN)
    return printed


def read_back(act: Act, labels: Sequence[Found], read: Sequence[str]) -> None:
    """Prove that each label sits where it belongs, by what was read there: all of them are applied, or none.

    Raises OtherSidesLabel, NothingToStickOn, OtherLabelRead, LabelAccounted.
    """
    ahead = queries.states_of_sets(act.session, [carrier.id for _, carrier in labels])
    for (printed, carrier), told in zip(labels, read, strict=True):
        _check_own(act, printed)
        rules.check_something_to_stick_on(printed.number, ahead.get(carrier.id))
        rules.check_read_back(printed.number, printed.payload, told)
        rules.check_may_become(printed.number, LabelState(printed.state), LabelState.APPLIED)
        printed.state, printed.read_back = LabelState.APPLIED, told
    act.session.flush()


def check_proven(act: Act, material: Material) -> None:
    """Ask that the labels of ``material`` were read back on it: nothing moves under an unproven label.

    Until it was first taken over, the facility is asked for those that the bedside printed too: no other side answers for what it
    never had. Later each side is asked for its own. The bedside never sees those of the facility. Raises LabelNotReadBack.
    """
    labels: dict[str, dict[int, LabelState]] = {}
    side = None if custody.taken_at(act.session, material.id) is None else act.person.side
    for one in queries.labels_by_number(act.session, material, side):
        labels.setdefault(one.layout, {})[one.number] = LabelState(one.state)
    rules.check_proven(material.code, material.kind, labels)


def content(printed: LabelPrint) -> Label:
    """What stands on a label of the ledger."""
    return Label(printed.layout, printed.fields, printed.payload, printed.language)


def document(printed: LabelPrint) -> bytes:
    """A label of the ledger as PDF: the same bytes for the same content."""
    return sheet([content(printed)])


def stream(printed: LabelPrint, dpi: int) -> bytes:
    """A label of the ledger as ZPL II, for a print head of ``dpi`` dots per inch."""
    return zpl.render([content(printed)], dpi)


def sheet(labels: Sequence[Label]) -> bytes:
    """Labels as PDF, one to a page; for what is no material, such as positions, also without the ledger. Raises NotPrintable."""
    try:
        return pdf.render(labels)
    except RefusedLabel as refused:
        raise _not_printable(refused) from refused


def _first(
    act: Act, carrier: Carrier, layout: str, fields: dict[str, str], said: tuple[Profile, str], needed: str | None
) -> Wanted:
    profile, payload = said
    label = Label(layout, with_warnings(act, carrier, layout, fields), payload, act.label_language)
    return Wanted(carrier, label, profile, VERSIONS[profile], needed)


def _place(act: Act, carrier: Carrier, whose: Participant | None = None) -> str | None:
    """Where a label is needed: where the acting person works, and of several sites at the one of the participant.

    None where nobody can tell: then it is printed where the side as a whole prints, and not at a place that may be another.
    """
    places = act.person.places
    if len(places) <= 1:
        return next(iter(places), None)
    if act.person.side is not Side.BEDSIDE:
        return None
    known = whose or (carrier if isinstance(carrier, Participant) else queries.expecting(act.session, carrier))
    return None if known is None else studies.place_of(act.session, known)


def _check_own(act: Act, printed: LabelPrint) -> None:
    rules.check_own_label(printed.number, printed.scope == Scope.BEDSIDE, act.person.side is Side.BEDSIDE)


def _become(act: Act, printed: LabelPrint, state: LabelState) -> None:
    rules.check_may_become(printed.number, LabelState(printed.state), state)
    printed.state = state
    act.session.flush()


def _again(act: Act, labels: Sequence[Found], second: Person | None = None) -> list[LabelPrint]:
    known, wanted = queries.copies(act.session, [printed for printed, _ in labels]), []
    ahead = queries.states_of_sets(act.session, [carrier.id for _, carrier in labels])
    for printed, carrier in labels:
        rules.check_not_given_up(carrier.code, ahead.get(carrier.id))
        copies = known[printed.carrier_id, printed.layout]
        rules.check_may_reprint(printed.number, printed.layout, copies)
        before, profile = content(printed), Profile(printed.profile)
        label = replace(before, fields=with_warnings(act, carrier, printed.layout, before.fields))
        wanted.append(Wanted(carrier, label, profile, printed.profile_version, _place(act, carrier), len(copies) + 1))
    return _print(act, wanted, second)


def _print(act: Act, wanted: Sequence[Wanted], second: Person | None = None) -> list[LabelPrint]:
    """Into the ledger, and into the queues of the printers where each is needed."""
    for one in wanted:
        _check_fits(one.label)
        _check_released(act, one)
    made = [
        LabelPrint(
            id=act.new_id(),
            scope=one.scope,
            number=number,
            material_id=None if isinstance(one.carrier, Participant) else one.carrier.id,
            participant_id=one.carrier.id if isinstance(one.carrier, Participant) else None,
            layout=one.label.layout,
            fields=one.label.fields,
            payload=one.label.payload,
            profile=one.profile,
            profile_version=one.profile_version,
            language=one.label.language,
            content_sha256=bytes.fromhex(content_hash(one.label)),
            copy_number=one.copy_number,
            reason=act.reason if one.copy_number > 1 else None,
            state=LabelState.PRINTED,
            printed_by=act.person.id,
            printed_at=act.recorded_at,
            second_id=None if second is None else second.id,
        )
        for one, number in zip(wanted, _numbers(act, wanted), strict=True)
    ]
    act.session.add_all(made)
    act.session.flush()
    jobs.queue(act, [(printed, one.place) for printed, one in zip(made, wanted, strict=True)])
    return made


def _check_fits(label: Label) -> None:
    try:
        place(label)
    except RefusedLabel as refused:
        raise _not_printable(refused) from refused


def _check_released(act: Act, one: Wanted) -> None:
    """What a hold keeps from patients is not labelled as released, nor labelled so again. Raises OnHold."""
    if one.label.layout == "release" and isinstance(one.carrier, Material):
        holds = custody.open_holds(act.session, one.carrier.id, one.carrier.root_id)
        check_not_held(custody.blocking(holds), Purpose.PATIENT_USE)


def _not_printable(refused: RefusedLabel) -> rules.NotPrintable:
    why = str(refused).partition(": ")[2]
    return rules.NotPrintable(field=refused.field, layout=refused.layout, why=why)


def _numbers(act: Act, wanted: Sequence[Wanted]) -> list[int]:
    """The next of each scope; drawn where the facility prints for the bedside, whose counter none of its acts may move."""
    drawn = [one.scope == Scope.BEDSIDE and act.person.side is not Side.BEDSIDE for one in wanted]
    counted = Counter(one.scope for one, is_drawn in zip(wanted, drawn, strict=True) if not is_drawn)
    following = {scope: iter(codes.next_numbers(act, scope, "label", count)) for scope, count in counted.items()}
    return [
        _drawn(act, one) if is_drawn else next(following[one.scope])
        for one, is_drawn in zip(wanted, drawn, strict=True)
    ]


def _drawn(act: Act, one: Wanted) -> int:
    draw = act.randomness.stream("label", one.label.payload, one.label.layout, str(one.copy_number))
    while True:
        number = DRAWN_FROM + draw(DRAWN_BELOW - DRAWN_FROM)
        if queries.is_free(act.session, Scope.BEDSIDE, number):
            return number
