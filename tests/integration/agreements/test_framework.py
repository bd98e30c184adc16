# SPDX-License-Identifier: EUPL-1.2
"""What offering a place needs travels as a state of its own, to the services that read it."""

from collections.abc import Callable
from datetime import timedelta

from services.agreements import handlers
from shared.runtime import Cursor, timers
from shared.runtime.timers import Timer
from tests.integration.agreements.office import ACCEPTED, DRECHTSTEDEN, ZWOLLE, Office

Published = Callable[..., str]


def test_what_offering_a_place_needs_follows_every_change_of_it(
    office: Office, published: Published
) -> None:
    agreement_id = published(ZWOLLE, DRECHTSTEDEN)
    office.hear_decisions(agreement_id, (ZWOLLE, ACCEPTED))
    office.change("suspend_agreement", agreement_id, {"reason": "onderzoek"})
    office.change("remove_participant", agreement_id, region=DRECHTSTEDEN)
    told = office.states(f"framework/{agreement_id}")
    assert [
        (one["status"], {part["region"]: part["status"] for part in one["participants"]})
        for one in told
    ] == [
        ("published", {ZWOLLE: "invited", DRECHTSTEDEN: "invited"}),
        ("published", {ZWOLLE: "accepted", DRECHTSTEDEN: "invited"}),
        ("suspended", {ZWOLLE: "accepted", DRECHTSTEDEN: "invited"}),
        ("suspended", {ZWOLLE: "accepted", DRECHTSTEDEN: "withdrawn"}),
    ]
    assert told[0]["versions"][0]["terms"]["sustainedAfterWeeks"] == 26
    assert told[1]["participants"][1]["activeFrom"] == "2026-11-09"


def test_it_is_sent_to_every_service_that_reads_it(cur: Cursor, published: Published) -> None:
    agreement_id = published(ZWOLLE)
    row = cur.execute(
        "SELECT audience FROM outbox WHERE subject = %s", [f"framework/{agreement_id}"]
    ).fetchone()
    assert row == {"audience": ["placements", "providers"]}


def test_agreement_from_before_there_was_one_gets_its_first(
    office: Office, cur: Cursor, published: Published
) -> None:
    agreement_id = published(ZWOLLE)
    subject = f"framework/{agreement_id}"
    before = office.states(subject)
    due_at = office.now - timedelta(days=1)
    timers.set(cur, [Timer("tell-framework", f"agreement/{agreement_id}", due_at)])
    office.happens(handlers.tell_frameworks)
    assert office.states(subject) == [*before, *before]
    assert len(office.states(f"agreement/{agreement_id}")) == 1
