# SPDX-License-Identifier: EUPL-1.2
"""Whether a call is let in: the broker tells which service sent it, and each speaks for a few.

RabbitMQ refuses a message whose `user_id` is not the user of its connection, so nobody can send
as somebody else. The gateway has seen a person's token and speaks for persons; any other service
speaks for itself, and for nobody besides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

import structlog
from prometheus_client import Counter

from shared.contracts.policy import (
    PERSONS,
    POLICY,
    SERVICE,
    OwnerRefused,
    Reach,
    RoleRefused,
    admit,
)
from shared.runtime.problems import NOT_FOR_THIS_ROLE, NOT_THEIRS, Json, Refusal, problem

log = structlog.get_logger()

PREFIX = "schakel-"
GATEWAY = f"{PREFIX}gateway"
NOT_ITS_WORD = Refusal(403, "caller-refused", "The caller does not speak for whom it names")
REFUSED = Counter("schakel_calls_refused", "Calls that were not let in.", ["operation", "reason"])


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a subject, the role in which it asks, and what that role is bound to.

    `scope` holds a region and maybe one of its organisations, an employer or a provider.
    """

    subject: str
    role: str
    scope: Mapping[str, str] = field(default_factory=dict)


def user_of(amqp_url: str) -> str:
    """Give the user that logs in at the broker, the same one at every node of a cluster."""
    return unquote(urlsplit(amqp_url.partition(";")[0]).username or "")


def told_by_the_broker(properties: Mapping[str, object]) -> str | None:
    """Give the user that the broker has vouched for; None where the sender named nobody."""
    user = properties.get("user_id")
    return user if isinstance(user, str) else None


class NotAdmitted(Exception):
    """A call is not let in; `reply` is the problem."""

    def __init__(self, operation: str, reason: str, refusal: Refusal, detail: str) -> None:
        super().__init__(detail)
        self.reply: Json = problem(refusal, detail)
        REFUSED.labels(operation if operation in POLICY else "unknown", reason).inc()
        log.warning("call_refused", operation=operation, reason=reason, detail=detail)


def admitted(
    operation: str, caller: str | None, who: Principal, params: Mapping[str, object]
) -> Reach:
    """Give how far a call reaches; raises NotAdmitted where it is not let in."""
    if not _speaks_for(caller, who.subject, who.role):
        detail = f"{caller or 'an unknown caller'} does not speak for a {who.role}"
        raise NotAdmitted(operation, "caller", NOT_ITS_WORD, detail)
    try:
        return admit(operation, who.role, who.scope, params)
    except RoleRefused as error:
        raise NotAdmitted(operation, "role", NOT_FOR_THIS_ROLE, str(error)) from error
    except OwnerRefused as error:
        raise NotAdmitted(operation, "owner", NOT_THEIRS, str(error)) from error


def _speaks_for(caller: str | None, subject: str, role: str) -> bool:
    if caller == GATEWAY:
        return role in PERSONS
    return role == SERVICE and caller == PREFIX + subject
