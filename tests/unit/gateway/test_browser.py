# SPDX-License-Identifier: EUPL-1.2
"""A browser logs in by the development issuer: its cookies, and what no other page can do."""

import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from itsdangerous import URLSafeTimedSerializer
from werkzeug.serving import make_server
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Request, Response

from services.cli.issuer.app import App
from services.cli.issuer.clients import clients
from services.cli.issuer.grants import Grants
from services.cli.issuer.keys import Keys
from services.cli.stack import ports
from services.cli.stack.home import Home
from services.gateway import http as api
from services.gateway import identity, rates
from services.gateway.browser import flow, pages, sessions
from shared.runtime import settings
from tests.unit.gateway.conftest import Behind
from tests.waiting import wait_until

GATEWAY = "http://127.0.0.1:8080"
HTTPS = "https://schakel.example"
OFFICER = {"role": "wsp-officer", "region": "AM23"}
KEPT = (settings, sessions.cookies, identity.verifier, identity.logouts)


class Browser:
    """A browser with cookies, and somebody who chooses who to be."""

    def __init__(self, gateway: Client, url: str) -> None:
        self.gateway = gateway
        self.url = url

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.gateway.get(path, base_url=self.url)

    def post(self, path: str, **more: object) -> TestResponse:
        """Send something."""
        return self.gateway.post(path, base_url=self.url, **more)

    def departs(self, next_: str = "/") -> str:
        """Go to the issuer; give the address."""
        answer = self.get(f"/login?{urlencode({'next': next_})}")
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def chooses(self, where: str, **who: str) -> str:
        """Choose who to be at the issuer; give the path to which it sends back."""
        url = urlsplit(where)
        asked = {name: value for name, [value] in parse_qs(url.query).items()}
        answer = httpx.post(f"{url.scheme}://{url.netloc}{url.path}", data=asked | (who or OFFICER))
        assert answer.status_code == 303, answer.text
        back = urlsplit(answer.headers["Location"])
        assert f"{back.scheme}://{back.netloc}" == self.url
        return f"{back.path}?{back.query}"

    def logs_in(self, next_: str = "/") -> TestResponse:
        """Go all the way, and come back."""
        return self.get(self.chooses(self.departs(next_)))

    def csrf(self) -> str:
        """Read what only our own page can."""
        return self.get("/").text.partition('name="schakel-csrf" content="')[2].partition('"')[0]


@pytest.fixture(params=[GATEWAY, HTTPS])
def url(request: pytest.FixtureRequest) -> str:
    """Give the address by which browsers know the gateway."""
    return str(request.param)


@pytest.fixture
def gateway(behind: Behind) -> Client:
    """Give the gateway as its process has it."""

    @Request.application
    def application(request: Request) -> Response:
        return api.answer(request, api.Behind(behind, behind, identity.verifier()))

    rates.callers.cache_clear()
    return Client(application)


@pytest.fixture
def browser(
    gateway: Client, url: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Browser]:
    """Give a browser, a gateway, and an issuer that knows that gateway."""
    port = ports.choose(["issuer"], {})["issuer"]
    issuer = f"http://127.0.0.1:{port}"
    keys, known = Keys(home), clients(home, url)
    app = Request.application(App(Grants(issuer, keys, known), keys).answer)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    told = {
        "OIDC_ISSUER": issuer,
        "OIDC_CLIENT_SECRET": known[1].secret,
        "SESSION_SECRET": "s" * 32,
        "PUBLIC_URL": url,
    }
    for name, value in told.items():
        monkeypatch.setenv(f"SCHAKEL_{name}", value)
    for one in KEPT:
        one.cache_clear()
    identity.logouts().complete()
    monkeypatch.setattr(pages, "TOLD_SECONDS", 0)
    yield Browser(gateway, url)
    for one in KEPT:
        one.cache_clear()
    server.shutdown()
    thread.join()
    server.server_close()


def cookie(answer: TestResponse, name: str) -> str:
    """Give the one Set-Cookie of a name, whatever its prefix."""
    [found] = [one for one in answer.headers.getlist("Set-Cookie") if f"{name}=" in one]
    return found


def test_somebody_who_logged_in_reads_who_they_are(browser: Browser) -> None:
    assert "niet ingelogd" in browser.get("/").text

    back = browser.logs_in()

    assert (back.status_code, back.headers["Location"]) == (303, "/")
    page = browser.get("/")
    assert page.status_code == 200
    assert "Medewerker WSP" in page.text
    assert "AM23" in page.text
    assert "officer of a service point" in browser.get("/?lang=en").text


def test_cookies_are_out_of_reach_and_over_https_of_this_host_alone(
    browser: Browser, url: str
) -> None:
    depart = browser.get("/login")
    session = cookie(browser.logs_in(), sessions.SESSION)

    for said in (cookie(depart, sessions.LOGIN), session):
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(said.split("; "))
        assert "Domain=" not in said
        assert said.startswith("__Host-") == ("Secure" in said.split("; ")) == (url == HTTPS)
    assert int(session.partition("Max-Age=")[2].partition(";")[0]) <= 3600


def test_a_cookie_that_somebody_else_wrote_is_nobody(browser: Browser, url: str) -> None:
    browser.logs_in()
    name = ("__Host-" if url == HTTPS else "") + sessions.SESSION
    host = urlsplit(url).hostname or ""
    forged = URLSafeTimedSerializer("another secret of so many letters", salt=sessions.SESSION)

    browser.gateway.set_cookie(name, forged.dumps({"token": "x", "csrf": "y"}), domain=host)

    assert "niet ingelogd" in browser.get("/").text
    browser.gateway.set_cookie(name, "nothing at all", domain=host)
    assert "niet ingelogd" in browser.get("/").text


def test_a_change_with_a_cookie_needs_what_our_own_page_can_read(browser: Browser) -> None:
    browser.logs_in()
    csrf = browser.csrf()
    assert csrf

    without = browser.post("/v1/employers", json={"name": "ISS"})
    guessed = browser.post("/v1/employers", json={"name": "ISS"}, headers={"Schakel-CSRF": "x"})
    ours = browser.post("/v1/employers", json={"name": "ISS"}, headers={"Schakel-CSRF": csrf})

    for answer in (without, guessed):
        assert answer.status_code == 403
        assert answer.get_json()["type"] == "/problems/not-our-page"
    # An officer may not register employers: it was let in, and then refused for its role.
    assert ours.get_json()["type"] == "/problems/not-for-this-role"
    assert browser.get("/v1/regions").status_code == 200


def test_a_bearer_needs_no_proof_and_goes_before_the_cookie(browser: Browser) -> None:
    browser.logs_in()
    answer = browser.post(
        "/v1/employers", json={"name": "ISS"}, headers={"Authorization": "Bearer nonsense"}
    )
    assert answer.status_code == 401


def test_whoever_logged_out_is_nobody_and_the_token_is_worth_nothing(
    browser: Browser, url: str
) -> None:
    browser.logs_in()
    name = ("__Host-" if url == HTTPS else "") + sessions.SESSION
    found = browser.gateway.get_cookie(name, domain=urlsplit(url).hostname or "")
    assert found is not None

    refused = browser.post("/logout", data={"csrf": "guessed"})
    gone = browser.post("/logout", data={"csrf": browser.csrf()})

    assert refused.status_code == 403
    assert gone.status_code == 303
    onward = urlsplit(gone.headers["Location"])
    assert onward.path == "/end-session"
    assert parse_qs(onward.query)["post_logout_redirect_uri"] == [f"{url}/"]
    assert "niet ingelogd" in browser.get("/").text
    browser.gateway.set_cookie(name, found.value, domain=urlsplit(url).hostname or "")
    assert "niet ingelogd" in browser.get("/").text, "kept aside, the cookie opens nothing"
    assert browser.get("/v1/regions").status_code == 401


def test_a_logout_waits_until_every_gateway_will_know_it(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.logs_in()
    csrf, known = browser.csrf(), identity.logouts()
    monkeypatch.setattr(pages, "TOLD_SECONDS", 60)
    answered: list[int] = []

    def leave() -> None:
        answered.append(browser.post("/logout", data={"csrf": csrf}).status_code)

    leaving = threading.Thread(target=leave)
    leaving.start()
    wait_until(lambda: bool(known.untold()))
    assert answered == []
    known.hear(known.untold())
    leaving.join(60)

    assert answered == [303]


def test_nobody_seems_logged_out_while_that_cannot_be_told(browser: Browser) -> None:
    browser.logs_in()
    csrf = browser.csrf()
    identity.logouts().read = False

    answer = browser.post("/logout", data={"csrf": csrf})

    assert (answer.status_code, answer.get_json()["type"]) == (503, "/problems/logouts-unread")
    identity.logouts().complete()
    assert "Medewerker" in browser.get("/").text


def test_nobody_is_logged_out_by_a_link(browser: Browser) -> None:
    browser.logs_in()
    assert browser.get("/logout").status_code == 405
    assert "Medewerker" in browser.get("/").text


def test_a_login_that_began_in_another_browser_is_refused(browser: Browser) -> None:
    foreign = browser.chooses(browser.departs())
    browser.departs()

    answer = browser.get(foreign)

    assert answer.status_code == 400
    assert answer.get_json()["type"] == "/problems/login-failed"
    assert "niet ingelogd" in browser.get("/").text


@pytest.mark.parametrize(
    ("name", "value"),
    [("state", "x"), ("code", "x"), ("iss", "https://elsewhere.example")],
)
def test_what_comes_back_altered_is_refused(browser: Browser, name: str, value: str) -> None:
    url = urlsplit(browser.chooses(browser.departs()))
    said = {key: one for key, [one] in parse_qs(url.query).items()}

    answer = browser.get(f"{url.path}?{urlencode(said | {name: value})}")

    assert answer.get_json()["type"] == "/problems/login-failed"


def test_a_login_comes_back_once(browser: Browser) -> None:
    back = browser.chooses(browser.departs())
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 400


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "\\\\elsewhere.example/",
        "/\t/elsewhere.example/",
        "javascript:alert(1)",
        "elsewhere.example",
        "",
        "/" * 600,
    ],
)
def test_nobody_is_sent_elsewhere_after_logging_in(browser: Browser, elsewhere: str) -> None:
    assert flow.own_path(elsewhere) == "/"
    assert browser.logs_in(elsewhere).headers["Location"] == "/"


def test_whoever_asked_for_a_page_comes_back_to_it(browser: Browser) -> None:
    assert browser.logs_in("/v1/regions?page=2").headers["Location"] == "/v1/regions?page=2"


def test_a_login_by_another_name_begins_at_ours(browser: Browser, url: str) -> None:
    answer = browser.gateway.get("/login?next=/v1/regions", base_url="http://localhost:8080")
    assert answer.headers["Location"] == f"{url}/login?next=%2Fv1%2Fregions"
    assert "Set-Cookie" not in answer.headers


def test_the_page_cannot_be_framed_and_runs_nothing_from_elsewhere(browser: Browser) -> None:
    browser.logs_in()
    for answer in (browser.get("/"), browser.get("/login"), browser.get("/login/callback")):
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in browser.get("/").headers["Content-Security-Policy"]


def test_without_a_secret_there_are_no_pages(
    gateway: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHAKEL_OIDC_ISSUER", "http://127.0.0.1:1")
    monkeypatch.delenv("SCHAKEL_SESSION_SECRET", raising=False)
    for one in KEPT:
        one.cache_clear()

    assert {gateway.get(path).status_code for path in ("/", "/login", "/logout")} == {404}
