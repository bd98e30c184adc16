# SPDX-License-Identifier: EUPL-1.2
"""Rows and domain objects: the only room of this service that runs SQL."""

from services.agreements.store import regional, work
from services.agreements.store.agreements import (
    Kept,
    find,
    get,
    list_agreements,
    list_changes,
    lock,
    lock_all,
)
from services.agreements.store.copies import (
    add_decisions,
    employer_name,
    offered,
    put_contacts,
    put_employers,
    put_instruments,
    put_tallies,
    tallies,
)
from services.agreements.store.participations import (
    all_participations,
    list_participants,
    matrix_cells,
    matrix_rows,
    participations,
)
from services.agreements.store.saving import Doer, Saving, note_states, save
from services.agreements.store.sql import Window

__all__ = [
    "Doer",
    "Kept",
    "Saving",
    "Window",
    "add_decisions",
    "all_participations",
    "employer_name",
    "find",
    "get",
    "list_agreements",
    "list_changes",
    "list_participants",
    "lock",
    "lock_all",
    "matrix_cells",
    "matrix_rows",
    "note_states",
    "offered",
    "participations",
    "put_contacts",
    "put_employers",
    "put_instruments",
    "put_tallies",
    "regional",
    "save",
    "tallies",
    "work",
]
