# SPDX-License-Identifier: EUPL-1.2
"""The topology job declares what is missing, shows what drifted, and decides nothing else."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import amqp
import pytest
from kombu.connection import Connection

from shared.messaging import topology
from tests.integration.messaging.post import ZWOLLE, new_subject, written
from tests.integration.messaging.serving import post
from tests.leaders import leaderless, take_leader
from tests.servers import PrivateBroker, environment
from tests.waiting import wait_until

QUEUE = f"regions.{ZWOLLE}"


@pytest.fixture
def url(broker: PrivateBroker) -> Iterator[str]:
    """Give the job's login at a broker that has everything, and put everything back."""
    job = broker.url("schakel-topology")
    topology.apply(job)
    yield job
    with Connection(broker.url()) as link:  # type: ignore[no-untyped-call]
        link.channel().queue_delete(QUEUE)
    topology.apply(job)


def run(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the job as a deployment does."""
    return subprocess.run(
        [sys.executable, "-m", "shared.messaging.topology", *words],
        env=environment() | {"SCHAKEL_AMQP_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )


def test_declaring_again_changes_nothing(url: str) -> None:
    assert topology.apply(url) == topology.apply(url)
    assert topology.diff(url) == []


def test_a_missing_queue_is_shown_and_made(url: str, broker: PrivateBroker) -> None:
    with Connection(broker.url()) as link:  # type: ignore[no-untyped-call]
        link.channel().queue_delete(QUEUE)

    assert topology.diff(url) == [f"queue {QUEUE} is missing"]
    topology.apply(url)
    assert topology.diff(url) == []


def test_a_changed_queue_is_shown_and_left_to_people(url: str, broker: PrivateBroker) -> None:
    with Connection(broker.url()) as link:  # type: ignore[no-untyped-call]
        channel = link.channel()
        channel.queue_delete(QUEUE)
        arguments = {"x-queue-type": "quorum"}
        channel.queue_declare(QUEUE, durable=True, auto_delete=False, arguments=arguments)

    [fault] = topology.diff(url)
    assert fault.startswith(f"queue {QUEUE}: ")
    with pytest.raises(amqp.PreconditionFailed):
        topology.apply(url)
    assert topology.diff(url) == [fault]


def test_a_missing_binding_is_made(url: str, broker: PrivateBroker) -> None:
    before = broker.ctl("list_bindings", "-p", "schakel", "--quiet")
    with Connection(broker.url()) as link:  # type: ignore[no-untyped-call]
        link.channel().queue_delete(QUEUE)
    topology.apply(url)

    assert sorted(broker.ctl("list_bindings", "-p", "schakel", "--quiet").splitlines()) == sorted(
        before.splitlines()
    )


def test_a_queue_without_a_leader_is_made_anew_and_takes_messages_again(
    url: str, broker: PrivateBroker
) -> None:
    take_leader(broker.ctl, QUEUE)
    assert leaderless(broker.ctl) == [QUEUE]

    renewed = run(url, "renew", QUEUE, "--json")

    assert (renewed.returncode, json.loads(renewed.stdout)) == (
        0,
        {"queue": QUEUE, "thrown_away": 0},
    )
    assert leaderless(broker.ctl) == []
    post(broker, [written(new_subject())], [ZWOLLE])
    assert topology.renew(url, QUEUE) == 1


@contextmanager
def publishing(broker: PrivateBroker) -> Iterator[None]:
    """Publish for Zwolle, all the time; whose queue is deleted while he publishes is cut off."""
    over = threading.Event()
    message = amqp.Message(b"[]", application_headers={ZWOLLE: True})

    def publish() -> None:
        with Connection(broker.url()) as link:  # type: ignore[no-untyped-call]
            channel = link.channel()
            while not over.wait(0.001):
                channel.basic_publish(message, "recipients")

    def insist() -> None:
        while not over.is_set():
            with suppress(amqp.InternalError):
                publish()

    with ThreadPoolExecutor(1) as beside:
        told = beside.submit(insist)
        try:
            yield
        finally:
            over.set()
        told.result()


def waiting(broker: PrivateBroker, queue: str) -> int:
    """Count what waits in a queue."""
    with Connection(broker.url()) as link:  # type: ignore[no-untyped-call]
        return int(link.channel().queue_declare(queue, passive=True).message_count)


def test_a_queue_is_made_anew_and_nothing_that_comes_meanwhile_becomes_a_dead_letter(
    url: str, broker: PrivateBroker
) -> None:
    topology.renew(url, "unrouted")

    with publishing(broker):
        for _ in range(3):
            wait_until(lambda: waiting(broker, QUEUE))
            topology.renew(url, QUEUE)
        wait_until(lambda: waiting(broker, QUEUE))

    assert waiting(broker, "unrouted") == 0


def test_the_net_is_whole_when_a_queue_was_made_anew(url: str, broker: PrivateBroker) -> None:
    topology.renew(url, "unrouted")
    topology.renew(url, QUEUE)
    with Connection(broker.url()) as link:  # type: ignore[no-untyped-call]
        link.channel().queue_delete(QUEUE)
    post(broker, [written(new_subject())], [ZWOLLE])

    assert topology.renew(url, "unrouted") == 1


def test_a_queue_is_made_anew_beside_one_that_drifted(url: str, broker: PrivateBroker) -> None:
    other = "regions.AM30"
    with Connection(broker.url()) as link:  # type: ignore[no-untyped-call]
        channel = link.channel()
        channel.queue_delete(other)
        arguments = {"x-queue-type": "quorum"}
        channel.queue_declare(other, durable=True, auto_delete=False, arguments=arguments)

    topology.renew(url, QUEUE)
    post(broker, [written(new_subject())], [ZWOLLE])

    assert waiting(broker, QUEUE) == 1
    topology.renew(url, other)
    assert topology.diff(url) == []


def test_nothing_is_taken_away_where_the_net_could_not_be_laid_again(
    url: str, broker: PrivateBroker
) -> None:
    topology.renew(url, QUEUE)
    post(broker, [written(new_subject())], [ZWOLLE])
    with Connection(broker.url()) as link:  # type: ignore[no-untyped-call]
        channel = link.channel()
        channel.queue_delete("unrouted")
        arguments = {"x-queue-type": "quorum"}
        channel.queue_declare("unrouted", durable=True, auto_delete=False, arguments=arguments)

    with pytest.raises(amqp.PreconditionFailed):
        topology.renew(url, QUEUE)

    assert waiting(broker, QUEUE) == 1
    topology.renew(url, "unrouted")
    assert topology.diff(url) == []


def test_only_a_queue_of_the_contracts_is_made_anew(url: str) -> None:
    refused = run(url, "renew", "somebody.else")

    assert refused.returncode == 2
    assert "name no queue 'somebody.else'" in refused.stderr


def test_the_job_says_by_its_exit_status_whether_there_is_drift(
    url: str, broker: PrivateBroker
) -> None:
    same = run(url, "diff")
    assert (same.returncode, same.stdout) == (0, "no drift\n")

    with Connection(broker.url()) as link:  # type: ignore[no-untyped-call]
        link.channel().queue_delete(QUEUE)
    drifted = run(url, "diff")
    assert (drifted.returncode, drifted.stdout) == (1, f"queue {QUEUE} is missing\n")
    read = run(url, "diff", "--json")
    assert (read.returncode, json.loads(read.stdout)) == (
        1,
        {"drift": [f"queue {QUEUE} is missing"]},
    )

    assert json.loads(run(url, "apply", "--json").stdout) == {"declared": topology.apply(url)}
    assert run(url, "dance").returncode == 2
