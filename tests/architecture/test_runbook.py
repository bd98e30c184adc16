# SPDX-License-Identifier: EUPL-1.2
"""The runbook can be followed: its commands are there, and no figure that matters is left out."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer

from services.cli.main import app
from services.gateway.operations import operations
from services.gateway.table import PREFIX
from shared.messaging import metrics

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("runbook.md", "operations.md", "metrics.md")
COMMAND = re.compile(r"(?:`|^ {4,})(?:\.venv/bin/)?schakel ([^`\n]+)", re.MULTILINE)
FIGURE = re.compile(r"`(schakel_[a-z_]+)`")
CONDITION = re.compile(r"^\| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
REQUEST = re.compile(r"`(GET|POST) (/v1/\S+)`")
PART = re.compile(r"\*\*(\w+)\.\*\*")
# Where to look, a row for each sign, and what is told on a page of its own.
TABLES = {"Where to look", "Conditions", "Alerts", "Both servers lost their disks"}
# Figures that count or time what goes well: nobody is woken by them.
QUIET = frozenset(
    {
        *(
            "schakel_outbox_unsent_rows",
            "schakel_outbox_published",
            "schakel_relay_confirm_seconds",
        ),
        *("schakel_fanout_lag_seconds", "schakel_fanout_complete_seconds"),
        "schakel_canary_lag_seconds",
        *("schakel_consumer_messages", "schakel_consumer_batch_seconds"),
        *("schakel_consumer_batch_size", "schakel_retries"),
    }
)


def read(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def said(page: str) -> list[str]:
    """Give what stands after `schakel` wherever a page gives a whole command."""
    return [words.strip() for words in COMMAND.findall(read(page))]


def faults(words: list[str]) -> Iterator[str]:
    """Tell what the command line would not take of these words."""
    command: Any = typer.main.get_command(app)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    if getattr(command, "commands", None) and words:
        yield f"no command {words[0]}"
        return
    known = {name: one for one in command.params for name in one.opts}
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    while words:
        word = words.pop(0)
        if word.startswith("--") and word not in known:
            yield f"no option {word}"
        elif word.startswith("--"):
            if not known[word].is_flag and not words:
                yield f"{word} without a value"
            words = words if known[word].is_flag else words[1:]
        elif not arguments:
            yield f"{word} has no place"
        elif arguments[0].nargs == 1:
            arguments.pop(0)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_takes_what_the_page_gives_it(page: str) -> None:
    wrong = {words: [*faults(words.split())] for words in said(page)}

    assert {words: why for words, why in wrong.items() if why} == {}
    assert page == "metrics.md" or wrong


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("dead-letters explode", "no command explode"),
        ("reconcile --area AM36", "no option --area"),
        ("topology diff now", "now has no place"),
        ("dead-letters replay --cause", "--cause without a value"),
    ],
)
def test_a_command_that_is_not_there_is_found(words: str, fault: str) -> None:
    assert fault in [*faults(words.split())]


def test_every_condition_has_a_way_to_see_it_and_a_way_to_mend_it() -> None:
    rows = CONDITION.findall(read("runbook.md"))
    heads = {row for row, rule in pairwise(rows) if "---" in rule[0]}
    table = [row for row in rows if row not in heads and "---" not in row[0]]

    assert len(table) > 15
    assert [row for row in table if not all(len(cell) > 5 for cell in row)] == []


def test_every_entry_tells_its_sign_what_to_do_and_when_it_is_over() -> None:
    sections = read("runbook.md").split("\n## ")[1:]
    entries = {name: text for name, _, text in (one.partition("\n") for one in sections)}
    told = {name: [*map(str.lower, PART.findall(text))] for name, text in entries.items()}

    assert {name for name, parts in told.items() if not parts} == TABLES
    assert {tuple(parts) for parts in told.values() if parts} == {("sign", "look", "do", "over")}


def names() -> set[str]:
    """Name every figure of delivery, without the endings that Prometheus gives."""
    return {one._name for one in vars(metrics).values() if hasattr(one, "_name")}


@pytest.mark.parametrize("page", ["runbook.md", "operations.md"])
def test_every_figure_of_the_page_is_on_the_page_of_figures(page: str) -> None:
    # That one is computed from the code.
    known = read("metrics.md")

    assert {one for one in FIGURE.findall(read(page)) if f"\n| `{one}` | " not in known} == set()


def test_every_figure_that_may_wake_somebody_stands_in_the_runbook() -> None:
    told = {one.removesuffix("_total") for one in FIGURE.findall(read("runbook.md"))}

    assert names() - told == QUIET


def test_every_request_of_the_runbook_is_an_operation() -> None:
    known = {(one.method, PREFIX + one.path) for one in operations()}

    assert {one for one in REQUEST.findall(read("runbook.md")) if one not in known} == set()
