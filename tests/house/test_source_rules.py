"""The house rules that a machine can keep."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FUNCTION, IMPORT = (ast.FunctionDef, ast.AsyncFunctionDef), (ast.Import, ast.ImportFrom)
# Written in two halves, so that this file may be looked through as well.
FOREIGN = ["/work/" + "main", "/ro" + "ot/", "pypi" + ".org", "files.python" + "hosted", "registry." + "npmjs"]


def files_in_git() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).exists()]


@pytest.mark.parametrize("words", FOREIGN)
def test_no_file_names_this_machine_or_a_registry(words: str) -> None:
    found = [path for path in files_in_git() if words.encode() in path.read_bytes()]
    assert [str(path.relative_to(ROOT)) for path in found] == []


def test_no_source_file_is_longer_than_450_lines() -> None:
    sources = [path for path in files_in_git() if path.suffix == ".py" and "versions" not in path.parts]
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources}
    assert {name: lines for name, lines in long.items() if lines > 450} == {}


def test_imports_stand_at_the_top() -> None:
    for path in files_in_git():
        if path.suffix == ".py" and path.is_relative_to(ROOT / "src"):
            functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, FUNCTION)]
            inside = [node for function in functions for node in ast.walk(function) if isinstance(node, IMPORT)]
            assert [node.lineno for node in inside] == [], path


def test_every_floor_has_its_contract() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    kinds = {contract["type"] for contract in settings["contracts"]}
    assert kinds >= {"layers", "acyclic_siblings", "independence", "forbidden"}
    (floors,) = [contract for contract in settings["contracts"] if contract["type"] == "layers"]
    assert floors["exhaustive"]


def test_every_decision_is_in_the_index_and_the_index_holds_no_other() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = {path.name for path in folder.glob("*.md")} - {"README.md"}
    linked = set(re.findall(r"\]\(([^)]+\.md)\)", (folder / "README.md").read_text()))
    assert pages == linked
    for name in pages:
        assert (folder / name).read_text().startswith(f"# {int(name[:4])}. "), name


def test_every_migration_waits_for_no_lock_for_long() -> None:
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        assert "SET LOCAL lock_timeout = '4s'" in path.read_text(), path.name
