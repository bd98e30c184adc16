# SPDX-License-Identifier: EUPL-1.2
"""Whatever comes in, the door answers with sense: never a failure of its own, always in shape."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, EnvironBuilder

from services.gateway.operations import operations
from services.gateway.problems import HEADERS

PATHS = sorted({f"/v1{operation.path}" for operation in operations()} - {"/v1/events"})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
NAMES = st.sampled_from(
    ["regions", "title", "participants", "guidance", "startsOn", "reason", "decision", "name"]
)
HEADER = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=30)


@pytest.mark.parametrize("path", PATHS)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_every_request_is_answered_in_shape(http: Client, path: str, data: st.DataObject) -> None:
    segment = st.text(st.characters(exclude_characters="/?#", codec="utf-8"), max_size=12)
    for hole in ("{id}", "{code}", "{region}", "{employerId}", "{n}", "{letter}", "{name}"):
        path = path.replace(hole, data.draw(segment))
    body = data.draw(st.dictionaries(NAMES, JSON, max_size=3) | JSON)
    request = EnvironBuilder(
        path=path,
        method=data.draw(st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"])),
        query_string=data.draw(
            st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=2)
        ),
        json=body,
        headers={"If-Match": data.draw(HEADER), "Idempotency-Key": data.draw(HEADER)},
    )
    response = http.open(request)
    assert response.status_code < 500
    assert HEADERS.items() <= dict(response.headers).items()
    if response.status_code >= 400 and request.method != "HEAD":
        assert response.json is not None
        assert {"type", "title", "status", "detail", "instance"} <= response.json.keys()


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(raw=st.binary(min_size=1, max_size=60))
def test_any_bytes_for_a_body_are_a_fault_or_a_call(http: Client, raw: bytes) -> None:
    response = http.post("/v1/employers", data=raw, content_type="application/json")
    assert response.status_code in {200, 400}
