# SPDX-License-Identifier: EUPL-1.2
"""On the real stack: no bad token gets in, and past the gateway a service refuses by itself."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from functools import partial

import httpx
import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey

from services.cli.issuer.clients import LOCAL
from services.gateway.operations import Operation, operations
from services.gateway.table import EVERY_SERVICE, GATEWAY
from shared.contracts.policy import BOUND_BY, OWNER_IN_PATH, PERSONS, POLICY
from tests.e2e.door import Door, Json, done, refused
from tests.e2e.story import own_name
from tests.integration.runtime.direct import Direct, wire
from tests.servers import RunningStack
from tests.waiting import wait_until
from tests.whose import manager, officer

ID, OTHER = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d", "0b8e7d0c-4a51-4f43-a2b5-5d1b0d0a7c11"
OWN = {"region": "AM36", "employer": ID, "provider": ID}
FOREIGN = {"region": "AM23", "employer": OTHER, "provider": OTHER}
ASKED = [one for one in operations() if one.service != GATEWAY]


class Forger:
    """Makes tokens of the stack's own issuer, and the like of them; it holds the issuer's key."""

    def __init__(self, stack: RunningStack) -> None:
        self.key = ECKey.import_key(stack.home.read("issuer")["keys"][0]["key"])
        self.issuer = stack.tokens.issuer

    def token(self, key: ECKey | None = None, **more: object) -> str:
        """Sign a coordinator's token that is good but for what is told."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": "schakel",
            "sub": "somebody",
            "jti": own_name("token"),
            "iat": now,
            "exp": now + 600,
            "schakel_role": "slw-coordinator",
            **more,
        }
        header = {"alg": "ES256", "kid": (key or self.key).kid}
        return jwt.encode(header, claims, key or self.key)

    def expired(self) -> str:
        """Give one of yesterday."""
        now = int(time.time())
        return self.token(iat=now - 86_400, exp=now - 86_000)

    def unsigned(self, algorithm: str, secret: bytes = b"") -> str:
        """Give one without the issuer's signature: none at all, or one made with its public key."""
        _, claims, _ = self.token().split(".")
        head = _encoded(json.dumps({"alg": algorithm, "kid": self.key.kid}).encode())
        signed = hmac.new(secret, f"{head}.{claims}".encode(), hashlib.sha256).digest()
        return f"{head}.{claims}.{_encoded(signed) if secret else ''}"

    def tampered(self) -> str:
        """Give an officer's token in which it says to be somebody else."""
        head, _, signature = self.token(schakel_role="ops").split(".")
        return f"{head}.{self.token().split('.')[1]}.{signature}"

    def of_a_strange_key(self, kid: str) -> str:
        """Give one that somebody else signed."""
        return self.token(ECKey.generate_key("P-256", {"kid": kid, "alg": "ES256"}))


def settled(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """Ask until the gateway can tell: it looks for an unknown key once in a few seconds only."""

    def answered() -> httpx.Response | None:
        response = ask()
        return None if response.status_code == 503 else response

    return wait_until(answered)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


BAD: dict[str, Callable[[Forger], str]] = {
    "none": lambda _: "",
    "expired": Forger.expired,
    "another audience": lambda forger: forger.token(aud="elsewhere"),
    "another issuer": lambda forger: forger.token(iss="https://issuer.example.org"),
    "alg none": lambda forger: forger.unsigned("none"),
    "the public key as a secret": lambda forger: forger.unsigned(
        "HS256", forger.key.as_pem(private=False)
    ),
    "an unknown key": lambda forger: forger.of_a_strange_key("nobody's"),
    "the issuer's name on another key": lambda forger: forger.of_a_strange_key(str(forger.key.kid)),
    "tampered with": Forger.tampered,
    "too long a life": lambda forger: forger.token(exp=int(time.time()) + 86_400),
    "no role": lambda forger: forger.token(schakel_role="director"),
    "a role without its region": lambda forger: forger.token(schakel_role="wsp-officer"),
}


@pytest.mark.parametrize("why", BAD)
def test_a_bad_token_does_nothing(door: Door, stack: RunningStack, why: str) -> None:
    name = own_name("Niemand")
    headers = {"Authorization": f"Bearer {BAD[why](Forger(stack))}".strip()}
    response = settled(lambda: door.ask("POST", "/employers", {"name": name}, headers=headers))

    refused(response, 401)
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="schakel"')
    assert door.get("/employers", name=name)["items"] == []


def test_the_forger_s_good_token_is_taken(door: Door, stack: RunningStack) -> None:
    headers = {"Authorization": f"Bearer {Forger(stack).token()}"}
    done(door.ask("GET", "/employers", headers=headers))


def test_after_a_rotation_new_tokens_are_taken_and_those_of_before_until_they_expire(
    door: Door, stack: RunningStack
) -> None:
    before = stack.tokens.fresh(manager("AM36"))[0]
    secret = stack.home.passwords([LOCAL])[LOCAL]
    httpx.post(f"{stack.tokens.issuer}/keys", auth=(LOCAL, secret)).raise_for_status()
    after = stack.tokens.fresh(manager("AM36"))[0]

    assert jws.extract_compact(before.encode()).protected != (
        jws.extract_compact(after.encode()).protected
    )
    for token in (after, before):
        headers = {"Authorization": f"Bearer {token}"}
        ask = partial(door.ask, "GET", "/regions/AM36/desk", headers=headers)
        assert settled(ask).status_code in {200, 404}


@pytest.mark.parametrize("path", ["agreements", "placements", "desk", "contacts", "instruments"])
def test_a_token_of_another_region_is_403(door: Door, path: str) -> None:
    where = f"/regions/AM23/{path}"
    refused(door.ask("GET", where, as_=officer("AM36")), 403, "not-theirs")
    done(door.ask("GET", where, as_=officer("AM23")))


@pytest.mark.parametrize("operation", ASKED, ids=lambda one: one.name)
def test_past_the_gateway_a_service_refuses_by_itself(
    calling: "Calling", operation: Operation
) -> None:
    service = "employers" if operation.service == EVERY_SERVICE else operation.service
    for principal, whose in not_granted(operation):
        reply = calling.gateway.call(
            service, wire(operation.name, principal, params_of(operation, whose))
        )
        assert reply["result"]["status"] == 403, (principal, reply)

    intruder = {"subject": "somebody", "role": next(iter(POLICY[operation.name])), "scope": OWN}
    asked = wire(operation.name, intruder, params_of(operation, OWN))
    reply = calling.sibling.call(service, asked)
    assert reply["result"]["problem"]["type"] == "/problems/caller-refused", reply


class Calling:
    """The broker's users of the gateway, and of a service that has no business asking."""

    def __init__(self, stack: RunningStack) -> None:
        self.gateway = Direct(stack.amqp_url("schakel-gateway"))
        self.sibling = Direct(stack.amqp_url("schakel-providers"))


@pytest.fixture(scope="module")
def calling(stack: RunningStack) -> Iterator[Calling]:
    """Give two logins at the broker."""
    both = Calling(stack)
    with both.gateway, both.sibling:
        yield both


def not_granted(operation: Operation) -> Iterator[tuple[Json, dict[str, str]]]:
    """Give who may not do this, and whose the path then is."""
    for role in PERSONS:
        bound = BOUND_BY.get(role)
        scope = {bound: OWN[bound]} if bound else {}
        who = {"subject": "somebody", "role": role, "scope": scope}
        reach = POLICY[operation.name].get(role)
        if reach is None:
            yield who, OWN
        elif bound:
            yield {**who, "scope": {}}, OWN
            if reach == "own" and bound in OWNER_IN_PATH.get(operation.name, {}):
                yield who, FOREIGN


def params_of(operation: Operation, whose: dict[str, str]) -> Json:
    """Give the parameters of the path, and those that have a default."""
    owners = {name: whose[kind] for kind, name in OWNER_IN_PATH.get(operation.name, {}).items()}
    given = {
        one.name: one.example if one.place == "path" else one.default
        for one in operation.parameters
        if one.place == "path" or one.default is not None
    }
    return {**given, **owners}
