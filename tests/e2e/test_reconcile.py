# SPDX-License-Identifier: EUPL-1.2
"""Whatever stories came before: the regions hold what they must, and comparing finds nothing."""

import json

from tests.e2e.commands import Schakel
from tests.e2e.door import Door, refused
from tests.e2e.story import DRECHTSTEDEN, ZWOLLE, Given, Then, When


def test_after_any_story_nobody_lacks_or_alters_anything(
    schakel: Schakel, given: Given, when: When, then: Then
) -> None:
    agreement = given.published_agreement({ZWOLLE, DRECHTSTEDEN})
    given.acceptance(agreement, ZWOLLE)
    when.new_version(agreement, targetGroups=["ww"])
    when.left(agreement, DRECHTSTEDEN)
    then.in_force_everywhere(agreement)

    report = json.loads(schakel.run("reconcile", "--json").stdout)

    # Other stories put into queues what was never owed: that, and only that, may be there.
    assert {one["class"] for one in report["mismatches"]} <= {"ghost"}
    assert report["repaired"] == 0
    checked = {one["service"]: one["checked"] for one in report["rounds"]}
    assert checked["agreements"] >= 4
    assert checked["employers"] >= 2
    assert checked["regions"] >= 1


def test_only_recipients_that_there_are_can_be_asked_for(door: Door) -> None:
    refused(door.ask("POST", "/operations/reconciliations", {"recipients": ["AM99"]}), 400)
    refused(door.ask("POST", "/operations/reconciliations", {"region": "AM36"}), 400)
