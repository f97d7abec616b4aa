"""Alerts and dashboards read metrics that exist, Prometheus takes them, and each alert has a runbook whose commands exist."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.layout import PROCESSES
from services.relay.__main__ import parser
from tests.deploy.manifests import K8S, of_kind, ours, rendered
from tests.telemetry.names import OURS

PROJECT = Path(__file__).parents[2]
RUNBOOKS = (PROJECT / "docs" / "runbooks.md").read_text(encoding="utf-8")
OTHERS = frozenset(
    {
        "up",  # Prometheus's own
        "process_resident_memory_bytes",  # prometheus-client's
        "kube_job_status_failed",  # kube-state-metrics
        "kube_cronjob_status_last_successful_time",
        "cnpg_pg_replication_in_recovery",  # CloudNativePG
        "cnpg_pg_replication_lag",
        "barman_cloud_cloudnative_pg_io_last_available_backup_timestamp",  # its plugin for backups
    }
)
METRIC = re.compile(r"\b(?:titles|cnpg|kube|barman|process)_[a-z0-9_]+\b|\bup\b")
QUOTED = re.compile(r'"[^"]*"')
COMMAND = re.compile(r"python -m services\.relay ([^`\n]*)`")


def rules() -> list[dict[str, Any]]:
    """Every alert."""
    groups = of_kind("prod", "PrometheusRule")["titles"]["spec"]["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[str]:
    """Every expression of a dashboard."""
    data = of_kind("prod", "ConfigMap")["grafana-dashboards"]["data"]
    boards = [json.loads(text) for text in data.values()]
    return [target["expr"] for board in boards for panel in board["panels"] for target in panel["targets"]]


def test_expressions_name_metrics_that_exist():
    """Ours by the code that tells them; and everything that we tell is looked at somewhere."""
    read = {
        name
        for each in (*(rule["expr"] for rule in rules()), *panels())
        for name in METRIC.findall(QUOTED.sub("", each))
    }
    assert read <= OURS | OTHERS
    assert {each for each in OURS if not each.endswith(("_count", "_bucket", "_sum"))} <= read


def test_prometheus_takes_the_alerts(tmp_path: Path):
    """By Prometheus's own judgement, dashboards' expressions included."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("there is no promtool (Debian: prometheus)")
    spec = of_kind("prod", "PrometheusRule")["titles"]["spec"]
    shown = [{"record": f"panel:{number}", "expr": each} for number, each in enumerate(panels())]
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": [*spec["groups"], {"name": "panels", "rules": shown}]}))
    done = subprocess.run(
        [promtool, "check", "rules", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


HEALTHY: dict[str, str] = {
    **{f'up{{namespace="titles", job="{each}"}}': "1x120" for each in PROCESSES},
    'titles_http_request_seconds_count{job="quota", route="/v1/units", status="200"}': "0+60x120",
    'titles_http_request_seconds_count{job="quota", route="/readyz", status="200"}': "0+6000x120",
    'titles_http_request_seconds_bucket{job="notifications", route="/v1/inbox/stream", le="2.5"}': "0x120",
    'titles_http_request_seconds_bucket{job="notifications", route="/v1/inbox/stream", le="+Inf"}': "0+60x120",
    'titles_work_failing_turns{job="accounts", work="sweeping files"}': "0x120",
    'titles_figures_taken_timestamp_seconds{schema="quota", part="domain"}': "0+60x120",
    'cnpg_pg_replication_in_recovery{namespace="titles", pod="titles-1"}': "0x120",
    'cnpg_pg_replication_in_recovery{namespace="titles", pod="titles-2"}': "1x120",
    'cnpg_pg_replication_in_recovery{namespace="another", pod="theirs-1"}': "0x120",
    'barman_cloud_cloudnative_pg_io_last_available_backup_timestamp{namespace="titles"}': "0x120",
}
"""Two hours in which nothing is wrong, by series; Prometheus's own shorthand for what they tell each minute."""
[PRIMARY, STANDBY] = [each for each in HEALTHY if 'pod="titles' in each]
[BACKUP] = [each for each in HEALTHY if each.startswith("barman")]
[TAKEN] = [each for each in HEALTHY if each.startswith("titles_figures")]
[WORK] = [each for each in HEALTHY if each.startswith("titles_work")]
[QUOTA] = [each for each in HEALTHY if 'job="quota"' in each and each.startswith("up")]
FAULTS = 'titles_http_request_seconds_count{job="quota", route="/v1/units", status="500"}'


@pytest.mark.parametrize(
    ("changed", "rings"),
    [
        ({}, set()),
        ({QUOTA: "0x120"}, {"TitlesProcessMissing"}),
        ({QUOTA: "_x120"}, {"TitlesProcessMissing"}),
        ({FAULTS: "0+3x120"}, {"TitlesErrors"}),
        ({WORK: "3x120"}, {"TitlesWorkFailing"}),
        ({TAKEN: "0x120"}, {"TitlesFiguresOld"}),
        ({TAKEN: "_x120"}, {"TitlesFiguresOld"}),
        ({STANDBY: "_x120"}, set()),
        ({PRIMARY: "_x120"}, {"TitlesDatabaseDown"}),
        ({BACKUP: "-90000x120"}, set()),
        ({BACKUP: "-129600x120"}, {"TitlesNoBackup"}),
        ({BACKUP: "_x120"}, {"TitlesNoBackup"}),
    ],
)
def test_alerts_ring_when_they_should_and_no_others(tmp_path: Path, changed: dict[str, str], rings: set[str]):
    """Prometheus itself goes through two hours: what is away rings as well as what tells that it is ill."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("there is no promtool (Debian: prometheus)")
    spec = of_kind("prod", "PrometheusRule")["titles"]["spec"]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": spec["groups"]}))
    expected = [{"labels": f'{{alertname="{name}"}}', "value": 1} for name in rings]
    firing = 'count by (alertname) (ALERTS{alertstate="firing"})'
    told = {
        "interval": "1m",
        "input_series": [
            {"series": name, "values": values} for name, values in {**HEALTHY, **changed}.items()
        ],
        "promql_expr_test": [{"expr": firing, "eval_time": "110m", "exp_samples": expected}],
    }
    (tmp_path / "test.yaml").write_text(yaml.safe_dump({"rule_files": ["rules.yaml"], "tests": [told]}))
    done = subprocess.run(
        [promtool, "test", "rules", "test.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_its_runbook():
    """A paragraph each, none too many; each tells what it means, what to look at, what to do."""
    alerts = {rule["alert"]: rule for rule in rules()}
    parts = [each.partition("\n") for each in RUNBOOKS.split("\n## ")[1:]]
    paragraphs = {title.strip(): text for title, _, text in parts}
    assert set(alerts) == set(paragraphs)
    for name, text in paragraphs.items():
        assert [word for word in ("**Means**", "**Look**", "**Do**") if word not in text] == [], name
        assert alerts[name]["annotations"]["runbook_url"].endswith(f"#{name.lower()}")
        assert alerts[name]["labels"]["severity"] in {"critical", "warning"}
        assert set(re.findall(r"Titles[A-Z]\w+", text)) <= set(alerts), name


def test_where_runbooks_are_read_is_told_in_one_place(tmp_path):
    """Every alert leads there, whatever it is; and what is told so is applied to no cluster."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not installed")
    shutil.copytree(K8S, tmp_path / "k8s", ignore=shutil.ignore_patterns("rendered", "__pycache__"))
    told = tmp_path / "k8s" / "components" / "monitoring" / "settings.env"
    told.write_text("RUNBOOKS_URL=https://wiki.test/runbooks\n", encoding="utf-8")
    command = [kubectl, "kustomize", tmp_path / "k8s" / "overlays" / "prod"]
    made = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    [alerts] = [each for each in yaml.safe_load_all(made) if each["kind"] == "PrometheusRule"]
    leads = [
        rule["annotations"]["runbook_url"] for group in alerts["spec"]["groups"] for rule in group["rules"]
    ]
    assert len(leads) == len(rules())
    assert {each.partition("#")[0] for each in leads} == {"https://wiki.test/runbooks"}
    assert "RUNBOOKS_URL" not in made


def test_commands_of_runbooks_exist():
    """Every command of the relay is one that it takes; deployments, jobs and files are there."""
    commands = COMMAND.findall(RUNBOOKS)
    assert len(commands) >= 5
    for each in commands:
        parser().parse_args(each.replace("ID", "00000000-0000-0000-0000-000000000000").split())
    named = set(re.findall(r"deployment/([a-z]+)", RUNBOOKS))
    assert named <= set(of_kind("prod", "Deployment"))
    assert set(re.findall(r"cronjob/([a-z-]+)", RUNBOOKS)) <= set(of_kind("prod", "CronJob"))
    for link in re.findall(r"\]\(([^)]+)\)", RUNBOOKS):
        page, _, section = link.partition("#")
        led_to = PROJECT / "docs" / page
        assert led_to.exists(), link
        assert f"\n## {section.replace('-', ' ')}\n" in led_to.read_text("utf-8").lower() or not section, link
    for words in re.findall(r"grep '([^'\"]+)'", RUNBOOKS):
        code = "".join(file.read_text(encoding="utf-8") for file in (PROJECT / "services").rglob("*.py"))
        assert words in code, words


def test_metrics_are_read_by_monitoring_alone():
    """Each process has a port for them that no service leads to, and only the namespace of the monitoring reaches it."""
    containers = ours("prod")
    for process in PROCESSES:
        port = next(
            each["containerPort"] for each in containers[process]["ports"] if each["name"] == "metrics"
        )
        assert {each["name"]: each.get("value") for each in containers[process]["env"]}[
            "METRICS_PORT"
        ] == str(port)
        for service in of_kind("prod", "Service").values():
            assert port not in {each["port"] for each in service["spec"]["ports"]}
            assert "metrics" not in {each["targetPort"] for each in service["spec"]["ports"]}
        for name, policy in of_kind("prod", "NetworkPolicy").items():
            opened = {
                each["port"] for rule in policy["spec"].get("ingress", ()) for each in rule.get("ports", ())
            }
            assert (port in opened) == (name == "from-monitoring"), name
    monitor = of_kind("prod", "PodMonitor")["titles"]["spec"]
    assert set(monitor["selector"]["matchExpressions"][0]["values"]) == set(PROCESSES)
    assert [each["port"] for each in monitor["podMetricsEndpoints"]] == ["metrics"]


def test_a_demonstration_is_not_watched():
    """The overlay of development has none of the operator's kinds."""
    assert not {"PodMonitor", "PrometheusRule"} & {each["kind"] for each in rendered("dev")}
