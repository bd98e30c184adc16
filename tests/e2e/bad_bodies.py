# SPDX-License-Identifier: EUPL-1.2
"""Bodies that are wrong, each in its own way."""

import json
from collections.abc import Sequence

from tests.e2e.bad_request import AGREEMENT, CURRENT, FINE, JSON_BODY, REGION, Bad


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
    _raw("null", b"null"),
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
    _sent("resumption without a reason", "POST", f"{AGREEMENT}/resumptions", {}, {"/reason"}),
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
