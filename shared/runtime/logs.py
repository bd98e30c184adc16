# SPDX-License-Identifier: EUPL-1.2
"""Structured logs: one JSON object a line, on standard output, for every library too."""

import json
import logging
import re
import sys
from typing import Any

import structlog

from shared.runtime import tracing

# Where it broke, and nothing of what it was working on: that may be about somebody.
TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)
# What PostgreSQL adds to its message, to the end of that text: values of the row it refused.
ROW = re.compile(r"\\n(?:DETAIL|CONTEXT):(?:[^\"\\]|\\.)*")
PASSWORD = re.compile(r"(?<=://)([^\s/:@]*):[^\s/@]+@")


def set_up_logs(service: str, level: str) -> None:
    """Write every log line of this process as JSON, with the service's name on it."""
    shape: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        tracing.tell_log,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        TRACEBACKS,
    ]
    structlog.configure(
        processors=[*shape, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shape,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(_written),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # Chatter of libraries, at a level where it says nothing that our own lines do not.
    for noisy in ("nameko", "amqp", "kombu", "psycopg.pool"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    structlog.contextvars.bind_contextvars(service=service)


def _written(event: Any, **how: Any) -> str:  # noqa: ANN401 - structlog's own words
    """Write a line without a row's values, or the password of any address.

    Of addresses nameko masks the first only.
    """
    return PASSWORD.sub(r"\1:***@", ROW.sub("", json.dumps(event, **how)))
