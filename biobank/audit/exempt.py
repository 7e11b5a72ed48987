"""The tables without audit triggers, each with its reason: the reviewed list. Every other table is under them."""

EXEMPT = {
    "public.alembic_version": "written by migrations, as the owner",
    "public.code_counter": "technical; every code it gives stands in a record",
    "public.idempotency_key": "technical; forgotten after 30 days",
    "public.print_job": "technical; the print itself stands in label_print",
    "public.session_use": "technical; when a session was last used, at most once a minute; its beginning and end are watched",
    "public.printer_status": "technical; what a printer said of itself when it was last asked",
    "public.reading": "high volume; sealed by the batch, in reading_batch",
    "public.reading_minute": "worked out from readings",
    "public.reading_gap": "worked out from readings",
    "public.dirty_interval": "a queue of work on readings",
    "public.sensor_waiting": "what came over the air and is no sensor yet; whoever approves it is in the trail",
    "public.warm_threshold": "technical; for which temperatures warm times are worked out",
    "public.reading_rollup": "worked out from readings",
    "public.rollup_due": "a queue of work on readings",
    "public.threshold_due": "a queue of work on readings",
    "public.warm_interval": "worked out from readings",
    "public.limit_interval": "worked out from readings",
    "public.ledger_due": "a queue of work on ledgers",
    "public.factor_use": "technical; which code was used last, so that none is used twice",
    "public.attempt_counter": "technical; every failure that it counts is in sign_in_failure",
    "public.refused_message": "what came over the air and was no reading",
    "public.sensor_seen": "worked out from readings",
    "public.sensor_counter": "worked out from readings",
    "public.heartbeat": "technical; when a process last gave a sign of life",
}
"""What stands in these tables, the verifier cannot hold against the log; partitions count as their table."""
