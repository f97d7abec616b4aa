"""The manifests are as Kubernetes takes them, and say of ports, settings, probes and arrows what the code says."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from pydantic_settings import BaseSettings

from deploy.k8s.__main__ import Preparing
from deploy.k8s.secrets import main, secrets_of
from deploy.local.bootstrap import SERVICES
from deploy.local.keys import Keys
from deploy.local.layout import PROCESSES, module_of
from gateway.health import health as of_the_gateway
from gateway.settings import GatewaySettings
from services.accounts.seed import Settings as Seed
from services.kit.db import POOL_SHARE
from services.kit.health import health
from services.kit.settings import ProcessSettings
from services.neighbours.transport import IDLE_SECONDS
from services.process import AFTERWARDS_SECONDS
from tests.deploy.manifests import K8S, OVERLAYS, Manifest, config, of_kind, ours, pods, rendered

CODE = Path(__file__).parents[2]
KUBERNETES = "1.33"
DATABASE, POOLER = "database:5432/titles", "pooler:5432/titles"
OPERATORS_OWN = {"database-backup"}
"""Secrets that no code of ours reads."""
AS_THE_RELAY = {"verify-audit", "check-invariants"}
"""Jobs that read the four schemas as the relay does, with its secrets."""
LISTENING, SEALING, RESERVED = 1, 2, 20
"""Connections: that hear of what is committed, of a relay's own session, and of operators and the database's own."""
MOMENT = 5
"""Seconds for an application to shut down once nothing is under way."""
CALLED = re.compile(r"settings\.(accounts|workflow|quota|notifications)_url")
OF_THE_SDK = {"otel_traces_sampler", "otel_traces_sampler_arg"}
"""What OpenTelemetry's SDK reads by itself."""


def settings_of(process: str) -> type[BaseSettings]:
    """What a process reads from its environment."""
    if process == "gateway":
        return GatewaySettings
    if process == "stream":
        return ProcessSettings
    if process in AS_THE_RELAY:
        process = "relay"
    found: type[BaseSettings] = import_module(f"services.{process}.settings").Settings
    return found


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_is_rendered_is_what_kustomize_makes(overlay: str):
    """The committed text is the overlay's own; `make manifests` writes it."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("there is no kubectl")
    made = subprocess.run(
        [kubectl, "kustomize", str(K8S / "overlays" / overlay)], check=True, capture_output=True, text=True
    )
    assert (K8S / "rendered" / f"{overlay}.yaml").read_text(encoding="utf-8") == made.stdout


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kubernetes_takes_them(overlay: str):
    """Strictly by its own schemas: nothing misspelt, nothing unknown. Other operators' kinds have none there."""
    others = {
        "Cluster",
        "Pooler",
        "ScheduledBackup",
        "ObjectStore",
        "ExternalSecret",
        "PodMonitor",
        "PrometheusRule",
    }
    for each in rendered(overlay):
        if each["kind"] not in others:
            kubernetes_validate.validate(each, KUBERNETES, strict=True)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_process_runs_with_its_module_port_and_probes(overlay: str):
    """Each process of the platform is there; its service leads to the port it listens on; both probes are routes of it."""
    running = of_kind(overlay, "Deployment")
    assert set(PROCESSES) <= set(running)
    routes = {"gateway": of_the_gateway}
    for process in PROCESSES:
        container = ours(overlay)[process]
        assert container["args"] == [module_of(process)]
        if process == "relay":
            assert container["livenessProbe"]["exec"]["command"][2] == "services.relay.heartbeat"
            continue
        port = settings_of(process).model_fields["port"].default
        [declared] = [each for each in container["ports"] if each["name"] == "http"]
        [served] = of_kind(overlay, "Service")[process]["spec"]["ports"]
        assert (declared["containerPort"], served["port"], served["targetPort"]) == (port, port, "http")
        told = {each["name"]: each.get("value") for each in container["env"]}
        assert told["PORT"] == str(port)
        paths = {route.path for route in routes.get(process, health).routes}
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            assert container[probe]["httpGet"]["path"] in paths
        assert config(overlay)[f"{process.upper()}_URL"] == f"http://{process}:{port}"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_process_finds_what_it_needs_and_nothing_of_others(overlay: str):
    """What has no default is given; every variable means something to whoever gets it; secrets are one process's own."""
    made = secrets_of(Keys.generate(), DATABASE, POOLER)
    meant = {name for process in PROCESSES for name in settings_of(process).model_fields}
    assert {name.lower() for name in config(overlay)} <= meant | {"demo_password"} | OF_THE_SDK
    for name, container in ours(overlay).items():
        secrets = [each["secretRef"]["name"] for each in container.get("envFrom", ()) if "secretRef" in each]
        if name == "prepare":
            assert secrets == ["accounts", "prepare"]
            needed = {*required(Preparing), *required(Seed)}
        else:
            process = "relay" if name in AS_THE_RELAY else name
            assert secrets == ([] if name in {"gateway", "stream"} else [process])
            needed = required(settings_of(process))
            told = {key.lower() for key in made.get(process, ())} | {
                each["name"].lower() for each in container.get("env", ())
            }
            assert told <= set(settings_of(process).model_fields)
        given = {key.lower() for secret in secrets for key in made[secret]} | {
            each["name"].lower() for each in container.get("env", ())
        }
        assert needed <= given, name


def required(settings: type[BaseSettings]) -> set[str]:
    """What of its settings a process cannot do without."""
    return {name for name, field in settings.model_fields.items() if field.is_required()}


def test_secrets_of_the_vault_are_those_that_are_made():
    """The same names; each is read by somebody; the made ones open a database under their own role."""
    made = secrets_of(Keys.generate(), DATABASE, POOLER)
    assert set(of_kind("prod-nats", "ExternalSecret")) == set(made) | OPERATORS_OWN
    assert set(of_kind("prod", "ExternalSecret")) == (set(made) | OPERATORS_OWN) - {"nats"}
    for name, values in made.items():
        for key, value in values.items():
            if key.endswith("DATABASE_URL"):
                role = key.removesuffix("_DATABASE_URL").lower() if name != "prepare" else "titles_admin"
                own = key in {"DATABASE_URL", "LISTEN_DATABASE_URL"}
                assert value.startswith(f"postgresql://{name if own else role}:")
    for key in ("FIELD_KEYS", "INDEX_KEY"):
        assert len({made[service][key] for service in SERVICES}) == len(SERVICES)
    mounted = {
        volume["secret"]["secretName"]
        for _, pod in pods("prod")
        for volume in pod.get("volumes", ())
        if "secret" in volume
    }
    assert mounted == {name for name, values in made.items() if any(key.endswith(".json") for key in values)}


def test_secrets_are_printed_as_kubernetes_takes_them(capsys: pytest.CaptureFixture[str]):
    """A manifest for each; nothing is made twice alike."""
    assert main(["--database", DATABASE]) == 0
    first = list(yaml.safe_load_all(capsys.readouterr().out))
    for each in first:
        kubernetes_validate.validate(each, KUBERNETES, strict=True)
    assert main(["--database", DATABASE]) == 0
    assert first != list(yaml.safe_load_all(capsys.readouterr().out))


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_pods_have_no_rights(overlay: str):
    """No user root, no token, no capability, nothing writable but what is mounted; memory bounded; ends in its time."""
    for name, pod in pods(overlay):
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["enableServiceLinks"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name
            assert container["resources"]["limits"]["memory"], name
            assert not container["image"].endswith(":latest"), name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_pod_has_time_to_leave_and_to_finish(overlay: str):
    """It serves on until readiness has failed and no caller keeps a connection, then finishes what is under way; nothing cuts that."""
    drain = float(config(overlay)["DRAIN_SECONDS"])
    grace = {name: pod.get("terminationGracePeriodSeconds", 0) for name, pod in pods(overlay)}
    for process in PROCESSES:
        container = ours(overlay)[process]
        assert "lifecycle" not in container
        fields = settings_of(process).model_fields
        if process == "relay":
            assert grace[process] > fields["delivery_timeout_seconds"].default
            continue
        probe = container["readinessProbe"]
        assert drain >= probe["periodSeconds"] * probe["failureThreshold"]
        assert drain > IDLE_SECONDS
        assert grace[process] > drain + fields["request_seconds"].default + AFTERWARDS_SECONDS + MOMENT


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_network_lets_through_the_arrows_of_the_code_alone(overlay: str):
    """Everything is denied but what a policy opens; who calls whom is read from the code; both ends agree."""
    policies = of_kind(overlay, "NetworkPolicy")
    assert policies["deny-by-default"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for process in PROCESSES:
        to = reached(policies[process]["spec"].get("egress", []), "to")
        assert to == called_by(process), process
    for process in set(PROCESSES) - {"relay"}:
        callers = reached(policies[process]["spec"]["ingress"], "from")
        assert callers == {each for each in PROCESSES if process in called_by(each)}, process


INSTANCE = {"cnpg.io/cluster": "titles", "cnpg.io/podRole": "instance", "cnpg.io/instanceName": "titles-1"}
JOINING = {"cnpg.io/cluster": "titles", "cnpg.io/jobRole": "join", "cnpg.io/instanceName": "titles-2"}
POOLING = {"cnpg.io/cluster": "titles", "cnpg.io/podRole": "pooler", "cnpg.io/poolerName": "titles-pooler"}
BACK = {"cnpg.io/cluster": "titles-back"}
BACK_POOLING = POOLING | BACK | {"cnpg.io/poolerName": "titles-back-pooler"}
"""What CloudNativePG 1.25 writes on its pods: on a job's no role of a pod (`pkg/specs/jobs.go`)."""


@pytest.mark.parametrize(
    ("caller", "called"),
    [
        (JOINING, INSTANCE),
        (JOINING | BACK, INSTANCE | BACK),
        (INSTANCE, INSTANCE),
        (POOLING, INSTANCE),
        (BACK_POOLING, INSTANCE | BACK),
        ({"app.kubernetes.io/name": "accounts"}, POOLING),
        ({"app.kubernetes.io/name": "accounts"}, BACK_POOLING),
        ({"app.kubernetes.io/name": "relay"}, INSTANCE),
        ({"app.kubernetes.io/name": "verify-audit"}, INSTANCE | BACK),
    ],
)
def test_whoever_needs_the_database_gets_to_it(caller: dict[str, str], called: dict[str, str]):
    """A new instance copies what another one has, also of a cluster that was brought back; services come through its pooler."""
    policies = [each["spec"] for each in of_kind("prod", "NetworkPolicy").values()]
    assert passes(policies, caller, called, "egress", "to")
    assert passes(policies, called, caller, "ingress", "from")


@pytest.mark.parametrize("called", [INSTANCE, INSTANCE | BACK, JOINING])
def test_what_has_a_pooler_does_not_get_past_it(called: dict[str, str]):
    """Nor does a pooler count as the database, to which more is open."""
    policies = [each["spec"] for each in of_kind("prod", "NetworkPolicy").values()]
    assert not passes(policies, {"app.kubernetes.io/name": "accounts"}, called, "egress", "to")
    assert not passes(policies, called, {"app.kubernetes.io/name": "accounts"}, "ingress", "from")
    assert not passes(policies, POOLING, {"app.kubernetes.io/name": "relay"}, "ingress", "from")


def passes(
    policies: list[Manifest], here: dict[str, str], there: dict[str, str], kind: str, side: str
) -> bool:
    """Whether a policy on the pod `here` opens PostgreSQL's port to or from the pod `there`."""
    return any(
        selects(peer["podSelector"], there)
        for policy in policies
        if selects(policy["podSelector"], here)
        for rule in policy.get(kind, [])
        if any(port.get("port") == 5432 for port in rule.get("ports", []))
        for peer in rule.get(side, [])
        if "podSelector" in peer
    )


def selects(selector: Manifest, labels: dict[str, str]) -> bool:
    """Whether a selector means a pod with these labels."""
    told = {
        "In": lambda each: labels.get(each["key"]) in each["values"],
        "DoesNotExist": lambda each: each["key"] not in labels,
    }
    exact = selector.get("matchLabels", {}).items() <= labels.items()
    return exact and all(told[each["operator"]](each) for each in selector.get("matchExpressions", []))


def called_by(process: str) -> set[str]:
    """Whom a process calls, by its code: the gateway all four, the relay all, services by their settings."""
    if process in {"gateway", "relay"}:
        return {*SERVICES, *(["gateway"] if process == "relay" else [])}
    files = [*(CODE / "services" / process).rglob("*.py"), *(CODE / "services" / "neighbours").rglob("*.py")]
    return {found for file in files for found in CALLED.findall(file.read_text(encoding="utf-8"))} - {process}


def reached(rules: list[dict[str, Any]], side: str) -> set[str]:
    """The names of the pods that rules name on a side."""
    return {
        peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for rule in rules for peer in rule[side]
    }


def test_production_is_no_demonstration():
    """No clock that can be set, no known password, nobody looks around; more than one of each, and rollouts lose none."""
    told = config("prod")
    assert told["PRODUCTION"] == "true"
    assert not {"DEMO_PASSWORD", "SIMULATED_CLOCK", "SECOND_FACTOR"} & set(told)
    scaled, budgets = of_kind("prod", "HorizontalPodAutoscaler"), of_kind("prod", "PodDisruptionBudget")
    for process in PROCESSES:
        deployment = of_kind("prod", "Deployment")[process]["spec"]
        least = scaled[process]["spec"]["minReplicas"] if process != "relay" else deployment["replicas"]
        assert least >= 2
        assert budgets[process]["spec"]["maxUnavailable"] == 1
        assert deployment["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    hosts = {rule["host"] for each in of_kind("prod", "Ingress").values() for rule in each["spec"]["rules"]}
    assert {f"https://{host}" for host in hosts} == {told["PUBLIC_URL"], told["ISSUER_URL"]}
    for each in of_kind("prod", "Ingress").values():
        assert {host for tls in each["spec"]["tls"] for host in tls["hosts"]} == {
            rule["host"] for rule in each["spec"]["rules"]
        }


def test_what_prepares_the_database_comes_with_what_it_needs():
    """Argo CD does not run it before its settings, account, secrets and the database are there: it would wait for them in vain."""
    job = of_kind("prod", "Job")["prepare"]
    assert job["metadata"]["annotations"]["argocd.argoproj.io/hook"] == "Sync"


def test_the_database_takes_every_connection_that_may_be_opened():
    """Of all poolers and relays that there may be, one more of each while a rollout goes on, and of who listens beside them."""
    pooler = of_kind("prod", "Pooler")["titles-pooler"]["spec"]
    told = pooler["pgbouncer"]["parameters"]
    of_poolers = (pooler["instances"] + 1) * len(SERVICES) * int(told["default_pool_size"])
    replicas = {
        each: scaled["spec"]["maxReplicas"] + 1
        for each, scaled in of_kind("prod", "HorizontalPodAutoscaler").items()
    }
    relay, relays = (
        settings_of("relay").model_fields,
        of_kind("prod", "Deployment")["relay"]["spec"]["replicas"] + 1,
    )
    of_relays = relays * len(SERVICES) * (relay["lanes_at_once"].default + SEALING + LISTENING)
    most = int(of_kind("prod", "Cluster")["titles"]["spec"]["postgresql"]["parameters"]["max_connections"])
    assert of_poolers + of_relays + replicas["notifications"] * LISTENING + RESERVED <= most
    pool = int(config("prod")["POOL_SIZE"])
    assert sum(replicas[each] * 2 * pool for each in SERVICES) <= int(told["max_client_conn"])


def test_passwords_that_wait_leave_half_of_the_gateways_places():
    """Each holds one there: what a burst of sign-ins takes, others do not miss, whatever number of replicas there is."""
    accounts, scaled = settings_of("accounts").model_fields, of_kind("prod", "HorizontalPodAutoscaler")
    present = accounts["password_workers"].default + accounts["password_queue"].default
    assert present <= settings_of("gateway").model_fields["max_at_work"].default / 2
    for bound in ("minReplicas", "maxReplicas"):
        assert scaled["accounts"]["spec"][bound] <= scaled["gateway"]["spec"][bound]


def test_services_go_through_the_pooler_and_what_needs_a_session_past_it():
    """It lends a server for a transaction, and carries statements that have names; callers hear of it in time where none is free."""
    pooler = of_kind("prod", "Pooler")["titles-pooler"]["spec"]["pgbouncer"]
    assert pooler["poolMode"] == "transaction"
    assert int(pooler["parameters"]["max_prepared_statements"]) > 0
    callers_wait = settings_of("workflow").model_fields["call_timeout_seconds"].default
    assert float(pooler["parameters"]["query_wait_timeout"]) <= POOL_SHARE * callers_wait
    made = secrets_of(Keys.generate(), DATABASE, POOLER)
    places = {
        (name, key): value.rpartition("@")[2]
        for name, values in made.items()
        for key, value in values.items()
        if key.endswith("DATABASE_URL")
    }
    pooled = {each for each, place in places.items() if place == POOLER}
    assert pooled == {(service, "DATABASE_URL") for service in SERVICES}
    policies = of_kind("prod", "NetworkPolicy")
    to = {
        each: set(policies[each]["spec"]["podSelector"]["matchExpressions"][0]["values"])
        for each in ("to-pooler", "to-database")
    }
    assert to["to-pooler"] == {name for name, _ in pooled} | {"prepare"}
    assert to["to-database"] == {name for name, _ in set(places) - pooled} | AS_THE_RELAY
    for door, callers in (("pooler", "to-pooler"), ("database", "to-database")):
        [let_in, *_] = policies[door]["spec"]["ingress"]
        assert set(let_in["from"][0]["podSelector"]["matchExpressions"][0]["values"]) == to[callers]
