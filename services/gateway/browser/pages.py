# SPDX-License-Identifier: EUPL-1.2
"""The pages outside the API: the first one, which says who you are, and those of logging in."""

from collections.abc import Callable, Mapping
from html import escape
from urllib.parse import urlencode, urlsplit

from werkzeug.wrappers import Request, Response

from services.gateway.browser import flow, sessions
from services.gateway.browser.sessions import LOGIN, LOGIN_SECONDS, SESSION
from services.gateway.identity import (
    Token,
    TokenRefused,
    Undecided,
    logouts,
    refused_because,
    verifier,
)
from services.gateway.problems import (
    LOGIN_FAILED,
    NOT_OUR_PAGE,
    OF_A_PAGE,
    UNKNOWN_PATH,
    WRONG_METHOD,
    Refused,
    dressed,
)
from shared.contracts import codes
from shared.runtime import settings

FIELD = "csrf"
TOLD_SECONDS = 2.0
WORDS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "title": "Schakel",
        "nobody": "U bent niet ingelogd.",
        "who": "U bent ingelogd als",
        "login": "Inloggen",
        "logout": "Uitloggen",
        "notice": "Dit is geen officiële dienst van de overheid.",
    },
    "en": {
        "title": "Schakel",
        "nobody": "You are not signed in.",
        "who": "You are signed in as",
        "login": "Sign in",
        "logout": "Sign out",
        "notice": "This is no official government service.",
    },
}


def find(path: str) -> Callable[[Request], Response] | None:
    """Find the page of a path; None where it has none, or where browsers cannot log in."""
    return PAGES.get(path) if sessions.cookies() is not None else None


def first(request: Request) -> Response:
    """Say who somebody is, or how to log in."""
    _only(request, "GET", "HEAD")
    words = WORDS[_language(request)]
    session = sessions.session_of(request)
    person = _person(session) if session else None
    if session is None or person is None:
        body = f'<p>{words["nobody"]}</p><p><a href="/login">{words["login"]}</a></p>'
        return _page(request, words, body)
    label = codes.ROLES[person.role]
    role = label.english if _language(request) == "en" else label.dutch
    bounds = ", ".join(escape(value) for value in person.scope.values())
    body = (
        f"<p>{words['who']}: <strong>{escape(role)}</strong> {bounds} "
        f"({escape(person.subject)})</p>"
        f'<form method="post" action="/logout">'
        f'<input type="hidden" name="{FIELD}" value="{escape(session.csrf)}">'
        f"<button>{words['logout']}</button></form>"
    )
    head = f'<meta name="schakel-csrf" content="{escape(session.csrf)}">'
    return _page(request, words, body, head)


def login(request: Request) -> Response:
    """Send a browser to the issuer, from the address at which it will come back."""
    _only(request, "GET")
    next_ = flow.own_path(request.args.get("next", "/"))
    if request.host != urlsplit(sessions.public_url()).netloc:
        return _to(f"{sessions.public_url()}/login?{urlencode({'next': next_})}")
    url, kept = flow.depart(next_, request.args.get("ui_locales"))
    response = _to(url)
    _cookies().write(response, LOGIN, kept, LOGIN_SECONDS)
    return response


def callback(request: Request) -> Response:
    """Take a browser back from the issuer, and let it have its token."""
    _only(request, "GET")
    kept = _cookies().read(request, LOGIN, LOGIN_SECONDS)
    if kept is None:
        raise Refused(LOGIN_FAILED, "no login began in this browser, or too long ago")
    told = flow.arrive(request.args, kept)
    token = str(told["access_token"])
    try:
        verifier().verify(token)
    except (TokenRefused, Undecided) as error:
        raise Refused(LOGIN_FAILED, f"of the issuer's token: {error}") from error
    response = _to(flow.own_path(kept["next"]))
    _cookies().drop(response, LOGIN)
    sessions.begin(response, token, int(told.get("expires_in", 60)))
    return response


def logout(request: Request) -> Response:
    """End a session here, for its token wherever it is, and at the issuer."""
    _only(request, "POST")
    session = sessions.session_of(request)
    response = _to(flow.leave())
    if session is not None:
        if not session.proves(request.form.get(FIELD)):
            raise Refused(NOT_OUR_PAGE, "log out from our own page")
        _refuse_everywhere(session.token, request)
    _cookies().drop(response, SESSION)
    return response


PAGES: Mapping[str, Callable[[Request], Response]] = {
    "/": first,
    "/login": login,
    flow.CALLBACK: callback,
    "/logout": logout,
}


def _person(session: sessions.Session) -> Token | None:
    """Give who somebody is; None once the token is over: the issuer may know the browser still."""
    try:
        return verifier().verify(session.token)
    except (TokenRefused, Undecided):
        return None


def _refuse_everywhere(token: str, request: Request) -> None:
    """Return when no gateway will take a token any more, also one that starts later."""
    try:
        person = verifier().verify(token)
    except TokenRefused:
        return
    except Undecided as error:
        raise refused_because(error, request.remote_addr or "") from error
    # While the broker is away this gateway alone refuses it, and tells the others later.
    logouts().add(person.jti, person.expires).wait(TOLD_SECONDS)


def _only(request: Request, *methods: str) -> None:
    if request.method not in methods:
        raise Refused(
            WRONG_METHOD, f"it takes {', '.join(methods)}", headers={"Allow": ", ".join(methods)}
        )


def _cookies() -> sessions.Cookies:
    found = sessions.cookies()
    if found is None:
        raise Refused(UNKNOWN_PATH, "browsers cannot log in here")
    return found


def _to(where: str) -> Response:
    return dressed(Response(status=303, headers={"Location": where}))


def _language(request: Request) -> str:
    return "en" if request.args.get("lang") == "en" else "nl"


def _page(request: Request, words: Mapping[str, str], body: str, head: str = "") -> Response:
    lang, title = _language(request), words["title"]
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    response = dressed(
        Response(
            f'<!doctype html><html lang="{lang}"><head>{meta}{head}<title>{title}</title></head>'
            f"<body><main><h1>{title}</h1>{body}</main><footer>{words['notice']}</footer>"
            "</body></html>",
            mimetype="text/html",
        )
    )
    # Browsers hold the redirect that answers a form against form-action too.
    own, issuer = "form-action 'self'", f"form-action 'self' {_issuer_origin()}"
    policy = OF_A_PAGE["Content-Security-Policy"].replace(own, issuer)
    response.headers["Content-Security-Policy"] = policy
    return response


def _issuer_origin() -> str:
    parts = urlsplit(settings().oidc_issuer or "")
    return f"{parts.scheme}://{parts.netloc}"
