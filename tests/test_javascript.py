"""The scripts' own tests, run by node: one test here for each of their files."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "js"


@pytest.mark.parametrize("file", sorted(path.name for path in FOLDER.glob("*.test.mjs")))
def test_scripts(node: str, file: str) -> None:
    command = [node, "--test", str(FOLDER / file)]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=FOLDER.parent.parent)
    assert answer.returncode == 0, answer.stdout + answer.stderr
