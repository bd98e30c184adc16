# SPDX-License-Identifier: EUPL-1.2
"""F01, F02: registered once, an agreement reaches exactly the regions that take part."""

import hashlib
import json

from shared.contracts.reference import region_codes
from tests.e2e.books import Books
from tests.e2e.door import Door
from tests.e2e.story import DRECHTSTEDEN, ISS, PENDING, RECEIVED, ZWOLLE, Given, Then, When


def test_f01_agreement_registered_once_is_read_back_exactly(given: Given, then: Then) -> None:
    agreement = given.draft({ZWOLLE, DRECHTSTEDEN})

    read = then.agreement(agreement)

    assert {name: read[name] for name in ISS} == dict(ISS)
    assert read["employer"]["id"] == agreement.employer_id
    assert read["participants"] == [DRECHTSTEDEN, ZWOLLE]
    assert (read["status"], read["version"], read["delivery"]) == ("draft", None, None)


def test_f01_draft_is_seen_by_no_region(given: Given, then: Then) -> None:
    agreement = given.draft("all")

    assert then.holders(agreement) == {}
    assert then.ledger(agreement) == {}


def test_f02_iss_agreement_is_held_by_zwolle_and_drechtsteden_and_by_none_of_the_other_33(
    given: Given, when: When, then: Then
) -> None:
    agreement = given.draft({ZWOLLE, DRECHTSTEDEN})

    published = when.published(agreement)
    then.in_force_everywhere(agreement)

    assert then.ledger(agreement) == {ZWOLLE: RECEIVED, DRECHTSTEDEN: RECEIVED}
    assert then.holders(agreement) == {
        ZWOLLE: (1, published["hash"]),
        DRECHTSTEDEN: (1, published["hash"]),
    }
    for region in (ZWOLLE, DRECHTSTEDEN):
        [version] = then.copy(agreement, region)["versions"]
        assert version["terms"] == dict(ISS)
        assert version["version"] == 1


def test_f02_agreement_for_all_reaches_35_of_35_with_one_hash_computed_by_each(
    given: Given, when: When, then: Then, books: Books
) -> None:
    agreement = given.draft("all")

    published = when.published(agreement)
    then.in_force_everywhere(agreement)

    progress = then.agreement(agreement)["delivery"]
    assert (progress["received"], progress["recipients"]) == (35, 35)
    assert progress["inForceEverywhere"]
    deliveries = then.deliveries(agreement)
    assert {one["region"] for one in deliveries} == set(region_codes())
    assert {one["hash"] for one in deliveries} == {published["hash"]}
    assert {one["receivedHash"] for one in deliveries} == {published["hash"]}
    stored = books.rows(
        "regions",
        "SELECT content FROM region_agreements WHERE agreement_id = %(id)s",
        id=agreement.id,
    )
    assert [hashlib.sha256(row["content"]).hexdigest() for row in stored] == [
        published["hash"]
    ] * 35


def test_f02_published_hash_is_that_of_the_bytes_that_were_sent(
    given: Given, then: Then, books: Books
) -> None:
    agreement = given.published_agreement({ZWOLLE})

    [sent] = books.rows(
        "agreements",
        "SELECT body FROM journal WHERE subject = %(subject)s",
        subject=f"agreement/{agreement.id}",
    )
    event = json.loads(sent["body"])
    content = json.dumps(event["data"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    told = then.copy(agreement, ZWOLLE)["hash"]
    assert hashlib.sha256(content.encode()).hexdigest() == told == event["contenthash"]
    assert "participants" not in event["data"]


def test_f02_delivery_is_open_until_its_receipt(door: Door, given: Given, then: Then) -> None:
    agreement = given.published_agreement({ZWOLLE})

    [delivery] = then.deliveries(agreement, region=ZWOLLE)
    pending = door.get(f"{agreement.path}/deliveries", state=PENDING)

    assert delivery["sentAt"] <= delivery["receivedAt"]
    assert (delivery["sends"], delivery["reason"]) == (1, None)
    assert (pending["items"], pending["total"]) == ([], 0)
