"""The container files state what an operator relies on; building and running them is told in docs/container.md."""

import fnmatch
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from rectify_api.foundation.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
REFERENCE = re.compile(r"(?<!\$)\$(?:\{(\w+)(?:(:?[-?+])([^}]*))?\}|(\w+))")
SERVICE_KEYS = {
    *("build", "image", "command", "entrypoint", "init", "environment", "depends_on", "healthcheck"),
    *("restart", "stop_grace_period", "networks", "ports", "volumes", "tmpfs", "shm_size"),
    *("read_only", "cap_drop", "security_opt"),
}
HEALTHCHECK_KEYS = {"disable", "interval", "retries", "start_interval", "start_period", "test", "timeout"}
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
DURATION = re.compile(r"(\d+(us|ms|s|m|h))+")
OURS = ("api", "migrate", "worker")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose["services"]
    return found


@pytest.fixture(scope="module")
def stages() -> list[list[tuple[str, str]]]:
    """The Dockerfile's instructions, stage by stage; what stands before the first FROM is stage 0."""
    lines = [
        line for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines() if not line.lstrip().startswith("#")
    ]
    found: list[list[tuple[str, str]]] = [[]]
    for line in re.sub(r"\\\n\s*", " ", "\n".join(lines)).splitlines():
        if line.strip():
            word, _, rest = line.partition(" ")
            if word == "FROM":
                found.append([])
            found[-1].append((word, rest.strip()))
    return found


def last(stage: list[tuple[str, str]], word: str) -> str:
    return [rest for found, rest in stage if found == word][-1]


def test_the_compose_file_has_only_words_of_the_specification(compose: dict[str, Any]) -> None:
    assert {key for key in compose if not key.startswith("x-")} <= {"name", "services", "networks", "volumes"}
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]*", compose["name"])
    for name, service in compose["services"].items():
        assert re.fullmatch(r"[a-zA-Z0-9._-]+", name)
        assert set(service) <= SERVICE_KEYS, name
        assert "image" in service or "build" in service, name
        assert re.fullmatch(r"no|always|unless-stopped|on-failure(:\d+)?", service["restart"]), name
        check = service.get("healthcheck", {})
        assert set(check) <= HEALTHCHECK_KEYS, name
        assert all(DURATION.fullmatch(check[key]) for key in ("interval", "timeout", "start_period") if key in check)
        assert "test" not in check or check["test"][0] in {"CMD", "CMD-SHELL", "NONE"}, name
        assert DURATION.fullmatch(service.get("stop_grace_period", "10s")), name
        assert all(isinstance(value, str) for value in service.get("environment", {}).values()), name


def test_what_a_service_names_is_there(compose: dict[str, Any], services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        assert set(service.get("networks", [])) <= set(compose["networks"]), name
        assert {volume.partition(":")[0] for volume in service.get("volumes", [])} <= set(compose["volumes"]), name
        for other, how in service.get("depends_on", {}).items():
            assert how["condition"] in CONDITIONS
            if how["condition"] == "service_healthy":
                assert "test" in services[other]["healthcheck"], f"{name} waits for {other}, which has no health check"
            if how["condition"] == "service_completed_successfully":
                assert services[other]["restart"] in {"no", "on-failure:5"}, f"{name} waits for {other}'s end"


def test_no_service_waits_for_itself(services: dict[str, dict[str, Any]]) -> None:
    done: set[str] = set()
    while ready := {name for name, of in services.items() if set(of.get("depends_on", {})) <= done} - done:
        done |= ready
    assert done == set(services)


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    found = [(match[1] or match[4], match[2], match[3]) for match in REFERENCE.finditer(text)]
    assert {"POSTGRES_PASSWORD", "S3_ACCESS_KEY", "S3_SECRET_KEY", "RECTIFY_ADMIN_KEY"} <= {name for name, *_ in found}
    for name, how, _ in found:
        assert how == ":?" or name == "RECTIFY_PUBLISHED_PORT", f"${{{name}}} may be left out"


def test_no_secret_is_written_into_the_files(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        for key, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|_KEY", key):
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), f"{name}: {key}"
    assert not re.search(
        r"(?im)^\s*(ENV|ARG)\b.*(password|secret|token|_key)", (ROOT / "Dockerfile").read_text("utf-8")
    )


def test_the_guide_names_every_variable_that_must_be_set() -> None:
    guide = (ROOT / "docs/container.md").read_text("utf-8")
    for match in REFERENCE.finditer((ROOT / "docker-compose.yml").read_text("utf-8")):
        assert match[1] in guide, match[1]


def test_database_and_evidence_store_are_reached_by_nobody_outside(
    compose: dict[str, Any], services: dict[str, dict[str, Any]]
) -> None:
    assert compose["networks"]["inside"] == {"internal": True}
    for name, service in services.items():
        if name != "api":
            assert "ports" not in service, name
            assert service["networks"] == ["inside"], name


def test_the_schema_is_brought_up_once_before_api_and_worker(services: dict[str, dict[str, Any]]) -> None:
    assert services["migrate"]["command"] == ["rectify-api", "migrate"]
    assert services["migrate"]["restart"] == "no"
    for name in ("api", "worker"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert "--no-worker" in services["api"]["command"]
    assert services["worker"]["command"] == ["rectify-api", "work"]


def test_the_services_of_ours_have_no_rights_and_settings_that_exist(services: dict[str, dict[str, Any]]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in OURS:
        service = services[name]
        assert service["read_only"] is True
        assert service["init"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert {key for key in service["environment"] if key.startswith(PREFIX)} <= known


def test_the_database_is_kept_where_postgresql_18_keeps_it(services: dict[str, dict[str, Any]]) -> None:
    assert services["postgres"]["image"] == "postgres:18"
    assert services["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]


def test_the_image_runs_as_a_user_who_is_not_root(stages: list[list[tuple[str, str]]]) -> None:
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", last(stages[-1], "USER"))


def test_the_image_checks_itself_with_what_it_has(stages: list[list[tuple[str, str]]]) -> None:
    command = json.loads(last(stages[-1], "HEALTHCHECK").partition(" CMD ")[2])
    assert command[:2] == ["python3", "-c"]
    compile(command[2], "HEALTHCHECK", "exec")
    assert "/healthz" in command[2]


def test_the_service_itself_gets_the_signals(stages: list[list[tuple[str, str]]]) -> None:
    assert json.loads(last(stages[-1], "CMD")) == ["rectify-api", "serve", "--host", "0.0.0.0"]
    assert last(stages[-1], "EXPOSE") == "8000"
    assert not [rest for word, rest in stages[-1] if word == "ENTRYPOINT"]


def test_any_python_image_can_be_the_base(stages: list[list[tuple[str, str]]]) -> None:
    assert re.fullmatch(r"BASE=python:3\.\d+-slim", last(stages[0], "ARG"))
    assert [stage[0][1].partition(" ")[0] for stage in stages[1:]] == ["${BASE}", "${BASE}"]


def test_the_build_sees_everything_it_copies_and_nothing_else(stages: list[list[tuple[str, str]]]) -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if not line.startswith("#")]
    shown = {rule[1:] for rule in rules if rule.startswith("!")}
    copied = {name for word, rest in stages[1] if word == "COPY" for name in rest.split()[:-1]}
    assert rules[0] == "*"
    assert copied == shown
    assert not any(fnmatch.fnmatch(secret, name) for secret in (".env", ".git", ".venv") for name in shown)


def test_no_image_is_pinned_to_a_registry_or_left_unpinned(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        image, _, tag = service["image"].rpartition(":")
        assert tag not in ("", "latest"), name
        assert "." not in image.partition("/")[0] or "/" not in image, name
