"""What the demo's home page transfers before pictures: HTML, style sheets and scripts, uncompressed."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.builds import run

_FILE = re.compile(r'<(?:link rel="stylesheet" href|script(?: defer)? src)="([^"]+)"')


def measure(work: Path) -> int:
    """Bytes of the page and of every style sheet and script it names."""
    run("demo", "--to", str(work / "demo"))
    site = work / "demo" / "site"
    page = (site / "index.html").read_text(encoding="utf-8")
    files = _FILE.findall(page)
    if len(files) < 5:
        raise SystemExit("The home page names fewer style sheets and scripts than there are.")
    return len(page.encode()) + sum((site / file).stat().st_size for file in files)
