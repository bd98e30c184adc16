# SPDX-License-Identifier: EUPL-1.2
"""A broker of three nodes: any of them may go, and with two of them gone nothing is lost."""

from collections.abc import Callable

import pytest

from shared.contracts.topology import QUEUES
from tests.chaos.verdict import Verdict
from tests.cluster.nodes import Cluster
from tests.cluster.siege import Siege

pytestmark = pytest.mark.nightly

ZWOLLE = "regions.AM36"
# What the relay does with a state that stays unconfirmed: its row is done with, not in trouble.
SPLIT = "blocked: sent to each recipient by itself"


def findings(verdict: Verdict) -> dict[str, list[str]]:
    """Give what was found; and commands there must have been."""
    assert verdict.acknowledged > 10
    assert verdict.unanswered == 0
    unexplained = {
        word: [sentence for sentence in found if sentence != SPLIT]
        for word, found in verdict.findings.items()
    }
    return {word: found for word, found in unexplained.items() if found}


def published(siege: Siege) -> Callable[[], bool]:
    """Publish something now, and give the question whether every region has receipted it."""
    subject = siege.publish()
    return lambda: siege.received_everywhere(subject)


def test_every_queue_has_a_member_on_every_node(cluster: Cluster, siege: Siege) -> None:
    queues = cluster.queues("one")

    assert {name: members for name, (_, members) in queues.items()} == {
        queue.name: len(cluster.names) for queue in QUEUES
    }
    assert {leader for leader, _ in queues.values()} == set(cluster.names)
    assert siege.publish()


@pytest.mark.parametrize("name", ["one", "two", "three"])
def test_killed_node_is_done_without(cluster: Cluster, siege: Siege, name: str) -> None:
    with siege.loaded():
        cluster.kill_node(name)
        siege.time("delivered without the node", published(siege))
        cluster.start_node(name)

    assert findings(siege.verdict()) == {}


def test_killed_leader_of_a_regions_queue_is_followed_by_another(
    cluster: Cluster, siege: Siege
) -> None:
    with siege.loaded():
        leader = cluster.leader(ZWOLLE)
        cluster.kill_node(leader)
        siege.time("delivered without the leader", published(siege))
        left = next(name for name in cluster.names if name != leader)
        assert cluster.queues(left)[ZWOLLE][0] != leader
        cluster.start_node(leader)

    assert findings(siege.verdict()) == {}


def test_without_a_quorum_nothing_is_called_sent_and_everything_arrives_afterwards(
    cluster: Cluster, siege: Siege
) -> None:
    """With one node of three no queue takes anything; calls are still answered and committed."""
    with siege.loaded():
        cluster.kill_node("one")
        cluster.kill_node("two")
        subject = siege.publish()
        siege.time("sent in vain", siege.sent_in_vain())
        assert siege.unsent(subject)
        cluster.start_node("one")
        cluster.start_node("two")
        siege.time("delivered after the return", lambda: siege.received_everywhere(subject))

    assert findings(siege.verdict()) == {}


def test_rolling_restart_loses_nothing(cluster: Cluster, siege: Siege) -> None:
    with siege.loaded():
        for name in cluster.names:
            cluster.stop_node(name)
            siege.time(f"delivered without {name}", published(siege))
            cluster.start_node(name)

    assert findings(siege.verdict()) == {}


def test_node_that_is_cut_off_from_the_others_is_done_without_and_comes_back(
    cluster: Cluster, siege: Siege
) -> None:
    with siege.loaded():
        with cluster.cut_off("three"):
            assert cluster.running("one") == ["one", "two"]
            assert cluster.running("three") == ["three"]
            subject = siege.publish()
        siege.time("delivered after the cut", lambda: siege.received_everywhere(subject))

    assert findings(siege.verdict()) == {}


def test_frozen_node_is_done_without_and_comes_back(cluster: Cluster, siege: Siege) -> None:
    with siege.loaded():
        with cluster.frozen("two"):
            siege.time("delivered with it frozen", published(siege))
            siege.time("given up by the others", lambda: cluster.running("one") == ["one", "three"])
        siege.time("delivered when it was back", published(siege))

    assert findings(siege.verdict()) == {}
