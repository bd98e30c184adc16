# SPDX-License-Identifier: EUPL-1.2
"""A process is told what it may not run with, by name and all at once."""

import ssl
from pathlib import Path

import pytest

from shared.contracts.reference import region_codes
from shared.runtime.config import SettingsRefused, read_settings


def test_settings_have_sensible_defaults_when_nothing_is_set() -> None:
    settings = read_settings({})

    assert settings.http_host == "127.0.0.1"
    assert settings.http_port == 8080
    assert settings.regions == region_codes()
    assert settings.crash_at is None


def test_settings_name_every_fault_when_several_are_wrong() -> None:
    wrong = {
        "SCHAKEL_HTTP_PORT": "eighty",
        "SCHAKEL_AMQP_URL": "amqp://localhost",
        "SCHAKEL_REGIONS": "AM36,AM04",
        "SCHAKEL_WATCHDOG_SECONDS": "0",
        "SCHAKEL_SOURCE_OIN": "12",
        "SCHAKEL_LOG_LEVEL": "loud",
    }

    with pytest.raises(SettingsRefused) as refused:
        read_settings(wrong)

    named = {fault.split(" ", 1)[0] for fault in refused.value.faults}
    assert named == set(wrong)


def test_broker_may_have_several_nodes_and_each_is_held_to_the_same() -> None:
    nodes = "pyamqp://user:word@one/schakel;pyamqp://user:word@two/schakel"

    assert read_settings({"SCHAKEL_AMQP_URL": nodes}).amqp_url == nodes
    for wrong in (f"{nodes};amqp://three", f"{nodes};", f";{nodes}"):
        with pytest.raises(SettingsRefused, match="SCHAKEL_AMQP_URL must be"):
            read_settings({"SCHAKEL_AMQP_URL": wrong})


def test_broker_is_spoken_to_in_secret_at_all_its_nodes_or_at_none() -> None:
    secured = "amqps://user:word@one/schakel;amqps://user:word@two/schakel"
    told = read_settings({"SCHAKEL_AMQP_URL": secured, "SCHAKEL_AMQP_CA": "/ca.pem"})

    assert told.amqp_tls() == {
        "cert_reqs": ssl.CERT_REQUIRED,
        "server_hostname": None,
        "ca_certs": "/ca.pem",
    }
    assert read_settings({"SCHAKEL_AMQP_URL": "pyamqp://one"}).amqp_tls() is None
    with pytest.raises(SettingsRefused, match="SCHAKEL_AMQP_URL must be"):
        read_settings({"SCHAKEL_AMQP_URL": f"{secured};pyamqp://three"})


@pytest.mark.parametrize("one", ["SCHAKEL_HTTP_CERTIFICATE", "SCHAKEL_HTTP_KEY"])
def test_a_certificate_is_of_no_use_without_its_key(one: str) -> None:
    with pytest.raises(SettingsRefused, match="SCHAKEL_HTTP_CERTIFICATE must be a file"):
        read_settings({one: "/some.pem"})


@pytest.mark.parametrize("name", ["SCHAKEL_CLOCK_FILE", "SCHAKEL_CRASH_AT", "SCHAKEL_CHAOS"])
def test_settings_for_tests_are_refused_in_production(name: str) -> None:
    with pytest.raises(SettingsRefused, match=f"{name} is for tests"):
        read_settings({"SCHAKEL_ENV": "production", name: "anything"})


def test_settings_refuse_by_name_what_a_process_cannot_do_without() -> None:
    with pytest.raises(SettingsRefused, match="SCHAKEL_DATABASE_URL is not set"):
        read_settings({}).need_database_url()


def test_settings_take_an_empty_value_for_unset() -> None:
    assert read_settings({"SCHAKEL_HTTP_PORT": ""}).http_port == 8080


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "address"
    file.write_text("pyamqp://user:word@one/schakel\n")

    assert read_settings({"SCHAKEL_AMQP_URL_FILE": str(file)}).amqp_url == file.read_text().strip()


def test_a_file_of_a_setting_is_refused_when_it_cannot_be_read_or_says_it_twice(
    tmp_path: Path,
) -> None:
    missing, there = str(tmp_path / "missing"), tmp_path / "there"
    there.write_text("DEBUG")
    both = {"SCHAKEL_LOG_LEVEL": "INFO", "SCHAKEL_LOG_LEVEL_FILE": str(there)}

    with pytest.raises(SettingsRefused, match="SCHAKEL_AMQP_URL_FILE must be a file"):
        read_settings({"SCHAKEL_AMQP_URL_FILE": missing})
    with pytest.raises(SettingsRefused, match="SCHAKEL_LOG_LEVEL is set, and"):
        read_settings(both)


def test_the_clock_file_is_a_setting_of_its_own() -> None:
    assert read_settings({"SCHAKEL_CLOCK_FILE": "/no/such/file"}).clock_file == Path(
        "/no/such/file"
    )
