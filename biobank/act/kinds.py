"""The coded kinds of acts, who may begin them, and which demand a written reason. The database holds the same list."""

from enum import StrEnum

from biobank.act.people import SYSTEM_PEOPLE
from biobank.db.prepare import Coded
from biobank.db.roles import Login


class Kind(StrEnum):
    """What an act does, named after the bench verb."""

    # every side
    REFUSED = "refused"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    CHANGE_PASSWORD = "change_password"
    SET_SECOND_FACTOR = "set_second_factor"
    SET_PIN = "set_pin"
    HAND_OVER = "hand_over"
    TAKE_OVER = "take_over"
    REPRINT_LABEL = "reprint_label"
    ACCOUNT_LABEL = "account_label"
    ANSWER_FOR_PRINT = "answer_for_print"
    READ_LABEL_BACK = "read_label_back"
    ISSUE_FORMS = "issue_forms"
    VOID_FORM = "void_form"
    CLOSE_PAD = "close_pad"
    # bedside
    CONSENT = "consent"
    SCREEN = "screen"
    ALLOCATE = "allocate"
    PRINT_WRISTBAND = "print_wristband"
    WEIGH = "weigh"
    CORRECT_WEIGHT = "correct_weight"
    COLLECT = "collect"
    RETRIEVE_KIT = "retrieve_kit"
    ADMINISTER = "administer"
    ACCOUNT_REMAINS = "account_remains"
    BREAK_CODE = "break_code"
    WITHDRAW = "withdraw"
    COMPLETE = "complete"
    # facility
    RECEIVE = "receive"
    ROUTE = "route"
    ISOLATE = "isolate"
    SEED = "seed"
    FEED = "feed"
    HARVEST = "harvest"
    VERIFY_HARVEST = "verify_harvest"
    DISCARD_CULTURE = "discard_culture"
    FAIL_BATCH = "fail_batch"
    RECORD_DONOR_TEST = "record_donor_test"
    FREEZE = "freeze"
    STORE_UNIT = "store_unit"
    IDENTIFY_UNIT = "identify_unit"
    DESTROY_UNIT = "destroy_unit"
    WRITE_FREEZER_LOG = "write_freezer_log"
    RECORD_OPENING = "record_opening"
    RECORD_PULL = "record_pull"
    IMPORT_TRANSPORT = "import_transport"
    SET_WARMING_RULE = "set_warming_rule"
    SET_RETENTION = "set_retention"
    DESCRIBE_LOGGER = "describe_logger"
    IMPORT_READINGS = "import_readings"
    RECORD_RESULT = "record_result"
    CORRECT_RESULT = "correct_result"
    CORRECT_RECEIPT = "correct_receipt"
    REVIEW_TRAIL = "review_trail"
    DISPOSE = "dispose"
    CERTIFY = "certify"
    RELEASE = "release"
    PLAN_DOSE = "plan_dose"
    OPEN_PREPARATION = "open_preparation"
    THAW_UNIT = "thaw_unit"
    RECOUNT = "recount"
    FILL_KIT = "fill_kit"
    DECIDE_LOW_DOSE = "decide_low_dose"
    DECLARE_READY = "declare_ready"
    VOID_KIT = "void_kit"
    PLACE_HOLD = "place_hold"
    LIFT_HOLD = "lift_hold"
    OPEN_DEVIATION = "open_deviation"
    CLOSE_DEVIATION = "close_deviation"
    REDACT = "redact"
    RECEIVE_LOT = "receive_lot"
    REGISTER_FREEZER = "register_freezer"
    REGISTER_SENSOR = "register_sensor"
    APPROVE_SENSOR = "approve_sensor"
    CALIBRATE_SENSOR = "calibrate_sensor"
    RETIRE_SENSOR = "retire_sensor"
    SET_FREEZER_RULE = "set_freezer_rule"
    REGISTER_POSITIONS = "register_positions"
    ACKNOWLEDGE_ALARM = "acknowledge_alarm"
    DISABLE_ALARMS = "disable_alarms"
    ARM_ALARMS = "arm_alarms"
    SET_ALARM_RULE = "set_alarm_rule"
    SET_SENSOR_LIMIT = "set_sensor_limit"
    PROVE_ALARMS = "prove_alarms"
    PLAN_PROOFS = "plan_proofs"
    ENTER_CONTACT = "enter_contact"
    SET_DUTY = "set_duty"
    END_CONTACT = "end_contact"
    UPLOAD_ALLOCATION = "upload_allocation"
    VERIFY_ALLOCATION = "verify_allocation"
    # desk
    ENROL_PERSON = "enrol_person"
    GRANT_ROLE = "grant_role"
    UNLOCK_PERSON = "unlock_person"
    VERIFY_IDENTITY = "verify_identity"
    RESET_PASSWORD = "reset_password"
    END_ROLE = "end_role"
    QUALIFY_PERSON = "qualify_person"
    REVIEW_RIGHTS = "review_rights"
    END_PERSON = "end_person"
    GIVE_BADGE = "give_badge"
    REGISTER_INSTRUMENT = "register_instrument"
    REVOKE_TOKEN = "revoke_token"
    SET_ACCESS_POLICY = "set_access_policy"
    REGISTER_PRINTER = "register_printer"
    CHANGE_PRINTER = "change_printer"
    LOAD_STUDY = "load_study"
    SET_CLOCK = "set_clock"
    # system
    PREPARE_DATABASE = "prepare_database"
    MAKE_KEY = "make_key"
    ROTATE_KEY = "rotate_key"
    CHANGE_SETTINGS = "change_settings"
    EVALUATE_READINGS = "evaluate_readings"
    WATCH_ALARMS = "watch_alarms"
    FOLLOW_PROOF = "follow_proof"
    TELL_PEOPLE = "tell_people"
    SEND_NOTICE = "send_notice"
    HOLD_WARMED = "hold_warmed"
    STORE_READINGS = "store_readings"
    PRINT_JOB = "print_job"
    REFUSE_PROOF = "refuse_proof"


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
