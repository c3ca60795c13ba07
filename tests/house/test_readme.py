"""The README's commands are run as they stand, in order, and print what it says; `…` stands for anything."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", README, re.S)


def commands(block: str) -> list[tuple[str, str]]:
    """Each command with the output that stands below it."""
    found = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.M)
    assert found, block
    return found


def test_the_two_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for command, _ in commands(BLOCKS[0]):
        assert f"\n{command.removeprefix('make ')}: " in makefile


def test_serve_prints_what_the_readme_shows(served: Any) -> None:
    printed = (served.data_dir / "served.log").read_text()
    shown = commands(BLOCKS[0])[0][1].replace("127.0.0.1:8000", served.url.removeprefix("http://"))
    assert re.match(as_pattern(shown), printed)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the README's tour uses curl, which is not on this machine")
def test_the_tour_prints_what_the_readme_shows(served: Any, tmp_path: Path) -> None:
    # One shell for all blocks, as a reader would have; a line of its own marks the end of each output.
    steps = [step for block in BLOCKS[1:] for step in commands(block)]
    script = "".join(f"{command} 2>&1\nprintf '\\n<<<end>>>\\n'\n" for command, _ in steps)
    script = script.replace("http://127.0.0.1:8000", served.url).replace("issues.json", f"{tmp_path}/issues.json")
    for name in ("figures.json", "timetable.json", "statistics.json"):
        script = script.replace(name, f"{tmp_path}/{name}")
    environment = {**os.environ, "RECTIFY_DATA_DIR": str(served.data_dir)}
    done = subprocess.run(["bash"], input=script, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    outputs = done.stdout.split("\n<<<end>>>\n")
    for (command, shown), printed in zip(steps, outputs, strict=False):
        assert re.fullmatch(as_pattern(shown), printed.strip("\n") + "\n" if shown else printed), (command, printed)


def as_pattern(shown: str) -> str:
    return "(?s:.*)".join(re.escape(part) for part in shown.split("…"))
