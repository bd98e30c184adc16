# SPDX-License-Identifier: EUPL-1.2
"""Producers and consumers agree: on every schema, its golden example and what is read of it."""

from datetime import datetime

import orjson
import pytest
from cloudevents.core.formats.json import JSONFormat
from jsonschema import Draft202012Validator

from shared.contracts import EVENTS, unwrap, wrap
from shared.contracts.codes import (
    AGREEMENT_EVENTS,
    AGREEMENT_KINDS,
    CHANGES,
    CHECK_IN_OUTCOMES,
    CONSULTATION_STATES,
    CONTACT_KINDS,
    DECISION_STATES,
    DECISIONS,
    DEVELOPMENT_PATHS,
    FUNDERS,
    GUIDANCE_MODELS,
    PARTICIPATION_STATES,
    PLACEMENT_STATES,
    PLACEMENT_STEPS,
    SUPPORT_CLOSINGS,
    SUPPORT_NEEDS,
    SUPPORT_STATES,
    SUPPORT_STEPS,
    TRAVELLING_AGREEMENT_STATES,
    TRAVELLING_PLACEMENT_DECISIONS,
)
from shared.contracts.registry import ENVELOPE, TYPE_PREFIX, examples, expectations
from shared.contracts.topology import QUEUES, SERVICES, queue_of

NAMES = sorted(EVENTS)
# Told since after the release of their `v1`, so no reader may demand them.
GROWN = {"recordedSequence"}
OIN = "00000099000000001000"
OF_REGIONS = {"agreement", "participation", "consultation", "placement", "support"}
NOT_READ_YET = {
    "instruments-changed.v1",
}


def test_registry_is_complete_both_ways() -> None:
    assert examples().keys() == EVENTS.keys()
    assert {event for _, event in expectations()} | NOT_READ_YET == EVENTS.keys()


@pytest.mark.parametrize("name", NAMES)
def test_schema_is_valid_and_names_itself(name: str) -> None:
    schema = EVENTS[name].schema

    Draft202012Validator.check_schema(schema)
    assert schema["$id"].endswith(f":{name}")
    assert EVENTS[name].owner in {*SERVICES, "*"}
    assert (EVENTS[name].kind == "state") == (EVENTS[name].subject is not None)


@pytest.mark.parametrize("name", NAMES)
def test_schema_stays_open_and_requires_all_that_it_lists(name: str) -> None:
    def look(node: object) -> None:
        if isinstance(node, dict):
            if "properties" in node and node.get("type") == "object":
                assert node["required"] == [one for one in node["properties"] if one not in GROWN]
                assert "additionalProperties" not in node
            for inner in node.values():
                look(inner)
        if isinstance(node, list):
            for inner in node:
                look(inner)

    look(EVENTS[name].schema)


@pytest.mark.parametrize("name", NAMES)
def test_example_is_what_the_schemas_say_to_another_validator(name: str) -> None:
    example = examples()[name]

    Draft202012Validator(ENVELOPE).validate(example)
    Draft202012Validator(EVENTS[name].schema).validate(example["data"])


@pytest.mark.parametrize("name", NAMES)
def test_example_is_read_and_written_the_same(name: str) -> None:
    example = examples()[name]

    (event,) = unwrap(orjson.dumps(example))
    written = wrap(
        event.type,
        event.data,
        oin=OIN,
        recorded_at=event.recorded_at,
        subject=event.subject,
        sequence=event.sequence,
        event_id=event.id,
        traceparent=event.traceparent,
        source_service=event.source.rpartition(":")[2],
    )

    assert orjson.loads(written) == example
    assert event.hash == example.get("contenthash")


@pytest.mark.parametrize("name", NAMES)
def test_example_is_a_cloudevent_to_another_library(name: str) -> None:
    example = examples()[name]

    event = JSONFormat().read(None, orjson.dumps(example))

    assert event.get_type() == TYPE_PREFIX + name
    assert event.get_id() == example["id"]
    assert event.get_source() == example["source"]
    assert event.get_subject() == example.get("subject")
    assert event.get_time() == datetime.fromisoformat(example["time"])
    assert event.get_dataschema() == example["dataschema"]
    assert event.get_extension("sequence") == example.get("sequence")
    assert event.get_extension("contenthash") == example.get("contenthash")
    assert event.get_data() == example["data"]


@pytest.mark.parametrize(("service", "name"), sorted(expectations()))
def test_producer_gives_what_consumer_reads(service: str, name: str) -> None:
    expected = expectations()[service, name]

    Draft202012Validator.check_schema(expected)
    Draft202012Validator(expected).validate(examples()[name]["data"])
    promised = EVENTS[name].schema
    assert set(expected["required"]) <= set(promised["required"])
    assert all(
        expected["properties"][field] == promised["properties"][field]
        for field in expected["required"]
    )


@pytest.mark.parametrize(("service", "name"), sorted(expectations()))
def test_consumer_has_a_queue_for_what_it_reads(service: str, name: str) -> None:
    family = EVENTS[name].family
    queues = {queue.name for queue in QUEUES if queue.service == service}
    recipient = "AM36" if service == "regions" and family in OF_REGIONS else service

    assert service == "gateway" or queue_of(recipient, family) in queues


def test_closed_lists_of_events_are_the_code_lists() -> None:
    def enum(name: str, *path: str) -> set[str]:
        node = EVENTS[name].schema
        for step in path:
            node = node["items"] if step == "*" else node["properties"][step]
            node = node["anyOf"][0] if "anyOf" in node else node
        return set(node["enum"])

    assert enum("agreement-changed.v1", "status") == set(TRAVELLING_AGREEMENT_STATES)
    assert enum("agreement-changed.v1", "versions", "*", "change") == set(CHANGES)
    assert enum("agreement-changed.v1", "lastChange", "kind") == set(AGREEMENT_EVENTS)
    assert enum("participation-changed.v1", "status") == set(PARTICIPATION_STATES)
    assert enum("framework-changed.v1", "status") == set(TRAVELLING_AGREEMENT_STATES)
    assert enum("framework-changed.v1", "versions", "*", "change") == set(CHANGES)
    assert enum("framework-changed.v1", "participants", "*", "status") == set(PARTICIPATION_STATES)
    assert enum("consultation-changed.v1", "status") == set(CONSULTATION_STATES)
    assert enum("decision-submitted.v1", "decision") == set(DECISIONS)
    decision = enum("placement-decision-submitted.v1", "decision")
    assert decision == set(TRAVELLING_PLACEMENT_DECISIONS)
    assert enum("placement-changed.v1", "state") == set(PLACEMENT_STATES)
    assert enum("standing-changed.v1", "state") == set(PLACEMENT_STATES)
    assert enum("placement-changed.v1", "lastChange", "kind") == set(PLACEMENT_STEPS)
    assert enum("placement-changed.v1", "developmentPath") == set(DEVELOPMENT_PATHS)
    assert enum("placement-changed.v1", "start", "guidance") == set(GUIDANCE_MODELS)
    assert enum("placement-changed.v1", "checkIns", "*", "outcome") == set(CHECK_IN_OUTCOMES)
    assert enum("placement-changed.v1", "decision", "outcome") < set(DECISION_STATES)
    assert enum("support-changed.v1", "state") == set(SUPPORT_STATES)
    assert enum("support-changed.v1", "lastChange", "kind") == set(SUPPORT_STEPS)
    assert enum("support-changed.v1", "need") == set(SUPPORT_NEEDS)
    assert enum("support-changed.v1", "fundedBy") == set(FUNDERS)
    assert enum("support-changed.v1", "closing") == set(SUPPORT_CLOSINGS)
    assert enum("contact-changed.v1", "kind") == set(CONTACT_KINDS)
    assert enum("receipts-recorded.v1", "receipts", "*", "outcome") == {"received", "refused"}


def test_example_agreement_uses_known_codes() -> None:
    (version,) = examples()["agreement-changed.v1"]["data"]["versions"]

    assert set(version["terms"]["kinds"]) <= set(AGREEMENT_KINDS)
