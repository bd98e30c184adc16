# SPDX-License-Identifier: EUPL-1.2
"""The topology job: declares exchanges, queues and bindings, and shows where they drifted.

`python -m shared.messaging.topology apply|diff|renew QUEUE [--json]`. Only its own broker user may
configure; a service is not ready until each of its queues is there.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any, Literal

import amqp

from shared.contracts.topology import (
    BINDINGS,
    EXCHANGES,
    LOGOUT_STREAM,
    QUEUES,
    UNROUTED,
    Exchange,
    Queue,
)
from shared.messaging import wire
from shared.runtime import settings
from shared.runtime.config import SettingsRefused

Form = Literal["words", "json"]
DECLARED = (*QUEUES, LOGOUT_STREAM)
# The broker tells each channel that a queue is gone, and the channel its consumer. A channel that
# learns it only when there is a new queue of that name consumes from that one by itself, tells
# nobody, and throws away what it is given.
TOLD_SECONDS = 1.0


def apply(url: str) -> int:
    """Declare everything, in any state of the broker; give how many things there are.

    Raises amqp.PreconditionFailed where something of that name is there with other arguments:
    that is a migration with a drain step, and not for a job to decide.
    """
    with wire.connected(url, "schakel-topology") as broker:
        _lay(broker, DECLARED)
    return len(EXCHANGES) + len(DECLARED) + len(BINDINGS)


def renew(url: str, queue: str) -> int:
    """Delete a queue and declare it anew; give how many messages were thrown away.

    For a queue that answers nobody and will not recover. What it held was never acknowledged, so
    its deliveries are open, and the watchdogs of the owners send it again; gateways tell again
    who logged out. Until it is bound again, the net `unrouted` takes nothing either: one job at a
    time, and `apply` ends what was interrupted.
    Raises LookupError where the contracts name no such queue.
    """
    known = [one.name for one in DECLARED]
    if queue not in known:
        near = " or ".join(get_close_matches(queue, known))
        hint = f"do you mean {near}?" if near else "see docs/events.md"
        raise LookupError(f"The contracts name no queue {queue!r}: {hint}")
    with wire.connected(url, "schakel-topology") as broker:
        # What cannot be laid again must be known before anything is taken away.
        _lay(broker, [one for one in DECLARED if one.name == UNROUTED != queue])
        channel = broker.channel()
        # What is published meanwhile comes back and waits, rather than become a dead letter.
        channel.queue_unbind(UNROUTED, UNROUTED)
        try:
            thrown: int = channel.queue_delete(queue)
            time.sleep(TOLD_SECONDS)
        finally:
            _lay(broker, [one for one in DECLARED if one.name in {queue, UNROUTED}])
    return thrown


def diff(url: str) -> list[str]:
    """Say what is missing or other than declared, changing nothing.

    A binding cannot be looked at over AMQP, nor a queue that should not be there: `apply` makes
    the first anew, and the management API shows the second.
    """
    with wire.connected(url, "schakel-topology") as broker:
        return list(_drift(broker))


def _lay(broker: wire.Broker, queues: Sequence[Queue]) -> None:
    """Declare all exchanges and some queues, and bind these in the order of the contracts."""
    channel = broker.channel()
    for exchange in EXCHANGES:
        _declare_exchange(channel, exchange)
    for queue in queues:
        _declare_queue(channel, queue)
    names = {queue.name for queue in queues}
    for one in BINDINGS:
        if one.queue in names:
            arguments = dict(one.arguments)
            channel.queue_bind(one.queue, one.exchange, one.routing_key, arguments=arguments)


def _drift(broker: wire.Broker) -> Iterator[str]:
    for exchange in EXCHANGES:
        if not _is_there(broker, exchange):
            yield f"exchange {exchange.name} is missing"
        elif (fault := _other(broker, exchange)) is not None:
            yield f"exchange {exchange.name}: {fault}"
    for queue in DECLARED:
        if not _is_there(broker, queue):
            yield f"queue {queue.name} is missing"
        elif (fault := _other(broker, queue)) is not None:
            yield f"queue {queue.name}: {fault}"


def _is_there(broker: wire.Broker, thing: Exchange | Queue) -> bool:
    # On a channel of its own each time: the broker closes the one that asks in vain.
    channel = broker.channel()
    try:
        if isinstance(thing, Queue):
            channel.queue_declare(thing.name, passive=True)
        else:
            channel.exchange_declare(thing.name, thing.type, passive=True)
    except amqp.NotFound:
        return False
    channel.close()
    return True


def _other(broker: wire.Broker, thing: Exchange | Queue) -> str | None:
    """Declare what is there already: the broker says where it differs."""
    channel = broker.channel()
    try:
        if isinstance(thing, Queue):
            _declare_queue(channel, thing)
        else:
            _declare_exchange(channel, thing)
    except amqp.PreconditionFailed as fault:
        return str(fault.reply_text)
    channel.close()
    return None


def _declare_exchange(channel: Any, exchange: Exchange) -> None:  # noqa: ANN401 - py-amqp's
    channel.exchange_declare(
        exchange.name,
        exchange.type,
        durable=True,
        auto_delete=False,
        arguments=dict(exchange.arguments),
    )


def _declare_queue(channel: Any, queue: Queue) -> None:  # noqa: ANN401 - py-amqp's channel
    channel.queue_declare(
        queue.name, durable=True, auto_delete=False, arguments=dict(queue.arguments)
    )


def main() -> int:
    """Run the job that the command line names: 0 done, 1 refused or adrift, 2 wrong usage."""
    words = [word for word in sys.argv[1:] if word != "--json"]
    form: Form = "json" if "--json" in sys.argv else "words"
    match words:
        case ["apply"]:
            return _run(lambda url: _applied(apply(url), form), form)
        case ["diff"]:
            return _run(lambda url: _compared(diff(url), form), form)
        case ["renew", queue]:
            unfinished = "; `apply` ends what was begun"
            return _run(lambda url: _renewed(queue, renew(url, queue), form), form, unfinished)
        case _:
            sys.stderr.write("usage: python -m shared.messaging.topology ")
            sys.stderr.write("apply|diff|renew QUEUE [--json]\n")
            return 2


def _run(job: Callable[[str], int], form: Form, unfinished: str = "") -> int:
    try:
        return job(settings().need_amqp_url())
    except (SettingsRefused, LookupError) as refused:
        return _refused(str(refused), form, status=2)
    except amqp.AMQPError as refused:
        return _refused(f"The broker refused: {refused}{unfinished}", form, status=1)
    except wire.BrokerAway as away:
        return _refused(f"The broker cannot be reached: {away}{unfinished}", form, status=1)


def _applied(count: int, form: Form) -> int:
    _write({"declared": count}, [f"{count} exchanges, queues and bindings are there"], form)
    return 0


def _renewed(queue: str, thrown: int, form: Form) -> int:
    told = f"{queue} is new; {thrown} messages were thrown away, and what is owed comes again"
    _write({"queue": queue, "thrown_away": thrown}, [told], form)
    return 0


def _compared(drift: list[str], form: Form) -> int:
    _write({"drift": drift}, drift or ["no drift"], form)
    return 1 if drift else 0


def _refused(why: str, form: Form, status: int) -> int:
    if form == "json":
        _write({"error": why}, [], form)
    else:
        sys.stderr.write(f"{why}\n")
    return status


def _write(told: dict[str, Any], lines: list[str], form: Form) -> None:
    sys.stdout.write(f"{json.dumps(told)}\n" if form == "json" else "\n".join([*lines, ""]))


if __name__ == "__main__":
    sys.exit(main())
