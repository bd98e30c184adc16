# SPDX-License-Identifier: EUPL-1.2
"""The model speaks of this code, and its page of this model; `make model` does the proving."""

import re
from pathlib import Path

from tests.model.run import MODEL, RUNS

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs" / "formal-model.md"


def test_model_has_every_point_at_which_a_relay_a_consumer_or_a_round_may_be_killed() -> None:
    code = "".join(path.read_text() for path in (REPOSITORY / "shared" / "messaging").glob("*.py"))
    points = set(re.findall(r'crash_point\("((?:relay|consumer|reconcile)\.[\w-]+)"\)', code))
    model = MODEL.read_text()

    assert points
    assert {point for point in points if point not in model} == set()


def test_page_tells_every_search_with_its_bounds_and_its_end() -> None:
    told = set(
        re.findall(
            r"^\| (.+?) \| `([\w-]+)` \| (\d \d \d) \| .+ \| (\w+) \|$",
            PAGE.read_text(),
            re.MULTILINE,
        )
    )

    assert told == {
        (run.name, run.proves, " ".join(map(str, run.bounds)), run.expected) for run in RUNS
    }


def test_every_mutant_is_one_of_the_model() -> None:
    model = MODEL.read_text()

    assert all(
        re.search(rf"#if(def|ndef) {word}\b|defined\({word}\)", model)
        for run in RUNS
        for word in run.defines
    )
