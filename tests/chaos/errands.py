# SPDX-License-Identifier: EUPL-1.2
"""Errands: what somebody must ask for before a process passes a point at which it is to die."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any
from uuid import UUID

from shared.contracts.topology import SERVICES
from tests.chaos.caller import Command
from tests.chaos.evidence import RECEIVED
from tests.chaos.field import Field, becomes
from tests.chaos.load import Worker
from tests.chaos.stage import REGIONS

Errand = Callable[[Field, Random], object]
SECONDS = 30.0
COPY = {"recipient": "AM23"}
LOSE = "DELETE FROM region_agreements WHERE region = %(recipient)s AND agreement_id = %(id)s"
UNGATE = "DELETE FROM gate WHERE recipient = %(recipient)s AND subject = %(subject)s"
BODY = "SELECT body FROM journal WHERE subject = %(subject)s"
BURY = """
INSERT INTO dead_letters (origin, queue, recipient, subject, sequence, body, error_class, error,
    fingerprint, first_at, last_at)
VALUES ('exhausted', 'regions.' || %(recipient)s, %(recipient)s, %(subject)s, 1, %(body)s,
    'KeyError', 'buried by hand', %(fingerprint)s, now(), now())
RETURNING id
"""
ROUNDS = "SELECT 1 FROM reconcile_rounds WHERE finished_at IS NULL"


def _lost_copy(field: Field) -> dict[str, Any] | None:
    """Have a region lose its copy of an agreement that nobody will change; say which."""
    agreement = field.worker.publish_to_all()
    copy = {**COPY, "id": agreement, "subject": f"agreement/{agreement}"}

    def received() -> bool:
        return len(field.proof.rows("agreements", RECEIVED, copy)) == len(REGIONS)

    if agreement is None or not becomes(received, SECONDS):
        return None
    # From here on it is written by hand: its order is judged no more, what is held at the end is.
    for place, subject in (("gate", copy["subject"]), ("region_agreements", agreement)):
        field.recorder.tell("tampered", place=place, recipient=COPY["recipient"], subject=subject)
    field.ask_owner("regions", LOSE, copy)
    return copy


def _compared(field: Field, **body: object) -> None:
    path = "/operations/reconciliations"
    field.worker.ask(Command("reconciliation", "POST", path, body, marked=False))


def reconciled(field: Field) -> None:
    """Have everything compared twice, as the schedule does in time: what a hand took is back."""
    for _ in range(2):
        _compared(field)
        becomes(lambda: not any(field.proof.rows(one, ROUNDS) for one in SERVICES), SECONDS)


def compared(field: Field, _chance: Random) -> None:
    """Have every service compare what its recipients hold."""
    _compared(field)


def repaired(field: Field, _chance: Random) -> None:
    """Have a lost copy found twice, which is when it is repaired."""
    if _lost_copy(field) is None:
        return
    for _ in range(2):
        becomes(lambda: not field.proof.rows("agreements", ROUNDS), SECONDS)
        _compared(field, recipients=[COPY["recipient"]])


def replayed(field: Field, chance: Random) -> None:
    """Have a region lose a copy, and the dead letter of it tried again."""
    copy = _lost_copy(field)
    if copy is None:
        return
    field.ask_owner("regions", UNGATE, copy)
    [kept] = field.proof.rows("agreements", BODY, copy)
    mark = UUID(int=chance.getrandbits(128)).hex
    buried = field.proof.rows("regions", BURY, {**copy, **kept, "fingerprint": mark})
    body = {"letters": [f"regions-{row['id']}" for row in buried], "reason": "Hersteld"}
    path = "/operations/dead-letters/replays"
    field.worker.ask(Command("replay", "POST", path, body, marked=False))


def _of_load(what: Callable[[Worker], object]) -> Errand:
    return lambda field, _chance: what(field.worker)


ERRANDS: Mapping[tuple[str, str], Errand] = {
    ("agreements", "reconcile.after-check"): compared,
    ("agreements", "reconcile.after-lower"): repaired,
    ("agreements", "join.after-resend"): _of_load(Worker.join_one),
    ("regions", "replay.before-commit"): replayed,
    ("providers", "call.before-commit"): _of_load(Worker.provide),
    ("providers", "call.after-commit"): _of_load(Worker.provide),
    ("employers", "relay.after-publish"): _of_load(Worker.rename),
    ("employers", "relay.after-confirm"): _of_load(Worker.rename),
}
