# SPDX-License-Identifier: EUPL-1.2
"""Paths, queries, headers and methods that are wrong, each in its own way."""

from collections.abc import Sequence

from tests.e2e.bad_request import AGREEMENT, JSON_BODY, NOBODY, Bad


def _asked(what: str, path: str, *where: str) -> Bad:
    return Bad(what, "GET", path, 400, frozenset(where))


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
