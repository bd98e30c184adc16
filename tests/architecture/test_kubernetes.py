# SPDX-License-Identifier: EUPL-1.2
"""What is computed of deploy/k8s is computed from the code, and each policy finds what breaks it.

The overlays themselves are built and looked at by `make k8s-check`: tests/operations/cluster.py.
"""

import copy
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.cli.stack.catalogue import deployables
from tests.operations.policies import Built, broken

FOLDER = Path(__file__).parents[2] / "deploy" / "k8s"
MAKE = runpy.run_path(str(FOLDER / "make.py"))
SERVICES = [one.name for one in deployables()]
KEYS = frozenset({"amqp-url", "username", "password"})
RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
SHARE = {"cpu": "1", "memory": "128Mi"}
GOOD = yaml.safe_load(f"""
deployment:
  kind: Deployment
  metadata: {{ name: regions }}
  spec:
    template:
      metadata: {{ labels: {{ app: regions }} }}
      spec:
        serviceAccountName: regions
        automountServiceAccountToken: false
        securityContext:
          {{ runAsNonRoot: true, runAsUser: 10001, seccompProfile: {{ type: RuntimeDefault }} }}
        topologySpreadConstraints:
          - {{ topologyKey: kubernetes.io/hostname }}
          - {{ topologyKey: topology.kubernetes.io/zone }}
        volumes:
          - {{ name: secrets, secret: {{ secretName: regions, items: [{{ key: amqp-url }}] }} }}
        containers:
          - name: process
            image: schakel/regions:0.1.0
            env: [{{ name: SCHAKEL_AMQP_URL_FILE, value: /run/schakel/amqp-url }}]
            securityContext: {RESTRICTED}
            resources: {{ limits: {SHARE}, requests: {SHARE} }}
            startupProbe: {{ httpGet: {{ path: /healthz }} }}
            livenessProbe: {{ httpGet: {{ path: /healthz }} }}
            readinessProbe: {{ httpGet: {{ path: /readyz }} }}
account: {{ kind: ServiceAccount, metadata: {{ name: regions }} }}
budget:
  kind: PodDisruptionBudget
  metadata: {{ name: regions }}
  spec: {{ selector: {{ matchLabels: {{ app: regions }} }} }}
nobody:
  kind: NetworkPolicy
  metadata: {{ name: nobody }}
  spec: {{ podSelector: {{}}, policyTypes: [Ingress, Egress] }}
settings: {{ kind: ConfigMap, metadata: {{ name: settings }}, data: {{ SCHAKEL_ENV: production }} }}
scaled:
  kind: ScaledObject
  metadata: {{ name: regions }}
  spec:
    scaleTargetRef: {{ name: regions }}
    triggers: [{{ metadata: {{ query: max(schakel_outbox_unsent_rows) }} }}]
""")
Tree = dict[str, Any]
Change = Callable[[Tree], object]


def process(tree: Tree) -> Tree:
    container: Tree = pod(tree)["containers"][0]
    return container


def pod(tree: Tree) -> Tree:
    spec: Tree = tree["deployment"]["spec"]["template"]["spec"]
    return spec


def test_what_is_right_breaks_nothing() -> None:
    assert broken(Built([*GOOD.values()], {"regions": KEYS})) == []


CHANGES: dict[str, Change] = {
    "regions/process has an image without a release": lambda t: process(t).update(
        image="schakel/regions:latest"
    ),
    "regions/process has an image without": lambda t: process(t).update(image="host:5000/regions"),
    "regions may run as root": lambda t: pod(t)["securityContext"].pop("runAsUser"),
    "regions has no seccomp profile": lambda t: pod(t)["securityContext"].pop("seccompProfile"),
    "regions gets a token of the cluster": lambda t: pod(t).pop("automountServiceAccountToken"),
    "regions shares what is the node's": lambda t: pod(t).update(hostNetwork=True),
    "regions mounts a folder of the node": lambda t: pod(t)["volumes"].append({"hostPath": {}}),
    "regions/process may gain rights": lambda t: process(t)["securityContext"].update(
        privileged=True
    ),
    "regions/process may change its own files": lambda t: process(t)["securityContext"].pop(
        "readOnlyRootFilesystem"
    ),
    "regions/process keeps rights of root's": lambda t: process(t)["securityContext"].update(
        capabilities={"drop": ["ALL"], "add": ["NET_ADMIN"]}
    ),
    "regions/process has no limits": lambda t: process(t)["resources"].update(limits={"cpu": "1"}),
    "regions/process asks for nothing": lambda t: process(t)["resources"].pop("requests"),
    "regions has no livenessProbe at /healthz": lambda t: process(t)["livenessProbe"].update(
        httpGet={"path": "/readyz"}
    ),
    "account other is not one service's own": lambda t: pod(t).update(serviceAccountName="other"),
    "regions has no disruption budget": lambda t: t["budget"]["spec"].update(
        selector={"matchLabels": {"app": "agreements"}}
    ),
    "regions may end up on one node": lambda t: pod(t)["topologySpreadConstraints"].pop(),
    "regions/process is told SCHAKEL_AREAS": lambda t: process(t)["env"].append(
        {"name": "SCHAKEL_AREAS"}
    ),
    "settings has SCHAKEL_AREAS": lambda t: t["settings"]["data"].update(SCHAKEL_AREAS="AM36"),
    "SCHAKEL_CRASH_AT is for tests": lambda t: t["settings"]["data"].update(
        SCHAKEL_CRASH_AT="call.before-commit"
    ),
    "regions needs a secret that nobody makes": lambda t: pod(t)["volumes"].append(
        {"secret": {"secretName": "regions", "items": [{"key": "owner-url"}]}}
    ),
    "regions is given the key of regions": lambda t: pod(t)["volumes"].append(
        {"projected": {"sources": [{"secret": {"name": "regions", "items": [{"key": "tls.key"}]}}]}}
    ),
    "whatever is not named may talk": lambda t: t["nobody"]["spec"].update(egress=[{}]),
    "PodDisruptionBudget/regions chooses nothing": lambda t: t["budget"]["spec"].update(
        selector={"matchLabels": {"app": "agreements"}}
    ),
    "regions scales what is not its own": lambda t: t["deployment"]["spec"].update(replicas=2),
    "nobody gives schakel_queue_length": lambda t: t["scaled"]["spec"]["triggers"][0].update(
        metadata={"query": "max(schakel_queue_length)"}
    ),
}


@pytest.mark.parametrize("said", CHANGES)
def test_what_breaks_a_policy_is_named(said: str) -> None:
    tree = copy.deepcopy(GOOD)
    CHANGES[said](tree)

    found = broken(Built([*tree.values()], {"regions": KEYS}))

    assert any(said in one for one in found), found


@pytest.mark.parametrize("name", MAKE["MAKERS"])
def test_what_is_made_is_made_anew(name: str) -> None:
    there = (FOLDER / "platform" / "made" / f"{name}.yaml").read_text(encoding="utf-8")

    assert there == MAKE["written"](name), "python deploy/k8s/make.py writes it anew"


def test_every_service_is_deployed_and_every_database_migrated() -> None:
    listed = yaml.safe_load((FOLDER / "base" / "kustomization.yaml").read_text(encoding="utf-8"))
    jobs = [*yaml.safe_load_all((FOLDER / "base" / "jobs.yaml").read_text(encoding="utf-8"))]

    assert {f"{name}.yaml" for name in SERVICES} <= {*listed["resources"]}
    assert {one["metadata"]["name"] for one in jobs if one["kind"] == "Job"} == {
        "topology",
        *(f"migrate-{one.name}" for one in deployables() if one.has_database),
    }


def test_fresh_secrets_are_never_the_same_and_agree_with_one_another() -> None:
    one, other = ([*MAKE["fresh_secrets"]()] for _ in range(2))
    by_name = {secret["metadata"]["name"]: secret["stringData"] for secret in one}

    assert one != other
    assert "{{" not in yaml.safe_dump(one)
    assert by_name["agreements-owner"]["service-password"] in by_name["agreements"]["database-url"]
    assert by_name["postgres-admin"]["password"] in by_name["agreements-owner"]["admin-url"]
    assert by_name["postgres-admin"]["password"] in by_name["regions-owner"]["admin-url"]
    assert by_name["agreements"]["password"] not in by_name["regions"]["amqp-url"]
