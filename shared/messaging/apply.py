# SPDX-License-Identifier: EUPL-1.2
"""Applying arrivals: gate, handlers and receipts, in the caller's one transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime

from shared.messaging import gate
from shared.messaging.gate import Arrival, StoredHashes
from shared.messaging.journal import QUERIES
from shared.messaging.notices import Receipt, send_receipts
from shared.runtime import Cursor
from shared.runtime.crash import crash_point

# Runs one consuming method of the service for a batch of one type.
Handle = Callable[[str, Cursor, Sequence[Arrival], datetime], StoredHashes]


class Applier:
    """Applies what came in for one service, all at once or one by one."""

    def __init__(self, service: str, handle: Handle) -> None:
        self._service = service
        self._handle = handle

    def apply(
        self,
        cur: Cursor,
        states: Sequence[Arrival],
        notices: Sequence[Arrival],
        *,
        now: datetime,
    ) -> None:
        """Apply a batch: what is newer passes the gate; everything gets a receipt.

        Raises what a handler raises: the caller rolls back and takes them one by one.
        """
        newest = gate.newest(states)
        admitted = gate.admit(cur, newest, now=now)
        stored: dict[gate.Key, str] = {}
        for type_, group in _by_type(admitted).items():
            stored.update(self._handle(type_, cur, group, now))
        gate.correct(cur, admitted, stored)
        for type_, group in _by_type(notices).items():
            self._handle(type_, cur, group, now)
        if admitted:
            cur.execute(QUERIES["release_awaiting"], {"now": now})
        self._acknowledge(cur, newest, admitted, stored, now)
        crash_point("consumer.before-commit")

    def apply_one(self, cur: Cursor, arrival: Arrival, *, now: datetime) -> None:
        """Apply one state or notice, as a batch of its own."""
        if arrival.sequence:
            self.apply(cur, [arrival], [], now=now)
        else:
            self.apply(cur, [], [arrival], now=now)

    def refuse(self, cur: Cursor, given_up: Arrival, reason: str, *, now: datetime) -> None:
        """Tell the owner that its state was given up here."""
        receipt = Receipt(
            given_up.recipient,
            given_up.subject,
            given_up.sequence,
            given_up.hash,
            "refused",
            reason[:200],
        )
        send_receipts(cur, [(given_up.type, receipt)], service=self._service, now=now)

    def _acknowledge(
        self,
        cur: Cursor,
        newest: Sequence[Arrival],
        admitted: Sequence[Arrival],
        stored: StoredHashes,
        now: datetime,
    ) -> None:
        """Say what the gate holds now: for the admitted, and for what was older or repeated."""
        receipts = [
            (a.type, Receipt(a.recipient, a.subject, a.sequence, stored[a.key])) for a in admitted
        ]
        if len(admitted) < len(newest):
            types = {arrival.key: arrival.type for arrival in newest}
            held = gate.held(cur, types.keys() - {arrival.key for arrival in admitted})
            receipts += [(types[receipt.recipient, receipt.subject], receipt) for receipt in held]
        if receipts:
            send_receipts(cur, receipts, service=self._service, now=now)


def _by_type(arrivals: Sequence[Arrival]) -> dict[str, list[Arrival]]:
    groups: dict[str, list[Arrival]] = {}
    for arrival in arrivals:
        groups.setdefault(arrival.type, []).append(arrival)
    return groups
