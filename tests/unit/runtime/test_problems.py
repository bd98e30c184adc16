# SPDX-License-Identifier: EUPL-1.2
"""Refusals are told as RFC 9457 problems, with a pointer to each fault."""

import pytest
from marshmallow import Schema, fields

from shared.runtime import Faults, Refusal, load
from shared.runtime.problems import problem


class _Place(Schema):
    municipality = fields.String(required=True)


class _Offer(Schema):
    hours = fields.Integer(required=True)
    places = fields.List(fields.Nested(_Place))


def test_load_names_every_fault_with_its_pointer() -> None:
    wrong = {"hours": "many", "places": [{"municipality": "GM0193"}, {}], "a/b~c": 1}

    with pytest.raises(Faults) as faults:
        load(_Offer(), wrong)

    assert {fault.pointer for fault in faults.value.faults} == {
        "/hours",
        "/places/1/municipality",
        "/a~1b~0c",
    }


def test_load_gives_what_was_said_when_nothing_is_wrong() -> None:
    assert load(_Offer(), {"hours": 24}) == {"hours": 24}


def test_problem_tells_what_was_refused_and_why() -> None:
    reply = problem(Refusal(409, "agreement-ended", "The agreement has ended"), "since Monday")

    assert reply == {
        "status": 409,
        "problem": {
            "type": "/problems/agreement-ended",
            "title": "The agreement has ended",
            "status": 409,
            "detail": "since Monday",
        },
    }
