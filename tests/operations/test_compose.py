"""The files of production hold together: no engine runs here, so they are read and compared with the code."""

import ast
import json
import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from devtools.checks import PRODUCTION
from payments.metrics import queue_names

ROOT = Path(settings.BASE_DIR)
READERS = {"str", "bool", "int", "float", "list", "db_url", "secret", "provider_url", "needed", "one_of", "some_of"}
READERS |= {"secret_key", "secret_keys_before", "paystack_key_before", "webhook_secret"}
VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)(?:(:\?|:-)([^}]*))?\}")


@cache
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@cache
def known_variables() -> set[str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return {match[1] for line in lines if (match := re.match(r"#?([A-Z0-9_]+)=", line))}


def variables_of_the_settings() -> set[str]:
    found = set()
    for name in ("settings.py", "env.py"):
        for node in ast.walk(ast.parse((ROOT / "prechi" / name).read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if called in READERS and isinstance(first, ast.Constant) and re.fullmatch(r"[A-Z0-9_]+", str(first.value)):
                found.add(str(first.value))
    return found


def test_every_variable_of_the_settings_is_explained() -> None:
    read = variables_of_the_settings()
    assert len(read) > 25
    assert read - known_variables() == set()


def test_every_variable_of_the_compose_file_is_explained() -> None:
    used = {match[1] for match in VARIABLE.finditer((ROOT / "docker-compose.yml").read_text())}
    assert used - known_variables() == set()


def commented_out() -> dict[str, str]:
    return dict(re.findall(r"^#([A-Z0-9_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_what_is_commented_out_is_the_default_of_the_compose_file() -> None:
    shown = commented_out()
    variables = VARIABLE.finditer((ROOT / "docker-compose.yml").read_text())
    defaults = {match[1]: match[3] for match in variables if match[1] in shown}
    assert len(defaults) > 25
    assert defaults == {name: shown[name] for name in defaults}


def test_what_is_commented_out_is_the_default_of_production() -> None:
    """The folders but for which: here they stand below the project, there below where the shop was started."""
    folders = {"PRECHI_LOCAL_DIR", "MEDIA_ROOT", "ORIGINALS_ROOT", "STATIC_ROOT"}
    shown = {name: value for name, value in commented_out().items() if name not in folders}
    assert production_settings(shown) == production_settings({})


def production_settings(given: dict[str, str]) -> str:
    """All but those with a function in them, which is written as another address each time."""
    unset = commented_out().keys()
    surroundings = {name: value for name, value in {**os.environ, **PRODUCTION}.items() if name not in unset}
    code = (
        "from prechi import settings\n"
        "shown = [f'{name} = {getattr(settings, name)}' for name in dir(settings) if name.isupper()]\n"
        "print('\\n'.join(line for line in shown if ' at 0x' not in line))"
    )
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=surroundings | given, capture_output=True, text=True, check=True
    ).stdout


def test_what_is_required_is_not_commented_out_in_the_example() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    required = {match[1] for match in VARIABLE.finditer(text) if match[2] == ":?"}
    offered = set(re.findall(r"^([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert required >= {"SECRET_KEY", "POSTGRES_PASSWORD", "PAYSTACK_SECRET_KEY", "METRICS_TOKEN"}
    assert required <= offered


def test_the_sandbox_environment_is_whole_and_known() -> None:
    given = dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", (ROOT / "deploy/sandbox.env").read_text(), re.MULTILINE))
    required = {m[1] for m in VARIABLE.finditer((ROOT / "docker-compose.yml").read_text()) if m[2] == ":?"}
    assert required <= given.keys() <= known_variables()


def test_every_setting_that_compose_hands_over_is_read_by_somebody() -> None:
    """A misspelt name would be silently without effect."""
    read = variables_of_the_settings() | {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"}
    assert compose()["x-shop"]["environment"].keys() <= read


def test_what_is_written_into_the_example_reaches_the_containers() -> None:
    """A line of .env that compose does not hand over would be silently without effect."""
    of_this_machine = {"PORT", "PRECHI_LOCAL_DIR", "DEBUG"}
    fixed_by_compose = {"DATABASE_URL", "DATABASE_BEHIND_POOLER", "REDIS_URL", "CELERY_BROKER_URL", "CACHE_PREFIX"}
    fixed_by_compose |= {"MEDIA_ROOT", "ORIGINALS_ROOT", "STATIC_ROOT", "BEHIND_PROXY", "SECURE_SSL_REDIRECT"}
    handed_over = {match[1] for match in VARIABLE.finditer((ROOT / "docker-compose.yml").read_text())}
    assert known_variables() - handed_over == of_this_machine | fixed_by_compose


def test_every_queue_has_a_worker_and_every_worker_a_queue() -> None:
    served = [
        name
        for service in compose()["services"].values()
        if "celery" in (words := command_of(service)) and "worker" in words
        for name in words[words.index("--queues") + 1].split(",")
    ]
    assert sorted(served) == queue_names()


def test_whoever_starts_the_workers_by_hand_reads_of_every_queue() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [name for name in queue_names() if f"`{name}`" not in readme] == []


def test_only_one_beat_hands_out_the_timetable() -> None:
    assert [name for name, service in compose()["services"].items() if "beat" in command_of(service)] == ["beat"]


def command_of(service: dict[str, Any]) -> list[str]:
    command = service.get("command", [])
    return shlex.split(command) if isinstance(command, str) else command


def test_volumes_mounts_and_dependencies_exist() -> None:
    services, volumes = compose()["services"], compose()["volumes"]
    for name, service in services.items():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in volumes, (name, mount)
        for other in service.get("depends_on", []):
            assert other in services, (name, other)
            condition = service["depends_on"][other] if isinstance(service["depends_on"], dict) else {}
            assert condition.get("condition") != "service_healthy" or "healthcheck" in services[other], (name, other)


def test_the_data_is_reached_from_inside_alone() -> None:
    published = {name: service.get("ports", []) for name, service in compose()["services"].items()}
    assert {name for name, ports in published.items() if any(not p.startswith("127.0.0.1:") for p in ports)} == {"door"}


def test_the_queue_forgets_nothing_and_the_cache_may() -> None:
    assert "noeviction" in compose()["services"]["redis-queue"]["command"]
    assert "allkeys-lru" in compose()["services"]["redis-cache"]["command"]


class TestDockerfile:
    lines = (ROOT / "Dockerfile").read_text().splitlines()

    def test_runs_as_nobody_in_particular(self) -> None:
        assert "USER prechi" in self.lines

    def test_copies_what_exists_and_every_app_that_production_installs(self) -> None:
        sources = [line.split()[1] for line in self.lines if line.startswith("COPY ") and "--from" not in line]
        assert [source for source in sources if not (ROOT / source).exists()] == []
        ours = {name for name in settings.INSTALLED_APPS if (ROOT / name).is_dir()} - {"devtools"}
        assert ours | {"prechi", "templates", "manage.py"} <= set(sources)

    def test_devtools_stay_out_of_the_image_of_production(self) -> None:
        text = "\n".join(self.lines)
        shop = text.split("AS shop", 1)[1].split("FROM shop AS sandbox", 1)[0]
        assert "devtools" not in shop
        assert self.lines[-1] == "FROM shop"

    def test_what_it_tells_the_settings_is_enough_to_build_it(self) -> None:
        told = re.search(r"^RUN (SECRET_KEY=.+?)python manage.py", "\n".join(self.lines), re.MULTILINE | re.DOTALL)
        assert told
        given = dict(part.split("=", 1) for part in shlex.split(told[1].replace("\\\n", " ")))
        elsewhere = {name: value for name, value in os.environ.items() if name not in known_variables()}
        subprocess.run(
            [sys.executable, "-c", "import prechi.settings"], cwd=ROOT, env=elsewhere | given, check=True, timeout=60
        )

    def test_the_web_server_is_started_with_the_time_outs_it_needs(self) -> None:
        script = (ROOT / "deploy/web").read_text()
        assert "--respawn-interval 15" in script
        assert "--workers-kill-timeout" in script


@pytest.mark.parametrize("path", sorted((ROOT / "deploy").rglob("*.yml")), ids=lambda path: path.name)
def test_the_other_files_are_whole(path: Path) -> None:
    assert yaml.safe_load(path.read_text())


@pytest.mark.django_db
def test_alerts_and_panels_ask_for_figures_that_exist(client: Any) -> None:
    shown = client.get("/metrics").content.decode()
    exported = set(re.findall(r"^# TYPE (\w+) ", shown, re.MULTILINE))
    exported |= {f"{name}_bucket" for name in exported}
    # Read from the result of the hourly audit, which this empty database has not had.
    exported |= {"prechi_invariant_violations", "prechi_audit_age_seconds"}
    alerts = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())
    asked = [rule["expr"] for group in alerts["groups"] for rule in group["rules"]]
    dashboard = json.loads((ROOT / "deploy/grafana/dashboards/shop.json").read_text())
    asked += [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    names = {name for expression in asked for name in re.findall(r"\b(?:prechi|django)_\w+", expression)}
    assert len(names) > 10
    assert names - exported == set()


def test_the_limits_of_the_database_are_those_of_the_settings() -> None:
    """Behind the pooler the database sets what the connection sets elsewhere."""
    sql = (ROOT / "deploy/postgres/10-limits.sql").read_text()
    by_database = dict(re.findall(r"SET (\w+) = '(\w+)'", sql))
    options = re.findall(r"-c (\w+)=(\w+)", (ROOT / "prechi/settings.py").read_text())
    assert by_database == dict(options)


def test_the_database_sorts_and_finds_text_as_the_measured_one_does() -> None:
    """Else a search for the beginning of a text, quick in every test, would read whole tables."""
    given = shlex.split(compose()["services"]["postgres"]["environment"]["POSTGRES_INITDB_ARGS"])
    source = (ROOT / "devtools/services/postgres.py").read_text()
    for option in given:
        name, value = option.split("=")
        assert f'"{name}", "{value}"' in source
    asked = set(re.findall(r'"(--(?:builtin-)?locale(?:-provider)?)"', source))
    assert {option.split("=")[0] for option in given} == asked
