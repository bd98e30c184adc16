# SPDX-License-Identifier: EUPL-1.2
"""Requests that are wrong, each in its own way, and the faults that each must be told."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

NOBODY = "00000000-0000-4000-8000-000000000000"
AGREEMENT = f"/agreements/{NOBODY}"
REGION = f"/regions/AM36{AGREEMENT}"
JSON_BODY = {"Content-Type": "application/json"}
CURRENT = {"If-Match": '"1"'}

# Complete, so that a fault of a row is its own.
FINE: Mapping[str, object] = {
    "employerId": NOBODY,
    "title": "Landelijke samenwerkingsafspraken",
    "targetGroups": ["statushouders"],
    "guidance": {"model": "eigen_buddy"},
    "startsOn": "2026-12-01",
}


@dataclass(frozen=True, slots=True)
class Bad:
    """One wrong request: what is sent, the status it gets, and where the faults are."""

    what: str
    method: str
    path: str
    status: int
    where: frozenset[str] = frozenset()
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Name the row."""
        return self.what


def _raw(what: str, content: bytes, where: set[str] | None = None) -> Bad:
    faults = frozenset({""} if where is None else where)
    return Bad(what, "POST", "/agreements", 400, faults, content, JSON_BODY)


def _body(what: str, where: set[str], **said: object) -> Bad:
    content = json.dumps({**FINE, **said}).encode()
    return Bad(what, "POST", "/agreements", 400, frozenset(where), content, JSON_BODY)


def _sent(what: str, method: str, path: str, said: object, where: set[str]) -> Bad:
    content = json.dumps(said).encode()
    headers = {**JSON_BODY, **CURRENT}
    return Bad(what, method, path, 400, frozenset(where), content, headers)


def _asked(what: str, path: str, *where: str) -> Bad:
    return Bad(what, "GET", path, 400, frozenset(where))


MALFORMED: Sequence[Bad] = (
    _raw("not JSON", b"{not json"),
    _raw("JSON cut off", b'{"title": "Landelij'),
    _raw("two documents", b"{} {}"),
    _raw("trailing comma", b'{"title": "x",}'),
    _raw("single quotes", b"{'title': 'x'}"),
    _raw("not UTF-8", b'{"title": "\xff\xfe"}'),
    _raw("UTF-16", '{"title": "x"}'.encode("utf-16")),
    _raw("byte order mark", b"\xef\xbb\xbf{}"),
    _raw("NaN", b'{"title": NaN}'),
    _raw("infinity", b'{"title": -Infinity}'),
    _raw("a key twice", b'{"title": "x", "title": "y"}'),
    _raw("a key twice, deeper", b'{"guidance": {"model": "a", "model": "b"}}'),
    _raw("nested too deep", b"[" * 100_000 + b"]" * 100_000),
    _raw("nested objects too deep", b'{"a":' * 5_000 + b"1" + b"}" * 5_000),
    _raw("nested rather deep", b'{"title": ' + b"[" * 40 + b"]" * 40 + b"}"),
    _raw("lone surrogate", b'{"title": "\\ud800"}'),
    _raw("lone surrogate in a key", b'{"\\udfff": 1}'),
    _raw("number with 5,000 digits", b'{"title": ' + b"9" * 5_000 + b"}"),
    _raw("an array", b"[]"),
    _raw("a text", b'"title"'),
    _raw("a number", b"1"),
    _raw("true", b"true"),
    _raw("null", b"null", {"/employerId", "/title"}),
    _raw("nothing at all", b"", {"/employerId", "/title"}),
    _raw("an empty object", b"{}", {"/employerId", "/title"}),
)

WRONG_FIELDS: Sequence[Bad] = (
    _body("title is a number", {"/title"}, title=7),
    _body("title is a huge number", {"/title"}, title=10**400),
    _body("title is a float beyond floats", {"/title"}, title=1e308),
    _body("title is a list", {"/title"}, title=["x"]),
    _body("title is null", {"/title"}, title=None),
    _body("title is blank", {"/title"}, title=" \t "),
    _body("title is too long", {"/title"}, title="x" * 201),
    _body("title has a NUL", {"/title"}, title="a\0b"),
    _body("title has a line end", {"/title"}, title="a\nb"),
    _body("title has an escape", {"/title"}, title="a\x1b[31mb"),
    _body("reason is too long", {"/reason"}, reason="x" * 1001),
    _body("reason has a NUL", {"/reason"}, reason="a\0b"),
    _body("unknown field", {"/tilte"}, tilte="x"),
    _body("field in snake_case", {"/target_groups"}, target_groups=["ww"]),
    _body("field that only answers have", {"/status"}, status="published"),
    _body("prototype field", {"/__proto__"}, __proto__={"x": 1}),
    _body("unknown target group", {"/targetGroups/1"}, targetGroups=["ww", "iedereen"]),
    _body("target group of a region only", {"/targetGroups/0"}, targetGroups=["ggz"]),
    _body("target group twice", {"/targetGroups/1"}, targetGroups=["ww", "ww"]),
    _body("target groups as a text", {"/targetGroups"}, targetGroups="ww"),
    _body("target groups as an object", {"/targetGroups"}, targetGroups={"0": "ww"}),
    _body("target group is a number", {"/targetGroups/0"}, targetGroups=[27]),
    _body("target group is null", {"/targetGroups/0"}, targetGroups=[None]),
    _body("target groups null", {"/targetGroups"}, targetGroups=None),
    _body("unknown instrument", {"/instruments/0"}, instruments=["hamer"]),
    _body("unknown kind", {"/kinds/0"}, kinds=["party"]),
    _body("unknown guidance model", {"/guidance/model"}, guidance={"model": "niemand"}),
    _body("guidance without a model", {"/guidance/model"}, guidance={}),
    _body("guidance as a text", {"/guidance"}, guidance="eigen_buddy"),
    _body("unknown field of guidance", {"/guidance/x"}, guidance={"model": "eigen_buddy", "x": 1}),
    _body(
        "a light need for the specialist",
        {"/guidance/specialistNeeds/0"},
        guidance={
            "model": "eigen_buddy",
            "specialistProvider": "Jobstap",
            "specialistNeeds": ["licht"],
        },
    ),
    _body(
        "a specialist for nothing",
        {"/guidance/specialistNeeds"},
        guidance={"model": "eigen_buddy", "specialistProvider": "Jobstap"},
    ),
    _body("date that is no date", {"/startsOn"}, startsOn="morgen"),
    _body("date that is not in the calendar", {"/startsOn"}, startsOn="2026-02-30"),
    _body("date the other way round", {"/startsOn"}, startsOn="01-12-2026"),
    _body("date without dashes", {"/startsOn"}, startsOn="20261201"),
    _body("date as a moment", {"/startsOn"}, startsOn="2026-12-01T00:00:00Z"),
    _body("date as a week", {"/startsOn"}, startsOn="2026-W49-2"),
    _body("date as a number", {"/startsOn"}, startsOn=20261201),
    _body("date before all dates", {"/startsOn"}, startsOn="0000-00-00"),
    _body("date after all dates", {"/startsOn"}, startsOn="9999-12-31"),
    _body("date in Arabic digits", {"/startsOn"}, startsOn="\u0662\u0660\u0662\u0666-12-01"),
    _body("end before the start", {"/endsOn"}, endsOn="2026-11-30"),
    _body("employer's id is no UUID", {"/employerId"}, employerId="ISS"),
    _body("employer's id is a number", {"/employerId"}, employerId=1),
    _body("employer's id in SQL", {"/employerId"}, employerId="' OR 1=1 --"),
    _body("unknown region", {"/participants/0"}, participants=["AM99"]),
    _body("retired regions", {"/participants/0", "/participants/1"}, participants=["AM04", "AM16"]),
    _body("region in small letters", {"/participants/0"}, participants=["am36"]),
    _body("region twice", {"/participants/1"}, participants=["AM36", "AM36"]),
    _body("another word for all", {"/participants"}, participants="ALL"),
    _body("regions as an object", {"/participants"}, participants={"AM36": True}),
    _body(
        "everything wrong at once",
        {
            "/title",
            "/targetGroups/0",
            "/guidance/model",
            "/startsOn",
            "/endsOn",
            "/employerId",
            "/participants/0",
            "/participants/2",
            "/extra",
        },
        title="",
        targetGroups=["?"],
        guidance={"model": 5},
        startsOn="x",
        endsOn=False,
        employerId=None,
        participants=["AM31", "AM23", "XX"],
        extra=1,
    ),
)

OTHER_BODIES: Sequence[Bad] = (
    _sent(
        "publication with an unknown field", "POST", f"{AGREEMENT}/publications", {"x": 1}, {"/x"}
    ),
    _sent(
        "publication with wrong dates",
        "POST",
        f"{AGREEMENT}/publications",
        {"employerConsentOn": 5, "previousValidUntil": "x", "respondBy": ""},
        {"/employerConsentOn", "/previousValidUntil", "/respondBy"},
    ),
    _sent(
        "amendment without its kind", "POST", f"{AGREEMENT}/amendments", {"title": "x"}, {"/change"}
    ),
    _sent("amendment of nothing", "POST", f"{AGREEMENT}/amendments", {"change": "material"}, {""}),
    _sent(
        "amendment of what is no term",
        "POST",
        f"{AGREEMENT}/amendments",
        {"change": "small", "participants": ["AM36"]},
        {"/change", "/participants"},
    ),
    _sent("suspension without a reason", "POST", f"{AGREEMENT}/suspensions", {}, {"/reason"}),
    _sent(
        "suspension, reason blank", "POST", f"{AGREEMENT}/suspensions", {"reason": ""}, {"/reason"}
    ),
    _sent("resumption without a reason", "POST", f"{AGREEMENT}/resumptions", None, {"/reason"}),
    _sent(
        "ending on no day", "POST", f"{AGREEMENT}/endings", {"endsOn": "x"}, {"/reason", "/endsOn"}
    ),
    _sent("edit of nothing", "PATCH", AGREEMENT, {"reason": "zomaar"}, {""}),
    _sent(
        "invitation of nobody", "POST", f"{AGREEMENT}/participants", {"regions": []}, {"/regions"}
    ),
    _sent("invitation without regions", "POST", f"{AGREEMENT}/participants", {}, {"/regions"}),
    _sent(
        "invitation of four that are not there",
        "POST",
        f"{AGREEMENT}/participants",
        {"regions": ["AM04", "AM16", "AM31", "AM99"]},
        {"/regions/0", "/regions/1", "/regions/2", "/regions/3"},
    ),
    _sent(
        "decision of wrong kinds",
        "POST",
        f"{REGION}/decisions",
        {"decision": "ja", "version": "1", "signedOn": "x", "expectedOn": 1},
        {"/decision", "/version", "/signedOn", "/expectedOn"},
    ),
    _sent(
        "decision on version true",
        "POST",
        f"{REGION}/decisions",
        {"decision": "considering", "version": True},
        {"/version"},
    ),
    _sent(
        "decision on a version beyond numbers",
        "POST",
        f"{REGION}/decisions",
        {"decision": "considering", "version": 2**63},
        {"/version"},
    ),
    _sent(
        "decision on version 1.5",
        "POST",
        f"{REGION}/decisions",
        {"decision": "considering", "version": 1.5},
        {"/version"},
    ),
    _sent(
        "desk that cannot be reached",
        "PUT",
        "/regions/AM36/desk",
        {"telephone": "bel", "mailbox": "a b", "deputy": "\u0007"},
        {"/telephone", "/mailbox", "/deputy"},
    ),
    _sent(
        "employer of wrong kinds",
        "POST",
        "/employers",
        {"name": "", "kvkNumber": "1234567", "sbiCodes": ["x"], "contact": {}, "profile": 5},
        {"/name", "/kvkNumber", "/sbiCodes/0", "/contact/role", "/profile"},
    ),
    _sent(
        "employer's contact is a person's card",
        "POST",
        "/employers",
        {"name": "ISS", "contact": {"role": "x", "firstName": "y"}},
        {"/contact/firstName"},
    ),
)

PATHS_AND_QUERIES: Sequence[Bad] = (
    _asked("page 0", "/agreements?page=0", "page"),
    _asked("page -1", "/agreements?page=-1", "page"),
    _asked("page in words", "/agreements?page=een", "page"),
    _asked("page is empty", "/agreements?page=", "page"),
    _asked("page beyond numbers", f"/agreements?page={10**30}", "page"),
    _asked("pageSize 0", "/regions?pageSize=0", "pageSize"),
    _asked("pageSize 10000", "/regions?pageSize=10000", "pageSize"),
    _asked("page twice", "/regions?page=1&page=2", "page"),
    _asked("unknown parameter", "/regions?sort=name", "sort"),
    _asked("unknown parameters", "/regions?sort=name&Page=1&page=0", "sort", "Page", "page"),
    _asked("parameter where none is taken", "/regions/AM36?page=1", "page"),
    _asked("status that is none", "/agreements?status=open", "status"),
    _asked("region that has no such form", "/agreements?region=Zwolle", "region"),
    _asked("employer that is no UUID", "/matrix?employerId=1", "employerId"),
    _asked("NUL in a query", "/agreements?q=%00", "q"),
    _asked("query too long", f"/agreements?q={'x' * 201}", "q"),
    _asked("id is no UUID", "/agreements/1", "id"),
    _asked("id is SQL", "/agreements/1'%20OR%20'1'='1", "id"),
    _asked("id holds a slash", f"/agreements/{NOBODY}%2Fversions", "id"),
    _asked("id has no dashes", f"/agreements/{NOBODY.replace('-', '')}", "id"),
    _asked("version is no number", f"{AGREEMENT}/versions/one", "n"),
    _asked("version 0", f"{AGREEMENT}/versions/0", "n"),
    _asked("region in small letters in a path", "/regions/am36", "code"),
    _asked("region of another form", "/regions/AM100/agreements", "code"),
    _asked("several at once", "/regions/zwolle/agreements/1?x=1", "code", "id", "x"),
    _asked("dead letter of no service", "/operations/dead-letters/gateway-1", "letter"),
    Bad("query that is not UTF-8", "GET", "/agreements?q=%FF", 400),
    Bad("body where none is taken", "GET", "/regions", 400, frozenset({""}), b"{}", JSON_BODY),
)


def _changing(what: str, status: int, where: set[str], **headers: str) -> Bad:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content = b'{"reason": "overleg"}'
    path = f"{AGREEMENT}/suspensions"
    return Bad(what, "POST", path, status, frozenset(where), content, {**JSON_BODY, **named})


HEADERS: Sequence[Bad] = (
    _changing("no If-Match", 428, set()),
    _changing("If-Match without quotes", 400, {"If-Match"}, If_Match="1"),
    _changing("weak If-Match", 400, {"If-Match"}, If_Match='W/"1"'),
    _changing("If-Match for anything", 400, {"If-Match"}, If_Match="*"),
    _changing("two in If-Match", 400, {"If-Match"}, If_Match='"1", "2"'),
    _changing("If-Match in words", 400, {"If-Match"}, If_Match='"one"'),
    _changing("If-Match below zero", 400, {"If-Match"}, If_Match='"-1"'),
    _changing("If-Match beyond numbers", 400, {"If-Match"}, If_Match=f'"{10**20}"'),
    _changing("If-Match is empty", 400, {"If-Match"}, If_Match=""),
    _changing("key too long", 400, {"Idempotency-Key"}, If_Match='"1"', Idempotency_Key="k" * 256),
    _changing("key is empty", 400, {"Idempotency-Key"}, If_Match='"1"', Idempotency_Key=""),
    _changing("key with spaces", 400, {"Idempotency-Key"}, If_Match='"1"', Idempotency_Key="a b"),
    _changing(
        "two headers wrong", 400, {"If-Match", "Idempotency-Key"}, If_Match="1", Idempotency_Key=""
    ),
    Bad(
        "header, path, query and body wrong",
        "POST",
        "/agreements/1/suspensions?now=1",
        400,
        frozenset({"id", "now", "If-Match", "/reason"}),
        b"{}",
        {**JSON_BODY, "If-Match": "1"},
    ),
    Bad(
        "body as XML",
        "POST",
        "/agreements",
        415,
        frozenset(),
        b"<a/>",
        {"Content-Type": "text/xml"},
    ),
    Bad(
        "body as a form",
        "POST",
        "/agreements",
        415,
        frozenset(),
        b"title=x",
        {"Content-Type": "application/x-www-form-urlencoded"},
    ),
    Bad("body of no type", "POST", "/agreements", 415, frozenset(), b"{}", {"Content-Type": ""}),
    Bad("body too large", "POST", "/agreements", 413, frozenset(), b" " * 1_100_000, JSON_BODY),
    Bad("header too large", "GET", "/regions", 431, headers={"X-Large": "x" * 100_000}),
    Bad("address too long", "GET", f"/agreements?q={'x' * 20_000}", 414),
    Bad("wrong method", "DELETE", "/agreements", 405),
    Bad("wrong method on one", "PUT", AGREEMENT, 405),
    Bad("unknown method", "BREW", "/agreements", 405),
    Bad("unknown path", "GET", "/agreement", 404),
    Bad("unknown path below one", "GET", f"{AGREEMENT}/secrets", 404),
    Bad("trailing slash", "GET", "/agreements/", 404),
    Bad("trailing slash on one", "GET", f"{AGREEMENT}/", 404),
    Bad("two slashes", "GET", "//agreements", 404),
    Bad("path with dots", "GET", "/agreements/../../etc/passwd", 404),
    Bad("another case", "GET", "/Agreements", 404),
)

ROWS: Sequence[Bad] = (
    *MALFORMED,
    *WRONG_FIELDS,
    *OTHER_BODIES,
    *PATHS_AND_QUERIES,
    *HEADERS,
)
