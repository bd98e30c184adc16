# SPDX-License-Identifier: EUPL-1.2
"""`schakel` as scripts use it: what it prints, and how it ends."""

import json
from pathlib import Path

import pytest
import yaml

import services.cli
from tests.e2e.commands import Schakel
from tests.e2e.story import DRECHTSTEDEN, ZWOLLE, Given, Then, own_name

ISS_FILE = Path(services.cli.__file__).parent / "examples" / "iss.yaml"
DONE, REFUSED, USAGE = 0, 1, 2


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the example as a file of this test's own."""
    said = yaml.safe_load(ISS_FILE.read_text(encoding="utf-8"))
    said |= {"employer": own_name("ISS Facility Services"), "title": own_name(said["title"])}
    written = tmp_path / "agreement.yaml"
    written.write_text(yaml.safe_dump(said), encoding="utf-8")
    return written


def test_example_is_registered_published_and_watched_to_the_end(schakel: Schakel) -> None:
    ended = schakel.run("agreements", "register", str(ISS_FILE), "--publish", "--watch")

    assert ended.returncode == DONE, ended.stderr
    assert "published, version 1" in ended.stdout
    assert "2 of 2 received" in ended.stdout


def test_agreement_for_all_is_watched_to_35_of_35(schakel: Schakel, file: Path) -> None:
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**said, "participants": "all"}), encoding="utf-8")

    told = schakel.json("agreements", "register", str(file), "--publish", "--watch")

    assert (told["status"], told["version"]) == ("published", 1)
    assert (told["progress"]["received"], told["progress"]["recipients"]) == (35, 35)


def test_life_of_an_agreement_from_the_command_line(
    schakel: Schakel, file: Path, tmp_path: Path
) -> None:
    agreement = schakel.json("agreements", "register", str(file), "--publish", "--watch")
    identity = agreement["id"]
    change = tmp_path / "change.yaml"
    agreed = "employerConsentOn: today\nemployerConsentRole: landelijk contactpersoon\n"
    change.write_text("targetGroups: [ww]\n" + agreed, encoding="utf-8")

    amended = schakel.json(
        *("agreements", "amend", identity, str(change)),
        *("--change", "material", "--publish", "--watch"),
    )
    suspended = schakel.json("agreements", "suspend", identity, "--reason", "storing")
    resumed = schakel.json("agreements", "resume", identity, "--reason", "verholpen")
    ended = schakel.json("agreements", "end", identity, "--reason", "opgezegd")
    history = schakel.json("agreements", "history", identity)

    assert (amended["version"], amended["targetGroups"]) == (2, ["ww"])
    assert [one["status"] for one in (suspended, resumed, ended)] == [
        "suspended",
        "published",
        "ended",
    ]
    assert history["items"][0]["reason"] == "opgezegd"
    assert identity in {one["id"] for one in schakel.json("agreements", "list")["items"]}
    assert schakel.json("agreements", "show", identity)["status"] == "ended"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"participants": ["AM04", "AM99"]}, ["AM04", "AM99", "retired code", "unknown code"]),
        ({"targetGroups": ["iedereen"], "startsOn": "x"}, ["targetGroups.0", "startsOn"]),
        ({"tilte": "x"}, ["tilte"]),
    ],
    ids=str,
)
def test_refused_input_ends_in_1_and_every_fault_is_told(
    schakel: Schakel, file: Path, said: dict[str, object], words: list[str]
) -> None:
    whole = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**whole, **said}), encoding="utf-8")

    ended = schakel.run("agreements", "register", str(file))
    problem = schakel.json("agreements", "register", str(file), status=REFUSED)["problem"]

    assert ended.returncode == REFUSED
    assert all(word in ended.stderr for word in words), ended.stderr
    assert ended.stdout == ""
    assert all(word.split(".")[0] in json.dumps(problem) for word in words), problem
    assert (problem["status"], problem["type"]) == (400, "/problems/invalid-request")


def test_refused_step_ends_in_1(schakel: Schakel, given: Given) -> None:
    agreement = given.draft({ZWOLLE})

    ended = schakel.run("agreements", "suspend", agreement.id, "--reason", "storing")

    assert ended.returncode == REFUSED
    assert "has not been published" in ended.stderr


def test_wrong_usage_ends_in_2(schakel: Schakel) -> None:
    ended = schakel.run("agreements", "register", "no-such-file.yaml")

    assert ended.returncode == USAGE, ended.stdout + ended.stderr
    assert ended.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("agreements", "list"),
        ("employers", "list"),
        ("regions", "list"),
        ("regions", "desk", ZWOLLE),
        ("dead-letters", "list"),
    ],
    ids=" ".join,
)
def test_json_can_be_read_by_programs(schakel: Schakel, words: tuple[str, ...]) -> None:
    assert isinstance(schakel.json(*words), dict)


def test_region_decides_from_the_command_line(schakel: Schakel, given: Given, then: Then) -> None:
    agreement = given.published_agreement({ZWOLLE, DRECHTSTEDEN})

    told = schakel.json(
        *("regions", "decide", ZWOLLE, agreement.id, "accepted"),
        *("--signed-on", "2026-12-10", "--employer-signed-on", "2026-12-15"),
    )

    assert told["state"] == "submitted"
    assert then.decision_answered(agreement, ZWOLLE)["state"] == "recorded"
