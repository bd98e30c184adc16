# SPDX-License-Identifier: EUPL-1.2
"""Whom an act touched is told once it has ended, under a pseudonym, in a file of its own."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.activities import CANDIDATE, MAKE_REFERENCE, PROPOSE
from shared.runtime import processing
from shared.runtime.config import SettingsRefused, settings

TRACE, ASKED_BY = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
REFERENCE = "AM23-7K4P-9X2Q"
KEY = "a key of more than thirty-two signs"
Lines = Callable[[], list[dict[str, Any]]]


def forget() -> None:
    """Have settings, key and file read anew."""
    for kept in (settings, processing._key, processing._stream):
        kept.cache_clear()


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """Give what reads the lines that were told."""
    file = tmp_path / "processing.jsonl"
    monkeypatch.setenv("SCHAKEL_PROCESSING_LOG", str(file))
    monkeypatch.setenv("SCHAKEL_PSEUDONYM_KEY", KEY)
    forget()
    yield (
        lambda: [json.loads(one) for one in file.read_text().splitlines()] if file.exists() else []
    )
    forget()


def act(status: int, *subjects: str, traceparent: str | None = None) -> None:
    """Do something that touches these."""
    with processing.followed("decide_on_placement", traceparent) as done:
        for subject in subjects:
            processing.touch(PROPOSE, CANDIDATE, subject)
        done.status = status


def test_a_line_has_the_fields_of_the_standard_and_not_the_reference(lines: Lines) -> None:
    act(202, REFERENCE, REFERENCE, traceparent=f"00-{TRACE}-{ASKED_BY}-01")

    [line] = lines()
    assert line.keys() == {
        *("trace_id", "span_id", "parent_span_id", "status", "name"),
        *("start_time", "end_time", "attributes"),
    }
    assert (line["trace_id"], line["parent_span_id"]) == (TRACE, ASKED_BY)
    assert len(bytes.fromhex(line["span_id"])) == 8
    assert (line["status"], line["name"]) == ("Ok", "decide_on_placement")
    assert line["start_time"] <= line["end_time"]
    attributes = line["attributes"]
    assert attributes["dpl.core.processing_activity_id"].endswith(f":{PROPOSE.name}")
    assert attributes["dpl.core.data_subject_id_type"] == CANDIDATE
    assert REFERENCE not in json.dumps(line)


def test_the_same_candidate_has_the_same_pseudonym_under_the_same_key_only(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(200, REFERENCE)
    act(200, "AM23-7K4P-9X2R")
    act(200, REFERENCE)
    monkeypatch.setenv("SCHAKEL_PSEUDONYM_KEY", KEY[::-1])
    forget()
    act(200, REFERENCE)

    first, other, again, rekeyed = (
        one["attributes"]["dpl.core.data_subject_id"] for one in lines()
    )
    assert first == again
    assert len({first, other, rekeyed}) == 3


@pytest.mark.parametrize(("status", "told"), [(200, "Ok"), (409, "Unset"), (503, "Error")])
def test_a_refusal_is_no_error_of_ours(status: int, told: str, lines: Lines) -> None:
    act(status, REFERENCE)

    assert [one["status"] for one in lines()] == [told]


def test_what_breaks_is_told_as_an_error_and_what_touches_nobody_is_not_told(lines: Lines) -> None:
    def broken() -> None:
        with processing.followed("make_it", None):
            processing.touch(MAKE_REFERENCE, CANDIDATE, REFERENCE)
            raise ZeroDivisionError

    act(200)
    with pytest.raises(ZeroDivisionError):
        broken()
    processing.touch(MAKE_REFERENCE, CANDIDATE, REFERENCE)

    assert [(one["name"], one["status"]) for one in lines()] == [("make_it", "Error")]


def test_production_needs_a_key(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    del lines
    monkeypatch.delenv("SCHAKEL_PSEUDONYM_KEY")
    processing.Logbook().setup()
    monkeypatch.setenv("SCHAKEL_ENV", "production")
    forget()

    with pytest.raises(SettingsRefused, match="SCHAKEL_PSEUDONYM_KEY"):
        processing.Logbook().setup()
