# SPDX-License-Identifier: EUPL-1.2
"""A token lets somebody in when all of it is right, and says nothing that we did not ask for."""

import hashlib
import hmac
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from services.gateway.identity import KeysAway, TokenRefused, Undecided, Verifier, tokens
from services.gateway.identity.keys import FRESH_SECONDS, LOOK_AGAIN_SECONDS, Keys
from services.gateway.identity.logouts import Logouts
from tests.unit.gateway.issuing import AUDIENCE, ISSUER, Issuer, encoded
from tests.waiting import wait_until

ISS = "5e1a9a52-3c07-4d3c-9a0e-8f0d3a1b2c4d"
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})


@pytest.fixture
def issuer() -> Issuer:
    """Give an issuer with one key."""
    return Issuer()


@pytest.fixture
def logouts(issuer: Issuer) -> Logouts:
    """Give a list of tokens that were logged out: none."""
    none = Logouts(lambda: issuer.now)
    none.complete()
    return none


@pytest.fixture
def verifier(issuer: Issuer, logouts: Logouts) -> Verifier:
    """Give what verifies its tokens."""
    keys = Keys(ISSUER, issuer.read, lambda: issuer.now)
    return Verifier(ISSUER, AUDIENCE, keys, logouts, lambda: issuer.now)


def reason(verifier: Verifier, token: str) -> str:
    with pytest.raises(TokenRefused) as refused:
        verifier.verify(token)
    return refused.value.reason


@pytest.mark.parametrize(
    ("role", "claims", "scope"),
    [
        ("slw-coordinator", {}, {}),
        ("ops", {}, {}),
        ("wsp-officer", {"schakel_region": "AM36"}, {"region": "AM36"}),
        (
            "wsp-manager",
            {"schakel_region": "AM30", "schakel_organisation": "WSP Parkstad"},
            {"region": "AM30", "organisation": "WSP Parkstad"},
        ),
        ("employer", {"schakel_employer": ISS}, {"employer": ISS}),
        ("support-provider", {"schakel_provider": ISS}, {"provider": ISS}),
    ],
)
def test_a_good_token_says_who_asks_and_what_the_role_is_bound_to(
    issuer: Issuer, verifier: Verifier, role: str, claims: dict[str, str], scope: dict[str, str]
) -> None:
    token = verifier.verify(issuer.token(schakel_role=role, **claims))
    assert token.principal() == {"subject": "jansen", "role": role, "scope": scope}


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256"])
def test_the_three_algorithms_are_taken(issuer: Issuer, verifier: Verifier, algorithm: str) -> None:
    key = ECKey.generate_key("P-256", {"kid": "ec"}) if algorithm == "ES256" else RSA
    issuer.keys = [key]
    assert verifier.verify(issuer.token(key, {"alg": algorithm})).subject == "jansen"


@pytest.mark.parametrize(
    "algorithm", ["RS384", "RS512", "ES384", "HS256", "EdDSA", "none", None, 5]
)
def test_no_other_algorithm_is_taken(issuer: Issuer, verifier: Verifier, algorithm: object) -> None:
    header = {"alg": algorithm, "kid": "first"}
    body = encoded(issuer.claims())
    for signature in ("", encoded(b"\0" * 64)):
        token = f"{encoded(header)}.{body}.{signature}"
        assert reason(verifier, token) in {"algorithm", "malformed"}
    assert issuer.asked == 0


def test_a_public_key_is_no_secret_to_sign_with(issuer: Issuer, verifier: Verifier) -> None:
    issuer.keys = [RSA]
    head = f"{encoded({'alg': 'HS256', 'kid': 'rsa'})}.{encoded(issuer.claims())}"
    for secret in (RSA.as_pem(private=False), RSA.as_der(private=False)):
        signature = hmac.new(secret, head.encode(), hashlib.sha256).digest()
        assert reason(verifier, f"{head}.{encoded(signature)}") == "algorithm"


def test_a_key_of_one_algorithm_signs_with_no_other(issuer: Issuer, verifier: Verifier) -> None:
    issuer.keys = [RSAKey.import_key(RSA.as_dict(private=True) | {"alg": "PS256"})]
    assert verifier.verify(issuer.token()).subject == "jansen"
    assert reason(verifier, issuer.token(RSA, {"alg": "RS256"})) == "algorithm"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"aud": "elsewhere"}, "audience"),
        ({"aud": ["elsewhere"]}, "audience"),
        ({"aud": None}, "claims"),
        ({"aud": 5}, "audience"),
        ({"iss": "https://issuer.example.org/realms/other"}, "issuer"),
        ({"iss": f"{ISSUER}/"}, "issuer"),
        ({"iss": None}, "claims"),
        ({"exp": None}, "claims"),
        ({"exp": 1_799_999_900}, "expired"),
        ({"exp": "1800000900"}, "claims"),
        ({"exp": 1_800_003_601}, "too-long"),
        ({"iat": None}, "claims"),
        ({"iat": 1_800_000_060}, "future"),
        ({"iat": 1_799_990_000}, "too-long"),
        ({"iat": "1800000000"}, "claims"),
        ({"nbf": 1_800_000_060}, "not-yet"),
        ({"nbf": True}, "claims"),
        ({"sub": None}, "claims"),
        ({"sub": ""}, "claims"),
        ({"sub": 5}, "claims"),
        ({"sub": "j" * 201}, "claims"),
        ({"jti": None}, "claims"),
        ({"jti": ""}, "claims"),
        ({"jti": "with\0nul"}, "claims"),
        ({"schakel_role": None}, "role"),
        ({"schakel_role": "director"}, "role"),
        ({"schakel_role": "system"}, "role"),
        ({"schakel_role": "service"}, "role"),
        ({"schakel_role": ["ops"]}, "role"),
        ({"schakel_role": "wsp-officer"}, "role"),
        ({"schakel_role": "wsp-officer", "schakel_region": "AM04"}, "role"),
        ({"schakel_role": "wsp-officer", "schakel_region": ["AM36", "AM23"]}, "role"),
        ({"schakel_role": "wsp-manager", "schakel_employer": ISS}, "role"),
        ({"schakel_role": "employer"}, "role"),
        ({"schakel_role": "employer", "schakel_employer": "ISS"}, "role"),
        ({"schakel_role": "support-provider", "schakel_region": "AM36"}, "role"),
        ({"schakel_role": "slw-coordinator", "schakel_region": "AM36"}, "role"),
    ],
)
def test_a_token_that_does_not_say_what_it_must_is_refused(
    issuer: Issuer, verifier: Verifier, more: dict[str, Any], why: str
) -> None:
    assert reason(verifier, issuer.token(**more)) == why


def test_an_audience_may_be_one_of_several(issuer: Issuer, verifier: Verifier) -> None:
    assert verifier.verify(issuer.token(aud=["elsewhere", AUDIENCE])).subject == "jansen"


def test_a_token_expires(issuer: Issuer, verifier: Verifier) -> None:
    token = issuer.token()
    verifier.verify(token)
    issuer.now += 920
    assert reason(verifier, token) == "expired"


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_token_that_was_changed_anywhere_is_refused(
    issuer: Issuer, verifier: Verifier, part: int
) -> None:
    parts = issuer.token().split(".")
    other = issuer.token(header={"typ": "at+jwt"}, sub="pietersen").split(".")
    parts[part] = other[part]
    assert reason(verifier, ".".join(parts)) == "signature"


def test_a_key_of_somebody_else_under_our_name_is_refused(
    issuer: Issuer, verifier: Verifier
) -> None:
    stranger = ECKey.generate_key("P-256", {"kid": "first", "alg": "ES256"})
    assert reason(verifier, issuer.token(stranger)) == "signature"


def test_a_key_in_the_token_itself_is_not_looked_at(issuer: Issuer, verifier: Verifier) -> None:
    stranger = ECKey.generate_key("P-256", {"kid": "mine", "alg": "ES256"})
    header = {"jwk": stranger.as_dict(private=False), "kid": "first"}
    assert reason(verifier, issuer.token(stranger, header)) in {"signature", "malformed"}


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "é.é.é",
        "." * 3,
        "x" * 9000,
        "e30.e30.",
        "bnVsbA.e30.e30",
    ],
)
def test_what_is_no_token_is_refused(issuer: Issuer, verifier: Verifier, text: str) -> None:
    assert reason(verifier, text) in {"malformed", "algorithm"}
    assert issuer.asked == 0


@pytest.mark.parametrize("header", [{"kid": None}, {"kid": ""}, {"kid": 5}, {"typ": "dpop+jwt"}])
def test_a_token_of_no_key_or_of_another_kind_is_refused(
    issuer: Issuer, verifier: Verifier, header: dict[str, Any]
) -> None:
    head = {"alg": "ES256", "kid": "first", **header}
    token = f"{encoded(head)}.{encoded(issuer.claims())}.{encoded(bytes(64))}"
    assert reason(verifier, token) in {"unknown-key", "malformed"}
    assert issuer.asked == 0


def test_keys_are_read_once_and_again_when_an_unknown_one_comes(
    issuer: Issuer, verifier: Verifier
) -> None:
    old = issuer.token()
    for _ in range(3):
        verifier.verify(old)
    assert issuer.asked == 1

    issuer.rotate("second")
    issuer.now += LOOK_AGAIN_SECONDS
    verifier.verify(issuer.token())
    assert issuer.asked == 2


def test_after_a_rotation_the_old_key_lets_nobody_in(issuer: Issuer, verifier: Verifier) -> None:
    old = issuer.token()
    verifier.verify(old)
    issuer.rotate("second")
    issuer.now += LOOK_AGAIN_SECONDS
    verifier.verify(issuer.token())

    issuer.now += LOOK_AGAIN_SECONDS
    assert reason(verifier, old) == "unknown-key"


def test_an_unknown_key_is_looked_up_once_in_a_while_however_many_ask(
    issuer: Issuer, verifier: Verifier
) -> None:
    stranger = ECKey.generate_key("P-256", {"kid": "stranger", "alg": "ES256"})
    assert reason(verifier, issuer.token(stranger)) == "unknown-key"
    for _ in range(20):
        with pytest.raises(KeysAway):
            verifier.verify(issuer.token(stranger))
    assert issuer.asked == 1

    issuer.now += LOOK_AGAIN_SECONDS
    assert reason(verifier, issuer.token(stranger)) == "unknown-key"
    assert issuer.asked == 2


def test_while_the_issuer_is_away_known_keys_go_on_and_strange_ones_wait(
    issuer: Issuer, verifier: Verifier
) -> None:
    known = issuer.token()
    verifier.verify(known)
    issuer.rotate("second")
    issuer.away = True
    issuer.now += LOOK_AGAIN_SECONDS
    with pytest.raises(KeysAway):
        verifier.verify(issuer.token())
    assert verifier.verify(known).subject == "jansen"

    issuer.away = False
    issuer.now += LOOK_AGAIN_SECONDS
    assert verifier.verify(issuer.token()).subject == "jansen"


def test_nobody_is_refused_while_the_issuer_was_never_there(
    issuer: Issuer, verifier: Verifier
) -> None:
    issuer.away = True
    with pytest.raises(KeysAway):
        verifier.verify(issuer.token())


def test_keys_that_were_taken_back_are_forgotten_without_anybody_asking_for_new_ones(
    issuer: Issuer, verifier: Verifier
) -> None:
    token = issuer.token(exp=int(issuer.now) + 3600)
    verifier.verify(token)
    issuer.rotate("second")
    issuer.now += FRESH_SECONDS + 1
    verifier.verify(token)

    def gone() -> bool:
        issuer.now += LOOK_AGAIN_SECONDS
        return reason(verifier, token) == "unknown-key"

    wait_until(gone)


def test_an_issuer_that_says_it_is_another_is_not_believed(
    issuer: Issuer, verifier: Verifier
) -> None:
    issuer.told = {**issuer.told, "issuer": "https://elsewhere.example.org"}
    with pytest.raises(KeysAway):
        verifier.verify(issuer.token())


def weak() -> RSAKey:
    return RSAKey.generate_key(1024, {"kid": "weak"})


def other_curve() -> ECKey:
    return ECKey.generate_key("P-384", {"kid": "p384"})


def for_secrets() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "enc", "use": "enc"})


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("made", [weak, other_curve, for_secrets])
def test_a_key_that_is_weak_or_for_something_else_lets_nobody_in(
    issuer: Issuer, verifier: Verifier, made: Callable[[], ECKey | RSAKey]
) -> None:
    first, key = issuer.keys[0], made()
    issuer.keys = [first, key]
    algorithm = "RS256" if isinstance(key, RSAKey) else "ES256"
    head = {"alg": algorithm, "kid": key.kid}
    token = f"{encoded(head)}.{encoded(issuer.claims())}.{encoded(bytes(64))}"
    assert reason(verifier, token) == "unknown-key"
    assert verifier.verify(issuer.token(first)).subject == "jansen"


def test_a_token_that_was_logged_out_at_one_gateway_is_refused_at_another() -> None:
    here, there = Logouts(lambda: 1_000.0), Logouts(lambda: 1_000.0)
    waits = [here.add(odd, 1_600.5) for odd in ("mine", "a/b c", "é")]
    told = here.untold()
    assert not any(one.is_set() for one in waits)

    for gateway in (here, there):
        gateway.hear(told)

    assert all(one.is_set() for one in waits)
    assert all(there.has(jti) for jti in ("mine", "a/b c", "é"))
    assert not there.has("b c")
    assert (here.untold(), there.untold()) == ([], []), "it is told once, by whoever knows it first"


def test_what_another_broker_does_not_tell_is_told_again() -> None:
    known = Logouts(lambda: 1_000.0)
    known.hear(["1600/mine", "1600/other", "900/long over"])

    known.begin()
    known.hear(["1600/other"])

    assert known.untold() == ["1600/mine"]


def test_nobody_is_let_in_before_it_is_known_who_logged_out(
    issuer: Issuer, verifier: Verifier, logouts: Logouts
) -> None:
    logouts.read = False
    with pytest.raises(Undecided):
        verifier.verify(issuer.token())
    assert reason(verifier, issuer.token(aud="elsewhere")) == "audience"
    logouts.complete()
    assert verifier.verify(issuer.token()).subject == "jansen"


def test_a_token_that_was_logged_out_is_refused_until_it_would_have_expired(
    issuer: Issuer, verifier: Verifier, logouts: Logouts
) -> None:
    token, other = issuer.token(), issuer.token()
    known = verifier.verify(token)
    logouts.add(known.jti, known.expires)

    assert reason(verifier, token) == "logged-out"
    assert verifier.verify(other).subject == "jansen"

    issuer.now += 2000
    logouts.add("another", issuer.now + 900)
    assert not logouts.has(known.jti)
    assert reason(verifier, token) == "expired"


def test_of_what_is_remembered_no_more_is_kept_than_has_room(
    issuer: Issuer, verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "REMEMBERED", 3)
    several = [issuer.token(sub=f"person-{number}") for number in range(5)]
    for _ in range(2):
        for number, token in enumerate(several):
            assert verifier.verify(token).subject == f"person-{number}"
            assert len(verifier._known) <= 3


def test_a_token_that_was_taken_is_verified_anew_by_another_key_of_the_same_name(
    issuer: Issuer, verifier: Verifier
) -> None:
    token = issuer.token(exp=int(issuer.now) + 3600)
    verifier.verify(token)
    issuer.rotate("first")
    issuer.now += FRESH_SECONDS + 1
    verifier.verify(token)

    def gone() -> bool:
        issuer.now += 1
        with suppress(TokenRefused):
            return not verifier.verify(token)
        return reason(verifier, token) == "signature"

    wait_until(gone)


def test_a_refusal_never_holds_the_token(issuer: Issuer, verifier: Verifier) -> None:
    token = issuer.token(aud="elsewhere")
    with pytest.raises(TokenRefused) as refused:
        verifier.verify(token)
    assert not any(part in str(refused.value) for part in token.split("."))
