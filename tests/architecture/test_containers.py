# SPDX-License-Identifier: EUPL-1.2
"""Containers hold no rights that they do not need, and no secret that is not a file."""

import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.cli.stack.catalogue import deployables
from shared.runtime.config import _SETTINGS, FILE, PREFIX, read_settings
from tests.containers.order import waves

REPOSITORY = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (REPOSITORY / "deploy" / "Dockerfile").read_text(encoding="utf-8")
SCRAPED = yaml.safe_load(
    (REPOSITORY / "deploy" / "prometheus" / "prometheus.yml").read_text(encoding="utf-8")
)
NAMES = {one.name for one in deployables()}
OURS = [name for name, one in COMPOSE["services"].items() if one["image"].startswith("schakel/")]
IN_CONTAINERS = "/run/secrets/"
PROVEN = frozenset({"gateway", "postgres", "rabbitmq"})
SECRET = re.compile(r"PASSWORD|SECRET|KEY|_URL$|TOKEN")
PUBLIC = frozenset({"SCHAKEL_PUBLIC_URL"})
NAMES_A_FILE = frozenset({"SCHAKEL_AMQP_CA", "SCHAKEL_HTTP_CERTIFICATE", "SCHAKEL_HTTP_KEY"})
CONFIGURATIONS = ("deploy/rabbitmq/rabbitmq.conf",)
Service = dict[str, Any]


def environment(name: str) -> dict[str, str]:
    found: dict[str, str] = COMPOSE["services"][name].get("environment", {})
    return found


def test_every_service_runs_with_its_jobs_before_it() -> None:
    databases = [one.name for one in deployables() if one.has_database]
    jobs = {f"{verb}-{name}" for verb in ("provision", "migrate") for name in databases}

    assert {*OURS} == NAMES | jobs | {"topology", "broker-users"}


@pytest.mark.parametrize("name", OURS)
def test_a_container_of_ours_has_no_rights_and_changes_nothing_in_itself(name: str) -> None:
    one = COMPOSE["services"][name]

    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert one["tmpfs"] == ["/tmp"]  # noqa: S108 - in the container
    # One job writes a file into a volume that is root's.
    assert set(one) & {"user", "cap_add", "privileged"} == (
        {"user", "cap_add"} if name == "broker-users" else set()
    )


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_an_image_is_of_one_release_and_a_door_is_open_to_this_machine_only(name: str) -> None:
    one = COMPOSE["services"][name]
    tag = one["image"].rpartition("/")[2].partition(":")[2]

    assert name in OURS or (tag and tag != "latest")
    assert all(str(port).startswith("127.0.0.1:") for port in one.get("ports", ()))


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_secret_comes_as_a_file_and_no_other_way(name: str) -> None:
    files = {
        key: said
        for key, said in environment(name).items()
        if key.endswith(FILE) or key in NAMES_A_FILE
    }
    plain = environment(name).keys() - files.keys() - PUBLIC

    assert [key for key in plain if SECRET.search(key)] == []
    secrets = {*COMPOSE["services"][name].get("secrets", ())}
    # An address of the database names the authority inside itself.
    inside = {"authority"} & secrets
    assert read_by(name) | inside == secrets
    assert all(said.startswith(IN_CONTAINERS) for said in files.values())


def read_by(name: str) -> set[str]:
    """Give the secrets that a container's settings, commands or own files name."""
    one = COMPOSE["services"][name]
    mounted = [
        path for path in CONFIGURATIONS if any(path in said for said in one.get("volumes", ()))
    ]
    texts = [yaml.safe_dump(one), *((REPOSITORY / path).read_text() for path in mounted)]
    return {found for text in texts for found in re.findall(rf"{IN_CONTAINERS}([\w-]+)", text)}


def test_every_secret_that_is_named_is_made_and_used(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    subprocess.run([str(REPOSITORY / "deploy" / "make-secrets"), str(folder)], check=True)
    made = {path.name: path.read_text() for path in folder.iterdir()}
    subprocess.run([str(REPOSITORY / "deploy" / "make-secrets"), str(folder)], check=True)
    used = {name for one in COMPOSE["services"].values() for name in one.get("secrets", ())}

    assert COMPOSE["secrets"] == {name: {"file": f"./.secrets/{name}"} for name in made}
    # What is part of an address, or only an ingredient of one, is used by nobody else.
    assert used <= made.keys()
    assert {path.name: path.read_text() for path in folder.iterdir()} == made
    assert folder.stat().st_mode & 0o777 == 0o700
    assert made["agreements-password"] in made["agreements-database-url"]
    assert read_settings({"SCHAKEL_AMQP_URL_FILE": str(folder / "agreements-amqp-url")}).amqp_url


def test_whom_services_talk_to_proves_who_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    subprocess.run([str(REPOSITORY / "deploy" / "make-secrets"), str(folder)], check=True)
    made = {path.name: path.read_text() for path in folder.iterdir()}
    authority = x509.load_pem_x509_certificate(made["authority"].encode())

    addresses = {made[name] for name in made if name.endswith("-url")}
    assert {urlsplit(one).hostname for one in addresses} == PROVEN - {"gateway"}
    for one in addresses:
        parts = urlsplit(one)
        verified = f"sslmode=verify-full&sslrootcert={IN_CONTAINERS}authority"
        assert parts.scheme == "amqps" or parts.query == verified
    for name in PROVEN:
        own = x509.load_pem_x509_certificate(made[f"{name}-certificate"].encode())
        own.verify_directly_issued_by(authority)
        key = load_pem_private_key(made[f"{name}-key"].encode(), None)
        assert key.public_key() == own.public_key()
        names = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert name in names.get_values_for_type(x509.DNSName)
    # A secret that was lost makes all of them anew: the authority's key is kept by nobody.
    (folder / "postgres-key").unlink()
    subprocess.run([str(REPOSITORY / "deploy" / "make-secrets"), str(folder)], check=True)
    assert (folder / "authority").read_text() != made["authority"]


@pytest.mark.parametrize("name", [*OURS])
def test_every_setting_of_a_container_is_read_by_something(name: str) -> None:
    known = {PREFIX + one for one in _SETTINGS} | {
        "SCHAKEL_OWNER_PASSWORD",
        "SCHAKEL_SERVICE_PASSWORD",
    }
    told = {key if key in known else key.removesuffix(FILE) for key in environment(name)}

    assert {key for key in told - known if not key.endswith("_AMQP_PASSWORD")} == set()


def test_the_image_is_made_in_two_stages_of_which_the_last_can_make_nothing() -> None:
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    last = DOCKERFILE.rpartition("\nFROM ")[2]

    assert len(stages) == 2
    assert len({*stages}) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", stages[0])
    assert "apt-get" not in DOCKERFILE
    assert "pip install" not in last
    assert "pip uninstall" in last
    assert re.findall(r"^USER (.+)$", last, re.MULTILINE) == ["10001"]
    assert "/readyz" in last.partition("\nHEALTHCHECK ")[2]


def test_nobody_starts_before_what_it_needs() -> None:
    services = COMPOSE["services"]
    started: set[str] = set()

    for wave in waves(services):
        assert all({*services[name].get("depends_on", ())} <= started for name in wave)
        started |= wave
    assert started == services.keys()


def test_who_waits_for_each_other_is_found() -> None:
    circle = {"one": {"depends_on": {"two": {}}}, "two": {"depends_on": {"one": {}}}, "three": {}}

    with pytest.raises(RuntimeError, match="nobody may start: \\['one', 'two'\\]"):
        list(waves(circle))


def test_every_process_is_scraped_and_the_rules_are_where_prometheus_looks() -> None:
    jobs = {one["job_name"]: one["static_configs"][0] for one in SCRAPED["scrape_configs"]}
    volumes = COMPOSE["services"]["prometheus"]["volumes"]

    assert {*jobs["schakel"]["targets"]} == {f"{name}:9000" for name in NAMES}
    assert jobs["rabbitmq"]["labels"] == {"service": "rabbitmq"}
    assert "./deploy/prometheus:/etc/prometheus:ro" in volumes
