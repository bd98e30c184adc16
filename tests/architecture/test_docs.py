# SPDX-License-Identifier: EUPL-1.2
"""What the docs name is there: functions, the calls between them, links, commands and settings."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import typer

from services.cli.main import app
from shared.runtime.config import _SETTINGS, PREFIX

REPOSITORY = Path(__file__).parents[2]
PAGES = sorted(
    [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")],
    key=lambda page: page.relative_to(REPOSITORY).as_posix(),
)
DECISIONS = REPOSITORY / "docs" / "adr"
CODE = [path for tree in ("services", "shared") for path in (REPOSITORY / tree).rglob("*.py")]
SETTING = re.compile(r"\bSCHAKEL_[A-Z][A-Z_]*[A-Z]\b")
PLACE = re.compile(
    r"`((?:services|shared|tests|docs)/[\w./-]+\.(?:py|sql|csv|json|md|yaml)):?([\w.]*)`"
)
FOLDER = re.compile(r"`((?:services|shared|tests|docs|deploy)/[\w./-]*/)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
TARGET = re.compile(r"`make ([a-z][a-z0-9-]*)")
COMMAND = re.compile(r"(?:`|^    |^)(?:\.venv/bin/)?schakel ((?:[a-z][a-z-]* ?)+)", re.MULTILINE)
LONGEST_DECISION = 60
CI_MINUTES = 30

Definition = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


def named(page: Path) -> str:
    return page.relative_to(REPOSITORY).as_posix()


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def definition(path: Path, name: str) -> ast.AST | None:
    """Find `name` or `Class.name` in a Python file."""
    found: ast.AST = tree_of(path)
    for part in name.split("."):
        inside = [one for one in getattr(found, "body", []) if part in names_of(one)]
        if not inside:
            return None
        found = inside[0]
    return found


def names_of(node: ast.AST) -> set[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return {one.id for one in targets if isinstance(one, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case _:
            return set()


def is_there(path: Path, name: str) -> bool:
    if not path.is_file():
        return False
    if not name:
        return True
    if path.suffix == ".sql":
        return re.search(rf"^-- {name}: ", path.read_text(), re.MULTILINE) is not None
    return definition(path, name) is not None


def says(node: ast.AST, word: str) -> bool:
    """Tell whether a function names another one, or a statement by its name."""
    return any(
        word == getattr(one, "id", None)
        or word == getattr(one, "attr", None)
        or word == getattr(one, "value", None)
        for one in ast.walk(node)
    )


def steps(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Give each `from` → `to` of a page, as file, name, file, name."""
    places = list(PLACE.finditer(text))
    for left, right in pairwise(places):
        if text[left.end() : right.start()].strip() == "→":
            yield left[1], left[2], right[1], right[2]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_page_names_only_what_is_in_the_code(page: Path) -> None:
    text = text_of(page)

    missing = {
        f"{path}:{name}"
        for path, name in PLACE.findall(text)
        if not is_there(REPOSITORY / path, name)
    }
    missing |= {path for path in FOLDER.findall(text) if not (REPOSITORY / path).is_dir()}

    assert missing == set()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_arrow_between_two_functions_is_a_call(page: Path) -> None:
    wrong = [
        f"{path}:{name} does not call {other}:{called}"
        for path, name, other, called in steps(text_of(page))
        if not says(
            definition(REPOSITORY / path, name) or ast.Module([], []), called.split(".")[-1]
        )
    ]

    assert wrong == []


def test_the_way_of_one_agreement_is_told_in_calls() -> None:
    told = list(steps(text_of(REPOSITORY / "docs" / "architecture.md")))

    assert {"publish", "admit", "record_receipts", "send_hint"} <= {step[3] for step in told}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_inside_the_project_leads_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(text_of(page)) if "://" not in link]

    broken = [link for link in links if not leads_somewhere(page, link)]

    assert broken == []


def leads_somewhere(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not anchor:
        return target.exists()
    return target.is_file() and anchor in map(slug, HEADING.findall(text_of(target)))


def slug(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def test_settings_page_lists_every_setting_of_the_code_with_its_default() -> None:
    text = text_of(REPOSITORY / "docs" / "settings.md")
    told = set(re.findall(r"^\| `(SCHAKEL_\w+)` \| (.+?) \| (.+?) \| .+ \|$", text, re.MULTILINE))

    known = {
        (PREFIX + name, f"`{one.default}`" if one.default else "none", one.wants)
        for name, one in _SETTINGS.items()
    }

    assert known <= told
    assert {name for name, _, _ in told} == settings_in_the_code()


def settings_in_the_code() -> set[str]:
    literal = {name for path in CODE for name in SETTING.findall(path.read_text())}
    # Of these there is one for each user of the broker; the page tells of all of them at once.
    single = {name for name in literal if not name.endswith("_AMQP_PASSWORD")}
    return single | {PREFIX + name for name in _SETTINGS}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_page_names_only_settings_that_there_are(page: Path) -> None:
    assert set(SETTING.findall(text_of(page))) <= settings_in_the_code()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_page_names_only_commands_that_there_are(page: Path) -> None:
    text = text_of(page)
    makefile = text_of(REPOSITORY / "Makefile")

    unknown = {name for name in TARGET.findall(text) if f"\n{name}:" not in makefile}
    unknown |= {words for words in COMMAND.findall(text) if not is_command(words.split())}

    assert unknown == set()


def is_command(words: list[str]) -> bool:
    """Tell whether words start a command; what follows the command are its own arguments."""
    commands = getattr(typer.main.get_command(app), "commands", {})
    for word in words:
        if word not in commands:
            return False
        commands = getattr(commands[word], "commands", {})
        if not commands:
            return True
    return bool(words)


def test_every_need_and_every_duty_of_a_process_is_explained_to_operators() -> None:
    text = text_of(REPOSITORY / "docs" / "operations.md")
    named_by = {
        str(call.args[0].value)
        for path in CODE
        for call in ast.walk(tree_of(path))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in {"need", "beat"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }

    assert named_by
    assert {name for name in named_by if f"`{name}`" not in text} == set()


def test_every_suite_has_a_time_and_together_they_fit_in_half_an_hour() -> None:
    text = text_of(REPOSITORY / "docs" / "testing.md")
    minutes = {
        name: int(most)
        for name, most in re.findall(r"^\| `([^`]+)` \| .+ \| (\d+) min \|$", text, re.MULTILINE)
    }
    suites = {
        f"tests/{path.name}/"
        for path in (REPOSITORY / "tests").iterdir()
        if path.is_dir() and any(path.rglob("test_*.py"))
    }

    assert minutes.keys() == {*suites, "make check"}
    assert sum(minutes.values()) <= CI_MINUTES


def test_every_decision_is_in_the_index_and_fits_a_page() -> None:
    index = text_of(DECISIONS / "README.md")
    records = sorted(path for path in DECISIONS.glob("*.md") if path.name != "README.md")
    numbers = [path.name[:4] for path in records]
    assert len(set(numbers)) == len(numbers), "a number names one decision"

    for path in records:
        text = text_of(path)
        title = text.splitlines()[0].removeprefix("# ")
        assert f"[{title}]({path.name})" in index
        assert re.search(r"^Status: \w+\. Date: \d{4}-\d\d-\d\d\.$", text, re.MULTILINE), path.name
        assert HEADING.findall(text)[1:] == ["Context", "Decision", "Consequences"], path.name
        assert len(text.splitlines()) <= LONGEST_DECISION, path.name
