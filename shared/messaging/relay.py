# SPDX-License-Identifier: EUPL-1.2
"""The relay: what stands in the outbox goes out, once more rather than never.

One owner at a time, by an advisory lock that lives and dies with its session. A crash between
publish and mark sends a message twice; the recipients' gates ignore the second. Rows are marked
on the session that holds the lock, so that a relay that lost it marks nothing.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import structlog

from shared.contracts import EVENTS
from shared.contracts.envelope import BATCH_CONTENT_TYPE, traceparent_of
from shared.contracts.topology import GROUPS
from shared.messaging import metrics, policy, wire
from shared.messaging.aside import Aside
from shared.messaging.duties import Duties
from shared.messaging.journal import QUERIES
from shared.runtime import clock, tracing
from shared.runtime.crash import crash_point
from shared.runtime.db import Connection, OperationalError, connect
from shared.runtime.health import health

log = structlog.get_logger()

Row = dict[str, Any]
ByFate = dict[wire.Fate, list[Row]]
POLL_SECONDS = 1.0


class Relay:
    """Publishes one outbox for as long as `keep_on` says so."""

    def __init__(self, service: str, *, database_url: str, amqp_url: str) -> None:
        self._name = f"schakel-{service}-relay"
        self._database_url = database_url
        self._amqp_url = amqp_url
        self._unconfirmed: Counter[int] = Counter()
        self._aside = Aside()
        self._taking = False
        self._broker_was_away = False
        self._failures = 0

    def run(self, keep_on: Callable[[], bool], pause: Callable[[float], object]) -> None:
        """Own the outbox and empty it, reconnecting with growing pauses to whatever is away."""
        while keep_on():
            health.beat("relay")
            try:
                with connect(self._database_url, application_name=self._name) as session:
                    if self._take_ownership(session, keep_on, pause):
                        self._relay(session, keep_on)
            except (OperationalError, *wire.BrokerAway) as error:
                self._failures += 1
                self._broker_was_away |= not isinstance(error, OperationalError)
                log.warning("relay_interrupted", error=str(error), failures=self._failures)
                pause(policy.RECONNECT.after(self._failures).total_seconds())
            finally:
                metrics.RELAY_LOCK_HELD.set(0)

    def _take_ownership(
        self,
        session: Connection[Any],
        keep_on: Callable[[], bool],
        pause: Callable[[float], object],
    ) -> bool:
        while keep_on():
            health.beat("relay")
            row = session.execute(QUERIES["take_ownership"]).fetchone()
            if row is not None and row["taken"]:
                metrics.RELAY_LOCK_HELD.set(1)
                return True
            pause(POLL_SECONDS)
        return False

    def _relay(self, session: Connection[Any], keep_on: Callable[[], bool]) -> None:
        session.execute("LISTEN outbox")
        duties = Duties()
        with wire.connected(self._amqp_url, self._name) as broker:
            if self._broker_was_away:
                # It may have come back empty: whatever is owed is looked at now.
                session.execute(QUERIES["look_now"], {"now": clock.now()})
                self._broker_was_away = False
            publisher = wire.Publisher(broker)
            while keep_on():
                health.beat("relay")
                duties.run(session, publisher)
                self._turn(session, publisher)
                # Only a turn that went well ends a row of failures, not a session that opened.
                self._failures = 0

    def _turn(self, session: Connection[Any], publisher: wire.Publisher) -> None:
        """Send one window, or wait for a hint that there is something to send."""
        wanted = {"window": policy.WINDOW, "aside": self._aside.names}
        rows = session.execute(QUERIES["unsent"], wanted).fetchall()
        if not rows:
            publisher.keep_alive()
            _await_hint(session)
            return
        suspects = self._aside.suspects
        doubtful = [row for row in rows if not suspects.isdisjoint(_addressees(row))]
        if mixed := [row for row in doubtful if len(row["audience"]) > 1]:
            self._split(session, mixed, suspects)
            return
        trusted = [row for row in rows if suspects.isdisjoint(_addressees(row))]
        self._taking = False
        for part in self._parts(trusted):
            by_fate = self._send(session, publisher, part, policy.CONFIRM_SECONDS)
            if publisher.broken:
                if publisher.blocked:
                    raise ConnectionError("the broker has no disk or no memory: it takes nothing")
                self._set_aside(by_fate)
                publisher.renew()
        if doubtful:
            self._try_again(session, doubtful[0])

    def _parts(self, rows: Sequence[Row]) -> Iterator[list[Row]]:
        """Give first what concerns many: its copies arrive as one burst, and are one batch there.

        After each failure it is the other way round, so that neither can hold up the other.
        """
        wide = [row for row in rows if len(row["audience"]) > 1]
        narrow = [row for row in rows if len(row["audience"]) <= 1]
        yield from filter(None, (narrow, wide) if self._failures % 2 else (wide, narrow))

    def _send(
        self, session: Connection[Any], publisher: wire.Publisher, rows: list[Row], patience: float
    ) -> ByFate:
        packs = list(pack(rows))
        started = time.perf_counter()
        told = (map(_traceparent, one) for one in packs)
        with tracing.sending("send", told) as carried:
            messages = [_message(*one) for one in zip(packs, carried, strict=False)]
            fates = publisher.send(messages, patience_seconds=patience)
        metrics.RELAY_CONFIRM_SECONDS.observe(time.perf_counter() - started)
        by_fate: ByFate = {}
        for one, fate in zip(packs, fates, strict=True):
            by_fate.setdefault(fate, []).extend(one)
            metrics.OUTBOX_PUBLISHED_TOTAL.labels(fate).inc(len(one))
        crash_point("relay.after-confirm")
        self._mark(session, by_fate)
        return by_fate

    def _set_aside(self, by_fate: ByFate) -> None:
        """Go on without those whose own queue did not take it; if it may be more, start afresh.

        A queue that nothing leads refuses at once, and is no reason to pause for all others. One
        that answers nothing holds up its channel for a minute: of what was not confirmed, the
        first is to blame, and the rest only came after it.
        """
        unconfirmed = by_fate.get("unconfirmed", [])
        failed = {**by_fate, "confirmed": [], "unconfirmed": unconfirmed[:1]}
        rows = [(row, fate) for fate, some in failed.items() for row in some]
        alone = {_addressees(row)[0]: fate for row, fate in rows if len(_addressees(row)) == 1}
        for addressee, fate in alone.items():
            self._aside.put(addressee, f"what is for {addressee} was {fate}")
        if unconfirmed or any(len(_addressees(row)) > 1 for row, _ in rows):
            raise ConnectionError("not everything was confirmed: starting afresh")

    def _try_again(self, session: Connection[Any], row: Row) -> None:
        """Try an addressee that was set aside, by one message on a connection of its own."""
        [addressee] = _addressees(row)
        try:
            with wire.connected(self._amqp_url, self._name) as broker:
                publisher = wire.Publisher(broker)
                [fate] = self._send(session, publisher, [row], policy.SUSPECT_SECONDS)
                if publisher.broken:
                    raise ConnectionError(f"what is for {addressee} was {fate} again")
        except wire.BrokerAway as error:
            self._aside.put(addressee, str(error))

    def _mark(self, session: Connection[Any], by_fate: ByFate) -> None:
        now = clock.now()
        confirmed = by_fate.get("confirmed", [])
        self._taking |= _is_taking(confirmed)
        if confirmed:
            session.execute(QUERIES["mark_sent"], {"ids": _ids(confirmed), "now": now})
            for row in confirmed:
                self._unconfirmed.pop(row["id"], None)
            self._aside.taken({one for row in confirmed for one in _addressees(row)})
        # What comes back wants a binding that is not there yet: no message is to blame for that.
        refused = by_fate.get("nacked", [])
        if refused and self._taking:
            reason = f"nacked {policy.DEFINITE_FAILURES} times"
            session.execute(
                QUERIES["mark_failed"],
                {"ids": _ids(refused), "most": policy.DEFINITE_FAILURES, "reason": reason},
            )
        self._part(session, by_fate.get("unconfirmed", []))

    def _part(self, session: Connection[Any], rows: Sequence[Row]) -> None:
        """One queue without a quorum must not hold up the other recipients of a state."""
        self._unconfirmed.update(_ids(rows))
        stuck = [
            row
            for row in rows
            if self._unconfirmed[row["id"]] >= policy.UNCONFIRMED_BEFORE_SPLIT
            and len(row["audience"]) > 1
        ]
        if stuck:
            self._split(session, stuck, {one for row in stuck for one in row["audience"]})

    def _split(self, session: Connection[Any], rows: Sequence[Row], apart: Collection[str]) -> None:
        """Have states go to each of some recipients by itself, and to the others together."""
        session.execute(QUERIES["split"], {"ids": _ids(rows), "apart": list(apart)})
        for row in rows:
            self._unconfirmed.pop(row["id"], None)


def _await_hint(session: Connection[Any]) -> None:
    """Wait until something was put into the outbox, or for a second."""
    # A hint that came in one packet with the last answer is in libpq's buffer already: waiting
    # for the socket would miss it.
    if session.pgconn.notifies() is None:
        for _ in session.notifies(timeout=POLL_SECONDS, stop_after=1):
            pass


def _is_taking(confirmed: Sequence[Row]) -> bool:
    """Tell whether a queue that lasts took something: then a refusal is the refused one's own.

    Without a quorum, and for a moment when a leader dies, a broker refuses everything.
    """
    return any(row["exchange"] != "live" for row in confirmed)


def pack(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Put states for the same audience into one message, up to the bounds of a pack.

    Order matters to nobody: a gate lets nothing older pass.
    """
    groups: dict[tuple[str, str, tuple[str, ...], str], list[Row]] = {}
    for row in rows:
        address = (row["exchange"], row["routing_key"], tuple(row["audience"]), _family(row))
        groups.setdefault(address, []).append(row)
    for group in groups.values():
        yield from _bounded(group)


def _bounded(group: Sequence[Row]) -> Iterator[list[Row]]:
    held, size = list[Row](), 0
    for row in group:
        full = len(held) == policy.PACK.messages or size + len(row["body"]) > policy.PACK.bytes
        if held and full:
            yield held
            held, size = [], 0
        held.append(row)
        size += len(row["body"])
    yield held


def _message(rows: Sequence[Row], traceparent: str | None) -> wire.Message:
    first = rows[0]
    # The watchdog, a comparison and a release may each send the same again before it has left; a
    # message in which an event stands twice would be refused as a whole.
    bodies = dict.fromkeys(row["body"] for row in rows)
    trace = {"traceparent": traceparent} if traceparent else {}
    return wire.Message(
        exchange=first["exchange"],
        routing_key=first["routing_key"],
        headers={**_addresses(first["audience"]), "family": _family(first), **trace},
        body=b"[" + b",".join(bodies) + b"]",
        content_type=BATCH_CONTENT_TYPE,
        persistent=first["exchange"] != "live",
    )


def _addressees(row: Row) -> list[str]:
    """Name whose queues a row is for: of a notice, which has no audience, by its routing key."""
    addressees: list[str] = row["audience"] or [row["routing_key"]]
    return addressees


def _traceparent(row: Row) -> str | None:
    return traceparent_of(row["body"])


def _addresses(audience: Sequence[str]) -> dict[str, bool]:
    """One header for each recipient, or one for a group that is the whole audience."""
    for group, members in GROUPS.items():
        if members == frozenset(audience):
            return {group: True}
    return dict.fromkeys(audience, True)


def _family(row: Row) -> str:
    return EVENTS[row["type"]].family if row["type"] else "notice"


def _ids(rows: Sequence[Row]) -> list[int]:
    return [row["id"] for row in rows]
