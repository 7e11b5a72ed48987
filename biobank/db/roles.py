"""The logins of the database. None is a member of another, none owns anything; the owner cannot log in."""

from enum import StrEnum

OWNER = "biobank_owner"


class Login(StrEnum):
    """One login, one pool. An act picks it by the person's side."""

    FACILITY = "biobank_facility"
    BEDSIDE = "biobank_bedside"
    DESK = "biobank_desk"
    WORKER = "biobank_worker"
    INGEST = "biobank_ingest"
    PRINTING = "biobank_printing"
    AUDITOR = "biobank_auditor"
