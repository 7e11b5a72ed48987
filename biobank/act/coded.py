"""Who may begin which kind of act, and which demand a written reason or go on by hand. The database holds the same list."""

from biobank.act.kinds import Kind
from biobank.act.people import SYSTEM_PEOPLE
from biobank.db.prepare import Coded
from biobank.db.roles import Login

_EVERY_SIDE = (
    Kind.REFUSED,
    Kind.HAND_OVER,
    Kind.TAKE_OVER,
    Kind.REPRINT_LABEL,
    Kind.ACCOUNT_LABEL,
    Kind.ANSWER_FOR_PRINT,
    Kind.READ_LABEL_BACK,
    Kind.ISSUE_FORMS,
    Kind.VOID_FORM,
    Kind.CLOSE_PAD,
)
_BY_LOGIN: dict[Login, tuple[Kind, ...]] = {
    Login.BEDSIDE: (
        *_EVERY_SIDE,
        Kind.CONSENT,
        Kind.SCREEN,
        Kind.ALLOCATE,
        Kind.PRINT_WRISTBAND,
        Kind.PREPARE_LABELS,
        Kind.VOID_LABELS,
        Kind.WEIGH,
        Kind.CORRECT_WEIGHT,
        Kind.COLLECT,
        Kind.RETRIEVE_KIT,
        Kind.ADMINISTER,
        Kind.ACCOUNT_REMAINS,
        Kind.BREAK_CODE,
        Kind.WITHDRAW,
        Kind.COMPLETE,
    ),
    Login.DESK: (
        Kind.REFUSED,
        Kind.SIGN_IN,
        Kind.SIGN_OUT,
        Kind.CHANGE_PASSWORD,
        Kind.SET_SECOND_FACTOR,
        Kind.SET_PIN,
        Kind.ENROL_PERSON,
        Kind.GRANT_ROLE,
        Kind.UNLOCK_PERSON,
        Kind.VERIFY_IDENTITY,
        Kind.RESET_PASSWORD,
        Kind.END_ROLE,
        Kind.QUALIFY_PERSON,
        Kind.REVIEW_RIGHTS,
        Kind.END_PERSON,
        Kind.GIVE_BADGE,
        Kind.REGISTER_INSTRUMENT,
        Kind.REVOKE_TOKEN,
        Kind.SET_ACCESS_POLICY,
        Kind.REFUSE_PROOF,
        Kind.REGISTER_PRINTER,
        Kind.CHANGE_PRINTER,
        Kind.LOAD_STUDY,
        Kind.SET_CLOCK,
    ),
    Login.WORKER: (
        Kind.REFUSED,
        Kind.EVALUATE_READINGS,
        Kind.WATCH_ALARMS,
        Kind.FOLLOW_PROOF,
        Kind.TELL_PEOPLE,
        Kind.SEND_NOTICE,
        Kind.HOLD_WARMED,
        Kind.MAKE_KEY,
        Kind.ROTATE_KEY,
        Kind.CHANGE_SETTINGS,
    ),
    Login.INGEST: (Kind.STORE_READINGS,),
    Login.PRINTING: (Kind.PRINT_JOB,),
}
_BOTH_SIDES = (*_EVERY_SIDE, Kind.BREAK_CODE)
_NOT_FACILITY = {kind for login, kinds in _BY_LOGIN.items() for kind in kinds if kind not in _BOTH_SIDES} | {
    Kind.PREPARE_DATABASE
}
_BY_LOGIN[Login.FACILITY] = tuple(kind for kind in Kind if kind not in _NOT_FACILITY)

LOGINS_OF: dict[Kind, frozenset[Login]] = {
    kind: frozenset(login for login, kinds in _BY_LOGIN.items() if kind in kinds) for kind in Kind
}
"""Which logins may begin an act of this kind; the database refuses the others."""

REASONED: frozenset[Kind] = frozenset(
    {
        Kind.REPRINT_LABEL,
        Kind.ANSWER_FOR_PRINT,
        Kind.VOID_LABELS,
        Kind.VOID_FORM,
        Kind.CORRECT_WEIGHT,
        Kind.CORRECT_RESULT,
        Kind.CORRECT_RECEIPT,
        Kind.PLACE_HOLD,
        Kind.LIFT_HOLD,
        Kind.RETIRE_SENSOR,
        Kind.SET_FREEZER_RULE,
        Kind.ACKNOWLEDGE_ALARM,
        Kind.DISABLE_ALARMS,
        Kind.ARM_ALARMS,
        Kind.SET_ALARM_RULE,
        Kind.SET_SENSOR_LIMIT,
        Kind.SET_SENSOR_INTERVAL,
        Kind.PROVE_ALARMS,
        Kind.PLAN_PROOFS,
        Kind.END_CONTACT,
        Kind.WITHDRAW,
        Kind.BREAK_CODE,
        Kind.DECIDE_LOW_DOSE,
        Kind.VOID_KIT,
        Kind.DISCARD_CULTURE,
        Kind.SET_WARMING_RULE,
        Kind.SET_RETENTION,
        Kind.DESCRIBE_LOGGER,
        Kind.FAIL_BATCH,
        Kind.DESTROY_UNIT,
        Kind.CLOSE_DEVIATION,
        Kind.REDACT,
        Kind.UNLOCK_PERSON,
        Kind.RESET_PASSWORD,
        Kind.END_ROLE,
        Kind.QUALIFY_PERSON,
        Kind.END_PERSON,
        Kind.REVOKE_TOKEN,
        Kind.CHANGE_PRINTER,
        Kind.SET_ACCESS_POLICY,
        Kind.ROTATE_KEY,
    }
)
"""Acts that correct, void, destroy, override or hold: the database demands a written reason (21 CFR 11.10(e), Annex 11 §9)."""

ON_PAPER: frozenset[Kind] = frozenset(
    {
        Kind.HAND_OVER,
        Kind.TAKE_OVER,
        Kind.ACCOUNT_LABEL,
        Kind.READ_LABEL_BACK,
        Kind.CONSENT,
        Kind.SCREEN,
        Kind.WEIGH,
        Kind.COLLECT,
        Kind.RETRIEVE_KIT,
        Kind.ADMINISTER,
        Kind.ACCOUNT_REMAINS,
        Kind.WITHDRAW,
        Kind.RECEIVE,
        Kind.ISOLATE,
        Kind.SEED,
        Kind.FEED,
        Kind.HARVEST,
        Kind.VERIFY_HARVEST,
        Kind.DISCARD_CULTURE,
        Kind.RECORD_DONOR_TEST,
        Kind.FREEZE,
        Kind.STORE_UNIT,
        Kind.RECORD_RESULT,
        Kind.OPEN_PREPARATION,
        Kind.THAW_UNIT,
        Kind.RECOUNT,
        Kind.FILL_KIT,
        Kind.PLACE_HOLD,
        Kind.OPEN_DEVIATION,
        Kind.RECEIVE_LOT,
    }
)
"""What is done at the bench and the bedside goes on by hand through an outage; nothing that is signed or sealed does."""


def coded() -> Coded:
    """What the database is told of kinds and system people when it is prepared."""
    kinds = [(kind.value, kind in REASONED, kind in ON_PAPER, sorted(one.value for one in LOGINS_OF[kind])) for kind in Kind]
    return Coded(kinds, [(person.id, person.username, person.name) for person in SYSTEM_PEOPLE])
