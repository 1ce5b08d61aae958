"""The house rules that no library checks: where things may stand, how they are named, how large they grow.

Import directions are import-linter's (pyproject.toml).
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddConstraintNotValid, RemoveIndexConcurrently
from django.db import migrations as ops
from django.db.migrations.loader import MigrationLoader
from django.template import engines

from core.concurrently import AddIndexConcurrently

ROOT = Path(__file__).resolve().parent.parent
APPS = ["accounts", "adminpanel", "catalog", "core", "mailing", "orders", "payments", "prechi"]
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "managers.py", "selectors.py"}
MOST_LINES = 400
ONE_FILE_BY_DESIGN = {"prechi/settings.py"}
# Rewrites of a table, or locks that stop its readers: fine on the empty tables of an app's first migrations only.
REWRITES = (ops.AlterField, ops.RenameField, ops.RenameModel, ops.AddIndex, ops.AddConstraint)


def tracked(*patterns: str) -> list[Path]:
    """Files under version control, for a work tree holds much else. Falls back to the disk where there is no git."""
    found = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    if found.returncode == 0:
        return [path for name in found.stdout.split("\0") if name and (path := ROOT / name).exists()]
    return [path for pattern in patterns for path in ROOT.rglob(pattern) if not {".venv", ".local"} & {*path.parts}]


def python_files() -> list[Path]:
    return [path for path in tracked("*.py") if "migrations" not in path.parts]


def app_files() -> list[Path]:
    return [path for path in python_files() if path.relative_to(ROOT).parts[0] in APPS]


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path)))


def test_the_files_are_found() -> None:
    assert len(app_files()) > 50


def test_files_are_named_for_their_rule() -> None:
    wrong = [relative(path) for path in python_files() if path.name in FORBIDDEN_NAMES]
    wrong += [
        relative(path)
        for path in python_files()
        if path.name == "services.py" and path.relative_to(ROOT).parts[0] != "devtools"
    ]
    assert wrong == []


def test_files_stay_short() -> None:
    lines = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    long = {name: count for name, count in lines.items() if count > MOST_LINES and name not in ONE_FILE_BY_DESIGN}
    assert long == {}


def test_nothing_is_imported_by_its_name_as_text() -> None:
    """A name in a string hides an import from the contracts. The settings need some."""
    wrong = []
    for path in app_files():
        if path.name in {"settings.py", "celery.py"}:
            continue
        for node in nodes(path):
            name = getattr(node, "attr", None) or getattr(node, "id", None) or getattr(node, "name", None)
            if name in {"import_string", "import_module", "__import__"}:
                wrong.append(f"{relative(path)}:{getattr(node, 'lineno', '?')}")
    assert wrong == []


def test_the_status_of_an_order_changes_in_its_lifecycle_alone() -> None:
    """Neither `order.status = …` nor `….update(status=…)` on orders, nor their payment and quote facts elsewhere."""
    wrong = []
    for path in [*tracked("orders/*.py"), *tracked("payments/*.py"), *tracked("adminpanel/*.py")]:
        if "migrations" in path.parts or relative(path) == "orders/lifecycle.py":
            continue
        wrong += [f"{relative(path)}:{line}" for line in status_writes(path)]
    assert wrong == []


def status_writes(path: Path) -> Iterator[int]:
    fields = {"status", "payment_status", "quote_status"}
    for node in nodes(path):
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else targets
        if any(isinstance(target, ast.Attribute) and target.attr in fields for target in targets):
            yield node.lineno  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            yield from [keyword.value.lineno for keyword in node.keywords if keyword.arg in fields]


def test_a_write_of_a_status_is_seen(tmp_path: Path) -> None:
    """The check above can fail."""
    source = "order.status = 'paid'\nOrder.objects.filter(pk=1).update(payment_status='paid')\nstatus = order.status\n"
    (tmp_path / "x.py").write_text(source)
    assert list(status_writes(tmp_path / "x.py")) == [1, 2]


def test_others_speak_of_shortages_but_do_not_move_stock() -> None:
    """The imports that pyproject.toml lets through use the words of catalog.stock, none of its functions that write."""
    movers = {
        "orders/proof.py",
        "orders/reservations.py",
        "adminpanel/stock_admin.py",
        "catalog/sheets/applying.py",
        "catalog/stock.py",
    }
    used = {
        (relative(path), name)
        for path in app_files()
        if relative(path) not in movers
        for name in names_taken_from_stock(path)
    }
    assert {(path, name) for path, name in used if name not in {"OutOfStock", "Shortage", "shortages"}} == set()


def names_taken_from_stock(path: Path) -> set[str]:
    tree = list(nodes(path))
    imports = [node for node in tree if isinstance(node, ast.ImportFrom)]
    names = {alias.name for node in imports if node.module == "catalog.stock" for alias in node.names}
    if any(alias.name == "stock" for node in imports if node.module == "catalog" for alias in node.names):
        attributes = [node for node in tree if isinstance(node, ast.Attribute)]
        names |= {node.attr for node in attributes if isinstance(node.value, ast.Name) and node.value.id == "stock"}
    return names


@pytest.mark.parametrize("suffix", ["html", "txt", "xml"])
def test_every_template_compiles(suffix: str) -> None:
    engine = engines["django"]
    folders = [ROOT / "templates", *(ROOT / app / "templates" for app in APPS)]
    found = [path for folder in folders for path in folder.rglob(f"*.{suffix}")]
    assert found or suffix != "html"
    for path in found:
        engine.from_string(path.read_text(encoding="utf-8"))


def test_no_template_turns_escaping_off_in_html() -> None:
    """`safe` and `autoescape off` are for texts of mails; what a customer wrote would run in a browser otherwise."""
    pages = [path for path in tracked("*.html") if path.relative_to(ROOT).parts[0] != "devtools"]
    wrong = [relative(path) for path in pages if re.search(r"\|\s*safe\b|autoescape off", path.read_text())]
    assert wrong == []


def test_migrations_run_beside_the_running_shop() -> None:
    """After an app's first migration: no rewrite of a table, and indexes are made concurrently, with patience."""
    loader = MigrationLoader(None)
    wrong = []
    for (label, name), migration in loader.disk_migrations.items():
        config = apps.get_app_config(label)
        if ROOT not in Path(config.path).parents or ".venv" in config.path or migration.initial:
            continue
        if name.startswith("0001"):
            continue
        for operation in migration.operations:
            concurrent = isinstance(operation, AddIndexConcurrently | AddConstraintNotValid | RemoveIndexConcurrently)
            if isinstance(operation, REWRITES) and not concurrent:
                wrong.append(f"{label}.{name}: {operation.describe()}")
    assert wrong == []


def test_the_project_stands_alone() -> None:
    """No path of a machine that it was written on, and nothing left open."""
    words = re.compile(r"/work/|/root/|\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    kinds = ["*.py", "*.md", "*.html", "*.txt", "*.toml", "*.yml", "*.yaml", "*.conf", "*.css", "*.js", "Makefile"]
    wrong = []
    for path in tracked(*kinds):
        if path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if words.search(line):
                wrong.append(f"{relative(path)}:{number}: {line.strip()[:80]}")
    assert wrong == []
