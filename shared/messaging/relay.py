# SPDX-License-Identifier: EUPL-1.2
"""The relay: what stands in the outbox goes out, once more rather than never.

One owner at a time, by an advisory lock that lives and dies with its session. A crash between
publish and mark sends a message twice; the recipients' gates ignore the second. Rows are marked
on the session that holds the lock, so that a relay that lost it marks nothing.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import structlog

from shared.contracts import EVENTS
from shared.contracts.envelope import BATCH_CONTENT_TYPE
from shared.contracts.topology import GROUPS
from shared.messaging import metrics, policy, wire
from shared.messaging.aside import Aside
from shared.messaging.duties import Duties
from shared.messaging.journal import QUERIES
from shared.runtime import clock
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
        # What concerns many goes first: its copies arrive as one burst, and are one batch there.
        wide = [row for row in rows if len(row["audience"]) > 1]
        narrow = [row for row in rows if len(row["audience"]) <= 1]
        for part in filter(None, (wide, narrow)):
            by_fate = self._send(session, publisher, part)
            if publisher.broken:
                self._set_aside(by_fate)
                publisher.renew()

    def _send(self, session: Connection[Any], publisher: wire.Publisher, rows: list[Row]) -> ByFate:
        packs = list(pack(rows))
        started = time.perf_counter()
        suspect = self._aside.suspects(one for row in rows for one in row["audience"])
        patience = policy.SUSPECT_SECONDS if suspect else policy.CONFIRM_SECONDS
        fates = publisher.send([_message(one) for one in packs], patience_seconds=patience)
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

        A queue that nothing leads takes nothing, and is no reason to pause for all others.
        """
        failed = [row for fate, rows in by_fate.items() if fate != "confirmed" for row in rows]
        alone = {row["id"]: row["audience"][0] for row in failed if len(row["audience"]) == 1}
        # What was waited for in vain was pause enough; what is refused comes back at once.
        waited = by_fate.get("unconfirmed", []) if _is_taking(by_fate.get("confirmed", [])) else []
        if alone.keys() | _ids(waited) != set(_ids(failed)):
            raise ConnectionError("not everything was confirmed: starting afresh")
        for recipient in set(alone.values()):
            self._aside.put(recipient, f"the queue of {recipient} took nothing")

    def _mark(self, session: Connection[Any], by_fate: ByFate) -> None:
        now = clock.now()
        confirmed = by_fate.get("confirmed", [])
        if confirmed:
            session.execute(QUERIES["mark_sent"], {"ids": _ids(confirmed), "now": now})
            for row in confirmed:
                self._unconfirmed.pop(row["id"], None)
            self._aside.taken({one for row in confirmed for one in row["audience"]})
        for fate in ("nacked", "returned"):
            failed = by_fate.get(fate, [])
            if failed and (fate == "returned" or _is_taking(confirmed)):
                reason = f"{fate} {policy.DEFINITE_FAILURES} times"
                session.execute(
                    QUERIES["mark_failed"],
                    {"ids": _ids(failed), "most": policy.DEFINITE_FAILURES, "reason": reason},
                )
        self._split(session, by_fate.get("unconfirmed", []))

    def _split(self, session: Connection[Any], rows: Sequence[Row]) -> None:
        """One queue without a quorum must not hold up the other recipients of a state."""
        self._unconfirmed.update(_ids(rows))
        stuck = [
            row["id"]
            for row in rows
            if self._unconfirmed[row["id"]] >= policy.UNCONFIRMED_BEFORE_SPLIT
            and len(row["audience"]) > 1
        ]
        if stuck:
            session.execute(QUERIES["split"], {"ids": stuck})


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


def _message(rows: Sequence[Row]) -> wire.Message:
    first = rows[0]
    return wire.Message(
        exchange=first["exchange"],
        routing_key=first["routing_key"],
        headers={**_addresses(first["audience"]), "family": _family(first)},
        body=b"[" + b",".join(row["body"] for row in rows) + b"]",
        content_type=BATCH_CONTENT_TYPE,
        persistent=first["exchange"] != "live",
    )


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
