# SPDX-License-Identifier: EUPL-1.2
"""What other services say and hear: contract data to and from the words of the domain."""

from dataclasses import dataclass
from datetime import datetime

from services.placements.domain import Choice, Confirmation, Decision, Placement
from services.placements.domain.counting import COUNTED
from shared.messaging import Arrival, Outgoing
from shared.runtime import Json
from shared.runtime.clock import moment_text

PROVIDERS = frozenset({"providers"})
OWNER_OF_AGREEMENTS = frozenset({"agreements"})


@dataclass(frozen=True, slots=True)
class Submitted:
    """A region's decision as it arrived."""

    placement_id: str
    decision: Decision
    row: Json


def subject_of(placement_id: str) -> str:
    """Name what a placement's states are about."""
    return f"placement/{placement_id}"


def placement_state(one: Placement) -> Outgoing:
    """Write the newest state of a placement, for its region."""
    place = one.place
    return Outgoing(
        subject=subject_of(one.id),
        type="placement-changed.v1",
        data={
            "id": one.id,
            "callId": one.call_id,
            "agreementId": one.agreement_id,
            "agreementVersion": one.terms.version,
            "employer": {"id": one.employer_id, "name": one.employer_name},
            "region": place.region,
            "function": place.function,
            "sector": place.sector,
            "workplace": {
                "municipality": place.workplace.municipality,
                "site": place.workplace.site,
                "client": place.workplace.client,
            },
            "hoursPerWeekTenths": place.hours_tenths,
            "neededBy": place.needed_by.isoformat(),
            "wantedGroups": list(place.wanted_groups),
            "developmentPath": place.development_path,
            "state": one.state.value,
            "offeredAt": moment_text(one.offered_at),
            "pickUpBy": one.pick_up_by.isoformat(),
            "start": _start(one),
            "checkIns": _check_ins(one),
            "link": _link(one),
            "decision": _verdict(one),
            "reasonCode": one.reason_code,
            "reason": one.reason,
            "lastChange": {"kind": one.last_change.value, "at": moment_text(one.last_change_at)},
        },
        audience=frozenset({place.region}),
    )


def standing_state(one: Placement) -> Outgoing:
    """Write how a placement stands: no more than who supports at work needs to know."""
    return Outgoing(
        subject=f"standing/{one.id}",
        type="standing-changed.v1",
        data={
            "placementId": one.id,
            "agreementId": one.agreement_id,
            "agreementVersion": one.terms.version,
            "employerId": one.employer_id,
            "region": one.region,
            "state": one.state.value,
        },
        audience=PROVIDERS,
    )


def tally_state(row: Json) -> Outgoing:
    """Write how many places of an agreement in a region ever got how far."""
    return Outgoing(
        subject=f"tally/{row['agreement_id']}/{row['region']}",
        type="tally-changed.v1",
        data={
            "agreementId": row["agreement_id"],
            "region": row["region"],
            **{_camel(step.value): row[step.value] for step in COUNTED},
        },
        audience=OWNER_OF_AGREEMENTS,
    )


def framework_row(arrival: Arrival) -> Json:
    """Read what an agreement offers, as far as places need it."""
    data = arrival.data
    told = {
        "employer_id": data["employer"]["id"],
        "employer_name": data["employer"]["name"],
        "versions": [_version(one) for one in data["versions"]],
        "participants": [
            {
                "region": one["region"],
                "status": one["status"],
                "version": one["version"],
                "active_from": one["activeFrom"],
            }
            for one in data["participants"]
        ],
    }
    return {
        "agreement_id": data["agreementId"],
        "sequence": arrival.sequence,
        "status": data["status"],
        "told": told,
        "content": arrival.content.decode(),
    }


def submitted(arrival: Arrival) -> Submitted:
    """Read a region's decision."""
    data = arrival.data
    placement_id = data["subject"].removeprefix("placement/")
    said = data["confirmation"]
    decision = Decision(
        sequence=arrival.sequence,
        region=data["region"],
        choice=Choice(data["decision"]),
        picked_up_at=_moment(data["pickedUpAt"]),
        decided_at=_moment(data["decidedAt"]),
        reason_code=data["reasonCode"],
        to_region=data["toRegion"],
        confirmation=said and _confirmation(said),
        corrected_at=_moment(said["correctedAt"]) if said and said["correctedAt"] else None,
    )
    row = {
        "placement_id": placement_id,
        "region": decision.region,
        "sequence": arrival.sequence,
        "content": arrival.content.decode(),
    }
    return Submitted(placement_id, decision, row)


def support_row(arrival: Arrival) -> Json:
    """Read a request for support, to show beside its placement."""
    data = arrival.data
    return {
        "id": data["id"],
        "placement_id": data["placementId"],
        "region": data["region"],
        "state": data["state"],
        "need": data["need"],
        "provider_id": data["provider"] and data["provider"]["id"],
        "provider_name": data["provider"] and data["provider"]["name"],
        "content": arrival.content.decode(),
        "sequence": arrival.sequence,
    }


def _start(one: Placement) -> Json | None:
    if one.start is None:
        return None
    return {
        "on": one.start.on.isoformat(),
        "guidance": one.start.guidance,
        "reportedBy": one.start.reported_by.value,
        "confirmed": one.start.confirmed,
    }


def _check_ins(one: Placement) -> list[Json]:
    return [
        {
            "month": said.month,
            "on": said.on.isoformat(),
            "outcome": said.outcome.value,
            "stillWorking": said.still_working,
            "by": said.by.value,
        }
        for said in one.check_ins
    ]


def _link(one: Placement) -> Json | None:
    if one.link is None:
        return None
    link = one.link
    return {
        "placementId": link.placement_id,
        "region": link.region,
        "direction": link.direction.value,
    }


def _verdict(one: Placement) -> Json | None:
    if one.verdict is None:
        return None
    return {
        "sequence": one.verdict.sequence,
        "outcome": "refused" if one.verdict.objection else "recorded",
        "reason": one.verdict.objection,
        "recordedSequence": one.verdict.recorded,
    }


def _version(said: Json) -> Json:
    terms = said["terms"]
    return {
        "version": said["version"],
        "target_groups": terms["targetGroups"],
        "guidance": terms["guidance"]["model"],
        "sustained_after_weeks": terms["sustainedAfterWeeks"],
        "kinds": terms["kinds"],
        "valid_until": said["validUntil"],
    }


def _confirmation(said: Json) -> Confirmation:
    groups = frozenset(said["targetGroups"])
    return Confirmation(groups, said["inRegister"], said["corrections"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
