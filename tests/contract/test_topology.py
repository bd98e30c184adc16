# SPDX-License-Identifier: EUPL-1.2
"""Each message has one way, and each user of the broker only its own names."""

import re

import pytest

from shared.contracts.identity import LONGEST_SECONDS
from shared.contracts.reference import region_codes
from shared.contracts.topology import (
    BINDINGS,
    EXCHANGES,
    GROUPS,
    LOGOUT_STREAM,
    QUEUES,
    RECIPIENTS,
    SERVICES,
    Queue,
    nets_of,
    permissions,
    queue_of,
    queues_of,
)

NAMES = {queue.name for queue in QUEUES}


def reached(**headers: object) -> set[str]:
    """Say which queues a message to an audience gets into, as a headers exchange decides it."""
    found = set()
    for binding in BINDINGS:
        wanted = dict(binding.arguments)
        match = {"any": any, "all": all}.get(str(wanted.pop("x-match", "")))
        if (
            binding.exchange == RECIPIENTS
            and match
            and match(headers.get(name) == value for name, value in wanted.items())
        ):
            found.add(binding.queue)
    return found


def test_message_to_named_regions_reaches_them_only() -> None:
    assert reached(AM36=True, AM23=True, family="agreement") == {"regions.AM36", "regions.AM23"}


def test_message_to_all_reaches_the_35_regions_and_no_service() -> None:
    everywhere = {f"regions.{code}" for code in region_codes()}

    assert reached(all=True, family="agreement") == everywhere
    assert len(everywhere) == len(GROUPS["all"]) == 35


@pytest.mark.parametrize(
    ("headers", "queues"),
    [
        ({"agreements": True, "family": "decision"}, {"agreements.decisions"}),
        ({"agreements": True, "family": "contact"}, {"agreements.contacts"}),
        (
            {"agreements": True, "regions": True, "family": "employer"},
            {"agreements.employers", "regions.employers"},
        ),
        ({"placements": True, "family": "decision"}, {"placements.decisions"}),
        (
            {"placements": True, "providers": True, "family": "framework"},
            {"placements.frameworks", "providers.frameworks"},
        ),
        ({"AM36": True, "family": "placement"}, {"regions.AM36"}),
        ({"providers": True, "family": "placement"}, set()),
        ({"providers": True, "family": "standing"}, {"providers.standings"}),
        ({"regions": True, "family": "decision"}, set()),
        ({"AM04": True, "family": "agreement"}, set()),
    ],
)
def test_message_to_services_reaches_the_queue_of_its_family(
    headers: dict[str, object], queues: set[str]
) -> None:
    assert reached(**headers) == queues


def test_queue_of_a_recipient_is_where_its_messages_arrive() -> None:
    assert queue_of("AM36", "agreement") in reached(AM36=True, family="agreement")
    assert queue_of("agreements", "decision") == "agreements.decisions"
    assert queue_of("regions", "receipts") == "regions.receipts"
    with pytest.raises(LookupError):
        queue_of("regions", "decision")
    with pytest.raises(LookupError):
        queue_of("AM04", "agreement")


def test_receipts_reach_the_owner_they_are_for() -> None:
    by_key = {b.routing_key: b.queue for b in BINDINGS if b.exchange == "notices"}

    assert by_key == {f"receipts.{service}": f"{service}.receipts" for service in SERVICES}


def test_every_queue_is_bound_and_every_binding_has_both_ends() -> None:
    assert {binding.queue for binding in BINDINGS} == {*NAMES, LOGOUT_STREAM.name}
    assert {binding.exchange for binding in BINDINGS} <= {one.name for one in EXCHANGES}
    assert len(NAMES) == len(QUEUES) == 53


def test_what_an_exchange_cannot_route_is_caught_except_hints() -> None:
    alternates = {exchange.name: exchange.alternate for exchange in EXCHANGES}

    assert alternates == {
        "recipients": "unrouted",
        "notices": "unrouted",
        "live": None,
        "logouts": None,
        "unrouted": None,
        "dead": None,
    }


def test_nothing_is_caught_for_want_of_a_binding_that_is_still_to_be_made() -> None:
    """What died would be lost without its net; what nobody wants yet goes back to who sent it."""
    order = [binding.queue for binding in BINDINGS]

    assert order[-1] == "unrouted"
    assert order.index("dead") < min(order.index(name) for name in NAMES - {"dead"})


@pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.name)
def test_queue_loses_nothing_by_itself(queue: Queue) -> None:
    arguments = queue.arguments
    assert arguments["x-queue-type"] == "quorum"
    assert arguments["x-single-active-consumer"] is True
    if queue.name in {"dead", "unrouted"}:
        assert arguments["x-delivery-limit"] > 10**9
        assert "x-dead-letter-exchange" not in arguments
    else:
        assert arguments["x-delivery-limit"] == 20
        assert arguments["x-dead-letter-exchange"] == "dead"
        assert arguments["x-dead-letter-strategy"] == "at-least-once"
        assert arguments["x-overflow"] == "reject-publish"


def test_who_logged_out_is_kept_longer_than_any_token_lasts() -> None:
    arguments = LOGOUT_STREAM.arguments
    assert arguments["x-queue-type"] == "stream"
    assert int(str(arguments["x-max-age"]).removesuffix("s")) > LONGEST_SECONDS


def test_service_consumes_its_own_queues_and_regions_the_ones_it_is_given() -> None:
    assert [queue.name for queue in queues_of("employers")] == ["employers.receipts"]
    assert {queue.name for queue in queues_of("regions", ("AM36",))} == {
        "regions.AM36",
        "regions.employers",
        "regions.receipts",
    }
    assert {q.recipient for q in queues_of("regions")} == {*region_codes(), "regions"}
    assert len(queues_of("regions")) == 37
    assert {queue.recipient for queue in queues_of("agreements", ("AM36",))} == {"agreements"}


def test_every_queue_has_one_service_that_reads_it() -> None:
    read = [q.name for s in SERVICES for q in (*queues_of(s), *nets_of(s))]

    assert sorted(read) == sorted(NAMES)


def test_every_permission_is_anchored() -> None:
    for user, may in permissions().items():
        for expression in may:
            assert re.fullmatch(r"\^\(.*\)\$", expression), user


MAY = [
    ("schakel-agreements", "write", "recipients", True),
    ("schakel-agreements", "write", "regions.AM36", False),
    ("schakel-agreements", "write", "dead", False),
    ("schakel-agreements", "read", "agreements.decisions", True),
    ("schakel-agreements", "read", "agreementsXdecisions", False),
    ("schakel-agreements", "read", "regions.AM36", False),
    ("schakel-agreements", "read", "dead", True),
    ("schakel-agreements", "configure", "agreements.decisions", False),
    ("schakel-agreements", "configure", "recipients", False),
    ("schakel-agreements", "configure", "rpc-agreements", True),
    ("schakel-agreements", "configure", "rpc-agreements2", False),
    ("schakel-agreements", "configure", "rpc-regions", False),
    ("schakel-agreements", "configure", "rpc.reply-agreements-1f", True),
    ("schakel-agreements", "configure", "rpcXreply-agreements-1f", False),
    ("schakel-agreements", "configure", "rpc.reply-regions-1f", False),
    ("schakel-regions", "read", "regions.AM36", True),
    ("schakel-regions", "read", "regions.AM04", False),
    ("schakel-regions", "read", "unrouted", False),
    ("schakel-employers", "read", "employers.receipts", True),
    ("schakel-employers", "read", "agreements.receipts", False),
    ("schakel-gateway", "write", "nameko-rpc", True),
    ("schakel-gateway", "write", "recipients", False),
    ("schakel-gateway", "write", "live", True),
    ("schakel-gateway", "write", "logouts", True),
    ("schakel-gateway", "read", "gateway.logouts", True),
    ("schakel-gateway", "write", "gateway.logouts", False),
    ("schakel-gateway", "configure", "gateway.logouts", False),
    ("schakel-gateway", "configure", "logouts", False),
    ("schakel-agreements", "read", "gateway.logouts", False),
    ("schakel-agreements", "write", "logouts", False),
    ("schakel-gateway", "read", "live", True),
    ("schakel-gateway", "configure", "gateway.live.1f", True),
    ("schakel-gateway", "configure", "gatewayXlive.1f", False),
    ("schakel-gateway", "configure", "rpc-gateway", False),
    ("schakel-topology", "configure", "recipients", True),
    ("schakel-topology", "configure", "regions.AM36", True),
    ("schakel-topology", "configure", "rpc-regions", False),
    ("schakel-topology", "configure", "anything", False),
    ("schakel-topology", "write", "dead", True),
]


@pytest.mark.parametrize(("user", "act", "name", "allowed"), MAY)
def test_user_may_touch_only_its_own_names(
    user: str, act: str, name: str, *, allowed: bool
) -> None:
    expression = getattr(permissions()[user], act)

    assert bool(re.search(expression, name)) is allowed
