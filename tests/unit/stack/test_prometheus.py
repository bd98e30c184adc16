# SPDX-License-Identifier: EUPL-1.2
"""Prometheus beside the local stack asks every service by our own rules, and is in nobody's way."""

from pathlib import Path

from services.cli.stack import ports, prometheus
from services.cli.stack.home import Home


def test_every_service_is_asked_under_its_own_name_and_by_our_rules() -> None:
    told = prometheus.configuration({"agreements": 20001, "regions": 20002})

    [job] = told["scrape_configs"]
    assert job["job_name"] == "schakel"
    assert [(one["targets"], one["labels"]) for one in job["static_configs"]] == [
        (["127.0.0.1:20001"], {"service": "agreements"}),
        (["127.0.0.1:20002"], {"service": "regions"}),
    ]
    assert {Path(rules).name for rules in told["rule_files"]} == {
        "slo.rules.yml",
        "state.rules.yml",
    }


def test_it_listens_on_this_machine_only_and_keeps_its_data_in_the_home(home: Home) -> None:
    program = prometheus.program(home, "/usr/bin/prometheus", 9090, {})

    assert "--web.listen-address=127.0.0.1:9090" in program.argv
    assert f"--storage.tsdb.path={home.root / 'prometheus' / 'data'}" in program.argv


def test_a_prometheus_that_does_not_answer_tells_of_no_alert() -> None:
    nobody = ports.choose(["nobody"], {})["nobody"]

    assert prometheus.firing(nobody) == []


def test_an_alert_is_named_with_what_it_is_about() -> None:
    assert prometheus._words({"alertname": "SchakelWritesFail"}) == "SchakelWritesFail"
    assert (
        prometheus._words({"alertname": "SchakelBreakerOpen", "service": "regions"})
        == "SchakelBreakerOpen (regions)"
    )
