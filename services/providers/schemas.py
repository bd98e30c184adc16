# SPDX-License-Identifier: EUPL-1.2
"""The edge: what people send, what they get, what other services say and hear."""

from collections.abc import Mapping
from typing import Any

from services.providers.domain import (
    Actor,
    Desk,
    Provider,
    Role,
    Support,
    Waiting,
    Why,
)
from services.providers.domain import refusals as no
from shared.contracts.api import providers as shapes
from shared.messaging import Arrival, Outgoing, tasks
from shared.messaging.tasks import Task
from shared.runtime import Json, Principal, Refusal, load
from shared.runtime.clock import moment_text
from shared.runtime.problems import NOT_FOR_THIS_ROLE, NOT_THEIRS

PLACEMENTS = "placements"


def _conflict(slug: str, title: str) -> Refusal:
    return Refusal(409, slug, title)


REFUSALS: Mapping[type[Exception], Refusal] = {
    no.ProviderUnknown: Refusal(404, "provider-unknown", "There is no such support provider"),
    no.ProviderAlreadyRegistered: _conflict(
        "provider-already-registered", "A provider of this name is registered already"
    ),
    no.SupportUnknown: Refusal(404, "support-unknown", "There is no such request for support"),
    # Word of placements and agreements travels, and may still be on its way.
    no.PlacementUnknown: Refusal(
        422, "placement-unknown", "No such placement is known here", awaited=True
    ),
    no.AgreementUnknown: Refusal(
        422, "agreement-unknown", "No such agreement is known here", awaited=True
    ),
    no.NotForThisRole: NOT_FOR_THIS_ROLE,
    no.NotTheirs: NOT_THEIRS,
    no.LightNeedStaysWithBuddy: Refusal(
        422, "light-need-stays-with-buddy", "A light need never goes to a provider"
    ),
    no.NeedNotAgreed: Refusal(422, "need-not-agreed", "The agreement names nobody for this need"),
    no.NobodyAtWork: _conflict("nobody-at-work", "Nobody is placed there"),
    no.SupportAlreadyOpen: _conflict(
        "support-already-open", "Support for this placement is asked for already"
    ),
    no.SupportOver: _conflict("support-over", "The request has come to its end"),
    no.NotApprovedYet: _conflict("not-approved-yet", "The region has not approved yet"),
    no.NothingToApprove: _conflict("nothing-to-approve", "It waits for nobody's approval"),
    no.NoProviderYet: _conflict("no-provider-yet", "No provider has the request"),
    no.NotAcceptedYet: _conflict("not-accepted-yet", "The provider has not accepted yet"),
    no.AlreadyAccepted: _conflict("already-accepted", "Support runs already"),
    no.AlreadyEscalated: _conflict("already-escalated", "The request is escalated already"),
    no.NotEscalated: _conflict("not-escalated", "The request is not escalated"),
    no.HandedBack: _conflict("handed-back", "The provider has handed the request back"),
    no.FirstContactMade: _conflict("first-contact-made", "The first contact was made already"),
    no.ProviderNotInRegion: Refusal(
        422, "provider-not-in-region", "The provider does not work in that region"
    ),
    no.NeedDoesNotGrow: Refusal(422, "need-does-not-grow", "The need is a heavier one already"),
    no.ContactInTheFuture: Refusal(422, "contact-in-the-future", "That day is still to come"),
    no.ContactBeforeRequest: Refusal(
        422, "contact-before-request", "That day is before the request"
    ),
    no.ReasonNeeded: Refusal(422, "reason-needed", "Another reason has to be explained"),
}


def actor_of(principal: Principal) -> Actor:
    """Read who asks, and what that role is bound to."""
    bound = {name: principal.scope.get(name) for name in ("region", "employer", "provider")}
    return Actor(Role(principal.role), **bound)


def read_registration(body: object) -> tuple[str, tuple[str, ...], str | None]:
    """Read a new provider's name and regions, and why it is registered, or raise every fault."""
    given = load(shapes.RegisterProvider(), body)
    return _name(given["name"]), tuple(given["regions"]), given["reason"]


def read_change(body: object) -> tuple[str | None, tuple[str, ...] | None, str | None]:
    """Read what changes of a provider, and why, or raise every fault."""
    given = load(shapes.ChangeProvider(), body)
    name, regions = given.get("name"), given.get("regions")
    return (
        _name(name) if name is not None else None,
        tuple(regions) if regions is not None else None,
        given["reason"],
    )


def read_step(operation: str, body: object) -> tuple[dict[str, Any], Why]:
    """Read what a step asks for, and why, or raise every fault."""
    request = shapes.OPERATIONS[operation].request
    given = load(request() if request else shapes.AcceptSupport(), body)
    return given, Why(given.pop("reason_code", None), given.pop("reason", None))


def framework_row(arrival: Arrival) -> Json:
    """Read what an agreement offers."""
    data = arrival.data
    return {
        "id": data["agreementId"],
        "sequence": arrival.sequence,
        "status": data["status"],
        "content": arrival.content.decode(),
    }


def placement_row(arrival: Arrival) -> Json:
    """Read how a placement stands."""
    data = arrival.data
    return {
        "id": data["placementId"],
        "sequence": arrival.sequence,
        "agreement_id": data["agreementId"],
        "agreement_version": data["agreementVersion"],
        "employer_id": data["employerId"],
        "region": data["region"],
        "state": data["state"],
        "content": arrival.content.decode(),
    }


def subject(support: Support) -> str:
    """Name what the states of a request are about."""
    return f"support/{support.id}"


def state_of(support: Support) -> Outgoing:
    """Write a request as its region and the owner of its placement hear of it."""
    told = support_body(support)
    left_out = {"revision", "employerId", "firstContactOn", "createdAt"}
    return Outgoing(
        subject=subject(support),
        type="support-changed.v1",
        data={name: value for name, value in told.items() if name not in left_out},
        audience=frozenset({support.region, PLACEMENTS}),
    )


def task(support: Support, waiting: Waiting) -> Task:
    """Write what a request waits for as a task of a desk."""
    provider = support.provider.id if support.provider else ""
    desks = {
        Desk.SLW: tasks.SLW,
        Desk.REGION: support.region,
        Desk.PROVIDER: tasks.of_provider(provider),
    }
    about = {
        "placementId": support.placement_id,
        "region": support.region,
        "need": support.need,
        "fundedBy": support.funded_by,
    }
    return Task(desks[waiting.desk], waiting.kind, subject(support), about, waiting.due_on)


def provider_body(provider: Provider) -> Json:
    """Write a provider as people see it."""
    return {
        "id": provider.id,
        "revision": provider.revision,
        "name": provider.name,
        "regions": list(provider.regions),
        "createdAt": moment_text(provider.created_at),
        "changedAt": moment_text(provider.changed_at),
    }


def support_body(support: Support) -> Json:
    """Write a request as people see it."""
    days = {
        "acceptBy": support.accept_by,
        "firstContactBy": support.first_contact_by,
        "firstContactOn": support.first_contact_on,
    }
    return {
        "id": support.id,
        "revision": support.revision,
        "placementId": support.placement_id,
        "agreementId": support.agreement_id,
        "employerId": support.employer_id,
        "region": support.region,
        "provider": _provider_name(support.provider),
        "need": support.need,
        "fundedBy": support.funded_by,
        "state": support.state.value,
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "closing": support.closing,
        "reasonCode": support.why.code,
        "reason": support.why.words,
        "lastChange": {"kind": support.last_step.value, "at": moment_text(support.last_at)},
        "createdAt": moment_text(support.created_at),
    }


def history_item(row: Mapping[str, Any]) -> Json:
    """Write one step of a request's history."""
    provider = {"id": row["provider_id"], "name": row["provider_name"]}
    return {
        "at": moment_text(row["changed_at"]),
        "by": row["changed_by"],
        **{name: row[name] for name in ("role", "step", "state", "need", "closing", "reason")},
        "provider": provider if row["provider_id"] else None,
        "reasonCode": row["reason_code"],
    }


def _provider_name(provider: Provider | None) -> Json | None:
    return {"id": provider.id, "name": provider.name} if provider else None


def _name(said: str) -> str:
    return " ".join(said.split())
