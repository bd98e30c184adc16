# SPDX-License-Identifier: EUPL-1.2
"""What the stack remembers: readable by nobody else, and one supervisor at a time."""

import stat
from pathlib import Path

import pytest

from services.cli.stack import ports
from services.cli.stack.accounts import Account, closed_folder
from services.cli.stack.catalogue import Deployable, deployables
from services.cli.stack.home import Home, open_home
from services.cli.stack.stack import Stack
from services.cli.stack.trouble import StackRefused

STRANGER = Account("stranger", uid=54_321, gid=54_321)


def test_passwords_stay_the_same_and_are_readable_by_nobody_else(home: Home) -> None:
    first = home.passwords(["agreements", "regions"])

    assert open_home(home.root).passwords(["regions"])["regions"] == first["regions"]
    assert first["agreements"] != first["regions"]
    assert stat.S_IMODE((home.root / "secrets.json").stat().st_mode) == 0o600


def test_no_password_is_taken_for_an_option_by_a_program_that_is_given_it(home: Home) -> None:
    made = home.passwords([f"user-{number}" for number in range(1_000)])

    assert [word for word in made.values() if word.startswith("-")] == []


def test_home_has_one_supervisor_at_a_time(home: Home) -> None:
    held = home.hold()
    assert held is not None

    with held:
        assert home.hold() is None
        with pytest.raises(StackRefused, match="schakel down"):
            home.forget()

    home.forget()
    assert not home.root.exists()
    assert not home.servers.exists()


def test_closed_folder_on_the_way_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    (closed / "data").mkdir(parents=True)
    # pytest's own folders are closed to others, so the way is open only from here.
    closed.chmod(0o700)

    assert closed_folder(closed / "data", None) is None
    assert closed_folder(closed / "data", STRANGER) in {closed, *closed.parents}


def test_services_are_the_folders_with_an_entrypoint(tmp_path: Path) -> None:
    for name in ("agreements", "gateway", "cli"):
        (tmp_path / name).mkdir()
    (tmp_path / "agreements" / "service.py").touch()
    (tmp_path / "agreements" / "migrations").mkdir()
    (tmp_path / "gateway" / "service.py").touch()

    assert deployables(tmp_path) == (
        Deployable("agreements", has_database=True),
        Deployable("gateway", has_database=False),
    )


def test_a_broker_of_one_s_own_is_reached_by_every_service_as_itself(home: Home) -> None:
    told = "pyamqp://{user}:{password}@one/schakel;pyamqp://{user}:{password}@two/schakel"
    stack = Stack(home, lambda *_: None, {"SCHAKEL_AMQP_URL": told})
    stack._passwords = {"schakel-regions": "secret"}

    login = "pyamqp://schakel-regions:secret@"
    assert stack.amqp_url("schakel-regions") == f"{login}one/schakel;{login}two/schakel"


def test_a_broker_at_which_all_are_one_user_is_refused(home: Home) -> None:
    port = str(ports.choose(["http"], {})["http"])
    told = {"SCHAKEL_AMQP_URL": "pyamqp://me:secret@one/schakel", "SCHAKEL_HTTP_PORT": port}

    with pytest.raises(StackRefused, match="every service needs its own"):
        Stack(home, lambda *_: None, told).start()
