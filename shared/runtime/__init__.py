# SPDX-License-Identifier: EUPL-1.2
"""How a process lives: settings, database, typed entrypoints, calls, health, logs, metrics."""

from shared.runtime.admission import Principal
from shared.runtime.call import Answer, Call, page_of
from shared.runtime.calls import Calls
from shared.runtime.config import settings
from shared.runtime.db import Cursor, Database, UniqueViolation, transaction, widened
from shared.runtime.entrypoints import rpc
from shared.runtime.problems import (
    Fault,
    Faults,
    Json,
    NoConflict,
    NotFound,
    Refusal,
    StaleVersion,
    SubjectFrozen,
    VersionRequired,
    load,
)
from shared.runtime.queries import load_queries
from shared.runtime.remote import DeadlineExceeded, Rpc, ServiceUnavailable

__all__ = [
    "Answer",
    "Call",
    "Calls",
    "Cursor",
    "Database",
    "DeadlineExceeded",
    "Fault",
    "Faults",
    "Json",
    "NoConflict",
    "NotFound",
    "Principal",
    "Refusal",
    "Rpc",
    "ServiceUnavailable",
    "StaleVersion",
    "SubjectFrozen",
    "UniqueViolation",
    "VersionRequired",
    "load",
    "load_queries",
    "page_of",
    "rpc",
    "settings",
    "transaction",
    "widened",
]
