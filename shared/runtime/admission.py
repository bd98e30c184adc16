# SPDX-License-Identifier: EUPL-1.2
"""Whether a call is let in: the broker tells which service sent it, and each speaks for a few.

RabbitMQ refuses a message whose `user_id` is not the user of its connection, so nobody can send
as somebody else. The gateway has seen a person's token and speaks for persons; any other service
speaks for itself, and for nobody besides.
"""

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

import structlog
from prometheus_client import Counter

from shared.contracts.policy import PERSONS, SERVICE
from shared.runtime.problems import Json, Refusal, problem

log = structlog.get_logger()

PREFIX = "schakel-"
GATEWAY = f"{PREFIX}gateway"
NOT_ITS_WORD = Refusal(403, "caller-refused", "The caller does not speak for whom it names")
REFUSED = Counter("schakel_calls_refused", "Calls that were not let in.", ["operation", "reason"])


def user_of(amqp_url: str) -> str:
    """Give the user that logs in at the broker, the same one at every node of a cluster."""
    return unquote(urlsplit(amqp_url.partition(";")[0]).username or "")


def told_by_the_broker(properties: Mapping[str, object]) -> str | None:
    """Give the user that the broker has vouched for; None where the sender named nobody."""
    user = properties.get("user_id")
    return user if isinstance(user, str) else None


def refusal(operation: str, caller: str | None, *, subject: str, role: str) -> Json | None:
    """Give the problem with a call that is not to be let in; None lets it in."""
    if _speaks_for(caller, subject, role):
        return None
    REFUSED.labels(operation, "caller").inc()
    log.warning("call_refused", reason="caller", caller=caller, role=role)
    return problem(NOT_ITS_WORD, f"{caller or 'an unknown caller'} does not speak for a {role}")


def _speaks_for(caller: str | None, subject: str, role: str) -> bool:
    if caller == GATEWAY:
        return role in PERSONS
    return role == SERVICE and caller == PREFIX + subject
