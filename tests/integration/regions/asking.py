# SPDX-License-Identifier: EUPL-1.2
"""Calls and arrivals, as the gateway and the other services would make them."""

import copy
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from shared.contracts import canonical, content_hash
from shared.contracts.registry import examples
from shared.messaging import Arrival
from shared.runtime import Call, Json, Principal

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ZWOLLE, DRECHTSTEDEN = "AM36", "AM23"
ISS = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
AGREEMENT = "0f0e3b6a-9d57-4ab0-8d60-5d5a3c2b1a00"
MANAGER = Principal("local", "wsp-manager")
TITLE = "Landelijke samenwerkingsafspraken ISS Facility Services"


def ask(
    params: Mapping[str, Any],
    body: Json | None = None,
    *,
    if_match: int | None = None,
    who: Principal = MANAGER,
) -> Call:
    """Make a call, of a region's manager unless somebody else asks."""
    return Call(
        operation="asked",
        params=params,
        body=body,
        principal=who,
        if_match=if_match,
        idempotency_key=str(uuid.uuid4()),
        deadline=time.time() + 60,
        traceparent=None,
        now=NOW,
    )


def agreement(
    *,
    agreement_id: str = AGREEMENT,
    versions: tuple[int, ...] = (1,),
    status: str = "published",
) -> Json:
    """Give the state of an agreement with these versions in force."""
    return {
        "id": agreement_id,
        "employer": {"id": ISS, "name": "ISS Facility Services"},
        "title": TITLE,
        "status": status,
        "version": max(versions),
        "materialSequence": 1,
        "versions": [
            {
                "version": version,
                "change": "material",
                "publishedAt": "2026-12-01T08:00:00Z",
                "validUntil": None,
                "terms": {
                    "targetGroups": ["p_wet_langdurig", "statushouders"],
                    "guidance": {
                        "model": "eigen_buddy",
                        "specialistProvider": "Jobstap",
                        "specialistNeeds": ["zwaar", "specialistisch"],
                    },
                    "kinds": ["placement", "project"],
                    "instruments": ["loonkostensubsidie"],
                    "startsOn": "2026-12-01",
                    "endsOn": None,
                },
            }
            for version in versions
        ],
        "lastChange": {"kind": "published", "reason": None, "at": "2026-12-01T08:00:00Z"},
    }


def participation(region: str, *, status: str = "invited", decision: Json | None = None) -> Json:
    """Give the owner's word on a region's place in the agreement."""
    return {
        "agreementId": AGREEMENT,
        "region": region,
        "status": status,
        "version": None,
        "respondBy": "2027-01-26",
        "activeFrom": None,
        "signedOn": None,
        "employerSignedOn": None,
        "expectedOn": None,
        "reason": None,
        "decision": decision,
    }


def employer(employer_id: str = ISS) -> Json:
    """Give the state of the employer."""
    return {
        "id": employer_id,
        "name": "ISS Facility Services",
        "kvkNumber": None,
        "sbiCodes": [],
        "contact": None,
        "profile": None,
        "changedAt": "2026-12-01T07:00:00Z",
    }


def arrival(recipient: str, subject: str, data: Json, *, sequence: int = 1) -> Arrival:
    """Give a state as it comes in for one recipient."""
    kind = subject.partition("/")[0]
    return Arrival(
        recipient=recipient,
        subject=subject,
        sequence=sequence,
        hash=content_hash(data),
        type=f"{kind}-changed.v1",
        recorded_at=NOW,
        traceparent=None,
        data=data,
        content=canonical(data),
        event_id=str(uuid.uuid4()),
        message=b"",
    )


PLACEMENT = "9b2f4c1e-6a37-4f0d-8f5b-2c6d7e8f9a01"


def placement(region: str = DRECHTSTEDEN, placement_id: str = PLACEMENT, **changes: object) -> Json:
    """Give the state of a place as its golden example has it, with changes."""
    told: Json = copy.deepcopy(examples()["placement-changed.v1"]["data"])
    return {**told, "id": placement_id, "region": region, "agreementId": AGREEMENT, **changes}
