"""Every label ever printed: the ledger, the print jobs, and the scan that proves it sits where it belongs."""
