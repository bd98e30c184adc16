# SPDX-License-Identifier: EUPL-1.2
"""Write the resources that are computed: rules, users of the broker, and where secrets come from.

`python deploy/k8s/make.py` writes them to platform/made/; a test holds them against the code.
`python deploy/k8s/make.py secrets` prints fresh secrets for a cluster that has no store of any.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import yaml

from services.cli.stack.broker import contract_users
from services.cli.stack.catalogue import deployables

FOLDER = Path(__file__).parent
RULES = FOLDER.parent / "prometheus"
MADE = FOLDER / "platform" / "made"
VHOST = "schakel"
DATABASE_CA = "/run/trust/database-ca.pem"
CLUSTER = {"name": "rabbitmq"}
NAMESPACE = "schakel"
PREFIX = "schakel-"
TOUCHES_CANDIDATES = frozenset({"regions"})
BLANK = r"\{\{ \.(\w+) \}\}"
HEAD = "# Made by deploy/k8s/make.py.\n"
Resource = dict[str, Any]


def rules() -> Iterator[Resource]:
    """Give the rules of deploy/prometheus as the operator of Prometheus wants them."""
    for path in sorted(RULES.glob("*.rules.yml")):
        name = path.name.partition(".")[0]
        yield {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": {"name": f"schakel-{name}"},
            "spec": yaml.safe_load(path.read_text(encoding="utf-8")),
        }


def broker_users() -> Iterator[Resource]:
    """Give every user of the broker that the contracts name, and what it may do."""
    for user, (configure, write, read) in contract_users().items():
        yield {
            "apiVersion": "rabbitmq.com/v1beta1",
            "kind": "User",
            "metadata": {"name": user},
            "spec": {
                # Its name and password are in the secret of the service.
                "importCredentialsSecret": {"name": user.removeprefix(PREFIX)},
                "rabbitmqClusterReference": CLUSTER,
            },
        }
        yield {
            "apiVersion": "rabbitmq.com/v1beta1",
            "kind": "Permission",
            "metadata": {"name": user},
            "spec": {
                "vhost": VHOST,
                "userReference": {"name": user},
                "permissions": {"configure": configure, "write": write, "read": read},
                "rabbitmqClusterReference": CLUSTER,
            },
        }


def secrets() -> Iterator[Resource]:
    """Give where each secret comes from: one entry of the store for each user and database."""
    databases = {one.name for one in deployables() if one.has_database}
    for user in contract_users():
        name = user.removeprefix(PREFIX)
        told = {
            "username": user,
            "password": "{{ .broker }}",
            "amqp-url": f"amqps://{user}:{{{{ .broker }}}}@rabbitmq:5671/{VHOST}",
        }
        if name == "gateway":
            told |= {"oidc-client-secret": "{{ .client }}", "session-secret": "{{ .session }}"}
        if name in databases:
            told["database-url"] = _database(f"schakel_{name}", "service", f"schakel_{name}")
        if name in TOUCHES_CANDIDATES:
            told["pseudonym-key"] = "{{ .pseudonyms }}"
        yield _secret(name, told)
    for name in sorted(databases):
        owner, database = f"schakel_{name}_owner", f"schakel_{name}"
        told = {
            "admin-url": _database("postgres", "admin", "postgres"),
            "owner-url": _database(owner, "owner", database),
            "owner-password": "{{ .owner }}",
            "service-password": "{{ .service }}",
        }
        yield _secret(f"{name}-owner", told)
    admin = {"username": "postgres", "password": "{{ .admin }}"}
    yield _secret("postgres-admin", admin, kind="kubernetes.io/basic-auth")
    keys = {"access-key-id": "{{ .id }}", "secret-access-key": "{{ .key }}"}
    yield _secret("backups", keys)


def _database(user: str, password: str, database: str) -> str:
    proof = f"sslmode=verify-full&sslrootcert={DATABASE_CA}"
    return f"postgresql://{user}:{{{{ .{password} }}}}@postgres-rw:5432/{database}?{proof}"


def _secret(name: str, told: dict[str, str], kind: str = "Opaque") -> Resource:
    # A service's passwords lie in one entry of the store, with those of its owner beside them.
    entry = f"schakel/{name.removesuffix('-owner')}"
    extracts = [{"extract": {"key": entry}}]
    if "admin-url" in told:
        extracts.append({"extract": {"key": "schakel/postgres-admin"}})
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": name},
        "spec": {
            "refreshInterval": "1h",
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": "schakel"},
            "target": {"name": name, "template": {"type": kind, "data": told}},
            "dataFrom": extracts,
        },
    }


def fresh_secrets() -> Iterator[Resource]:
    """Give what a store would have given, every password made up now."""
    store: dict[tuple[str, str], str] = defaultdict(token_urlsafe)
    for wanted in secrets():
        name, template = wanted["metadata"]["name"], wanted["spec"]["target"]["template"]
        entry = name.removesuffix("-owner")

        def password(found: re.Match[str], entry: str = entry) -> str:
            return store["" if found[1] == "admin" else entry, found[1]]

        told = template["data"].items()
        yield {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": NAMESPACE},
            "type": template["type"],
            "stringData": {key: re.sub(BLANK, password, text) for key, text in told},
        }


MAKERS = {"rules": rules, "broker-users": broker_users, "secrets": secrets}


def written(name: str) -> str:
    """Give what a file must hold."""
    resources = yaml.safe_dump_all(MAKERS[name](), sort_keys=False, width=100)
    return HEAD + str(resources)


def main() -> int:
    """Write every file, or print secrets."""
    if sys.argv[1:] == ["secrets"]:
        yaml.safe_dump_all(fresh_secrets(), sys.stdout, sort_keys=False, width=200)
        return 0
    for name in MAKERS:
        (MADE / f"{name}.yaml").write_text(written(name), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
