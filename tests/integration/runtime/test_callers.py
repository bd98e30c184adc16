# SPDX-License-Identifier: EUPL-1.2
"""A call is its caller's word by the broker's: nobody asks as a person but for the gateway."""

from collections.abc import Iterator

import amqp
import pytest

from tests.integration.messaging.serving import ask, serving
from tests.integration.runtime.direct import Direct, Json, wire
from tests.servers import PrivateBroker, ServiceDatabase, ServiceDatabases

COORDINATOR = {"subject": "somebody", "role": "slw-coordinator", "scope": {}}
REGIONS = {"subject": "regions", "role": "service", "scope": {}}
HOLDINGS = {"recipient": "employers", "families": ["receipts"]}


@pytest.fixture(scope="module")
def employers(databases: ServiceDatabases, broker: PrivateBroker) -> Iterator[ServiceDatabase]:
    """Give a service that runs by itself."""
    broker.apply_topology()
    made = databases.fresh("employers")
    with serving("employers", made, broker):
        yield made


def register(principal: Json) -> Json:
    return wire("register_employer", principal, {}, body={"name": "ISS Facility Services"})


def refused(reply: Json) -> str:
    assert reply["error"] is None, reply
    assert reply["result"]["status"] == 403, reply
    slug: str = reply["result"]["problem"]["type"]
    return slug


def nothing_is_done(employers: ServiceDatabase) -> bool:
    return ask(employers, "SELECT count(*) AS n FROM employers WHERE true")[0]["n"] == 0


@pytest.mark.parametrize("service", ["regions", "agreements", "topology", "tests"])
def test_nobody_but_the_gateway_speaks_for_a_person(
    employers: ServiceDatabase, broker: PrivateBroker, service: str
) -> None:
    if service == "topology":
        with Direct(broker.url(f"schakel-{service}")) as one, pytest.raises(amqp.AccessRefused):
            one.send("employers", {}, "register_employer", {})
    else:
        with Direct(broker.url(f"schakel-{service}")) as one:
            assert refused(one.call("employers", register(COORDINATOR))) == (
                "/problems/caller-refused"
            )
    assert nothing_is_done(employers)


@pytest.mark.usefixtures("employers")
def test_the_gateway_speaks_for_persons_and_for_no_service(broker: PrivateBroker) -> None:
    listed = wire("list_employers", COORDINATOR)
    with Direct(broker.url("schakel-gateway")) as gateway:
        assert gateway.call("employers", listed)["result"]["status"] == 200
        for role in ("service", "system", "director"):
            for subject in ("regions", "gateway"):
                asked = wire("list_employers", {"subject": subject, "role": role})
                assert refused(gateway.call("employers", asked)) == "/problems/caller-refused"


@pytest.mark.usefixtures("employers")
def test_a_service_speaks_for_itself_and_for_no_other(broker: PrivateBroker) -> None:
    with Direct(broker.url("schakel-regions")) as regions:
        told = regions.call("employers", wire("digest_holdings", REGIONS, HOLDINGS))
        assert told["result"]["status"] == 200
        other = {**REGIONS, "subject": "agreements"}
        asked = wire("digest_holdings", other, HOLDINGS)
        assert refused(regions.call("employers", asked)) == "/problems/caller-refused"


def test_whoever_names_no_user_is_refused(
    employers: ServiceDatabase, broker: PrivateBroker
) -> None:
    with Direct(broker.url("schakel-gateway")) as gateway:
        reply = gateway.call("employers", register(COORDINATOR), user_id=None)
        assert refused(reply) == "/problems/caller-refused"
    assert nothing_is_done(employers)


def test_the_broker_takes_no_other_user_s_name(
    employers: ServiceDatabase, broker: PrivateBroker
) -> None:
    with Direct(broker.url("schakel-regions")) as regions, pytest.raises(amqp.PreconditionFailed):
        regions.call("employers", register(COORDINATOR), user_id="schakel-gateway")
    assert nothing_is_done(employers)


def test_what_a_call_says_of_its_caller_and_its_method_is_written_over(
    employers: ServiceDatabase, broker: PrivateBroker
) -> None:
    said = {"caller": "schakel-gateway"}
    with Direct(broker.url("schakel-regions")) as regions:
        forged = {**register(COORDINATOR), **said}
        assert refused(regions.call("employers", forged)) == "/problems/caller-refused"

        properties = {"reply_to": "nobody", "user_id": "schakel-regions"}
        for body in ({"args": [], "kwargs": {"call": forged}}, {"args": [forged], "kwargs": said}):
            regions.send("employers", body, "register_employer", properties)
        told = regions.call("employers", wire("digest_holdings", REGIONS, HOLDINGS))
        assert told["result"]["status"] == 200
    assert nothing_is_done(employers)


def test_a_call_that_nobody_can_answer_does_not_stop_the_service(
    employers: ServiceDatabase, broker: PrivateBroker
) -> None:
    with Direct(broker.url("schakel-regions")) as regions:
        body = {"args": [register(COORDINATOR)], "kwargs": {}}
        regions.send("employers", body, "register_employer", {})
        for odd in ({"args": [1], "kwargs": {}}, {"args": []}, {}):
            regions.send("employers", odd, "register_employer", {"reply_to": "nobody"})
        told = regions.call("employers", wire("digest_holdings", REGIONS, HOLDINGS))
        assert told["result"]["status"] == 200
    assert nothing_is_done(employers)
