# SPDX-License-Identifier: EUPL-1.2
"""What the stories of a desk do alike: an owner tells, a region decides, somebody looks."""

import orjson

from services.regions import handlers
from shared.contracts.api import regions as api
from shared.runtime import Answer, Cursor, Json, Principal
from tests.integration.regions.asking import (
    DRECHTSTEDEN,
    NOW,
    PLACEMENT,
    arrival,
    ask,
    placement,
)

HERE = {"code": DRECHTSTEDEN, "id": PLACEMENT}
LIST = {"code": DRECHTSTEDEN, "page": 1, "pageSize": 50}
SUBJECT = f"placement/{PLACEMENT}"
WORD = f"decision/{SUBJECT}/{DRECHTSTEDEN}"
DECLINED = {"decision": "declined", "reasonCode": "no_candidate"}


def owner_tells(cur: Cursor, sequence: int = 1, **changes: object) -> None:
    told = placement(DRECHTSTEDEN, PLACEMENT, **changes)
    handlers.adopt_placements(cur, [arrival(told["region"], SUBJECT, told, sequence=sequence)], NOW)


def answered(
    sequence: int,
    outcome: str = "recorded",
    reason: str | None = None,
    counts: int | None = None,
) -> Json:
    counts = sequence if outcome == "recorded" else counts
    told = {"sequence": sequence, "outcome": outcome, "reason": reason}
    return {**told, "recordedSequence": counts}


def decide(cur: Cursor, body: Json, **more: Principal) -> Answer:
    return handlers.decide_on_placement(cur, ask(HERE, body, **more))


def shown(cur: Cursor, **more: Principal) -> Json:
    body = handlers.get_desk_placement(cur, ask(HERE, **more)).body
    assert not api.DeskPlacementDetail().validate(body)
    return body


def candidate(cur: Cursor, region: str = DRECHTSTEDEN) -> str:
    answer = handlers.make_candidate_reference(cur, ask({"code": region}, {}))
    assert (answer.status, api.CandidateReference().validate(answer.body)) == (201, {})
    made: str = answer.body["candidateReference"]
    return made


def confirmation(cur: Cursor, **changes: object) -> Json:
    return {
        "decision": "confirmed",
        "candidateReference": candidate(cur),
        "targetGroups": ["statushouders"],
        "inRegister": False,
        "criterionMet": True,
        "instruments": [{"code": "loonkostensubsidie", "wageValue": 60, "hoursPerWeek": 25.5}],
        **changes,
    }


def sent(cur: Cursor) -> Json:
    """Give what the newest message of this region says of the place."""
    row = cur.execute(
        "SELECT body FROM journal WHERE subject = %s ORDER BY sequence DESC LIMIT 1", [WORD]
    ).fetchone()
    assert row is not None
    data: Json = orjson.loads(row["body"])["data"]
    return data
