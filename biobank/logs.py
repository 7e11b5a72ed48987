"""What the programs write to their logs: a line for each event, and for a bug its traceback without the values it held."""

import structlog


def configure() -> None:
    """Call this once in each program. A value in a log would be a password, a name or an arm that nobody meant to show."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )
