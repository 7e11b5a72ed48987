"""May this batch go to its patient? Review, disposition by QA, certification by the QP, release by the sponsor."""
