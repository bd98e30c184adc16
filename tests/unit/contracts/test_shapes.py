# SPDX-License-Identifier: EUPL-1.2
"""Every operation has a shape that can be published as OpenAPI."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields

from services.gateway import shapes as gateway
from services.gateway.operations import operations
from services.gateway.table import GATEWAY
from shared.contracts import codes
from shared.contracts.api import agreements, employers, placements, providers, regions
from shared.contracts.api.agreements import Agreement, Version
from shared.contracts.api.shapes import Answer, Page, Request

MODULES = (employers, agreements, regions, placements, providers, gateway)
SHAPES = {
    shape
    for module in MODULES
    for operation in module.OPERATIONS.values()
    for shape in (operation.request, operation.answer)
    if shape is not None
}
BY_NAME = sorted(SHAPES, key=lambda shape: shape.__name__)


def spec_of(shape: type) -> dict[str, object]:
    spec = APISpec("Schakel", "1", "3.1.0", plugins=[MarshmallowPlugin()])
    spec.components.schema(shape.__name__, schema=shape)
    schemas: dict[str, object] = spec.to_dict()["components"]["schemas"]
    return schemas


def test_every_operation_has_a_shape() -> None:
    names = {name for module in MODULES for name in module.OPERATIONS}

    assert names == {one.name for one in operations() if one.service != GATEWAY}


@pytest.mark.parametrize("shape", BY_NAME, ids=lambda shape: shape.__name__)
def test_every_field_says_what_it_means(shape: type[Request | Answer]) -> None:
    for name, field in shape().fields.items():
        assert field.metadata.get("description"), f"{shape.__name__}.{name}"


@pytest.mark.parametrize("shape", BY_NAME, ids=lambda shape: shape.__name__)
def test_openapi_is_camel_case_and_answers_promise_every_field(shape: type) -> None:
    for name, schema in spec_of(shape).items():
        properties = schema["properties"]
        assert all(re.fullmatch(r"[a-z][A-Za-z0-9]*", key) for key in properties), name
        if issubclass(shape, Answer):
            assert set(schema["required"]) == set(properties), name
        else:
            assert schema["additionalProperties"] is False, name


@pytest.mark.parametrize("shape", BY_NAME, ids=lambda shape: shape.__name__)
def test_list_is_a_page(shape: type) -> None:
    # What each of a few services started is no list to page through.
    if "items" in shape().fields and not issubclass(shape, gateway._Started):
        assert issubclass(shape, Page)


def test_every_text_that_is_sent_has_an_end() -> None:
    def look(request: Request) -> None:
        for name, field in request.fields.items():
            if isinstance(field, fields.Nested):
                look(field.schema)
            elif type(field).__name__ in {"Line", "Text"}:
                spec = spec_of(type(request))[type(request).__name__]
                limited = spec["properties"][field.data_key]
                assert "maxLength" in limited or "pattern" in limited, name

    for shape in SHAPES:
        if issubclass(shape, Request):
            look(shape())


def test_answer_is_written_in_camel_case_with_moments_in_utc() -> None:
    amsterdam = timezone(timedelta(hours=1))
    version = Version().dump(
        {
            "version": 1,
            "published_at": datetime(2026, 12, 1, 10, tzinfo=amsterdam),
            "valid_until": date(2027, 1, 26),
            "employer_consent_on": None,
            "terms": {"target_groups": ["statushouders"], "starts_on": "2026-12-01"},
            "differences": [{"path": "/kinds", "before": [], "after": ["project"]}],
        }
    )

    assert version == {
        "version": 1,
        "publishedAt": "2026-12-01T09:00:00Z",
        "validUntil": "2027-01-26",
        "employerConsentOn": None,
        "terms": {"targetGroups": ["statushouders"], "startsOn": "2026-12-01"},
        "differences": [{"path": "/kinds", "from": [], "to": ["project"]}],
    }


def test_moment_keeps_its_microseconds() -> None:
    at = datetime(2026, 12, 1, 9, 0, 0, 5, tzinfo=UTC)

    assert Agreement(only=["created_at"]).dump({"created_at": at}) == {
        "createdAt": "2026-12-01T09:00:00.000005Z"
    }


def test_answer_that_is_no_time_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError):
        Agreement(only=["created_at"]).dump({"created_at": 5})


def test_every_code_has_a_dutch_and_an_english_label() -> None:
    lists = {
        name: value
        for name, value in vars(codes).items()
        if name.isupper() and name != "REGION_ONLY_TARGET_GROUPS"
    }

    assert len(lists) > 10
    for name, labels in lists.items():
        for code, label in labels.items():
            # A role is written as it stands in a token.
            words = r"[a-z][a-z-]*" if name == "ROLES" else r"[a-z][a-z0-9_]*"
            assert re.fullmatch(words, code), f"{name}: {code}"
            assert label.dutch, code
            assert label.english, code
