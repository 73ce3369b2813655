"""Gets a Chromium for the browser tests: the system's, else the package manager's, else Playwright's.

    python scripts/install_chromium.py              prints which one the tests will use
    python scripts/install_chromium.py --optional   ends with 0 where there is none, too
    python scripts/install_chromium.py --shell      gets the one without windows, even where there is another

Needs the standard library; Playwright's own only where playwright is installed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys

#: Chromium without the windows around it, which cost the tests a quarter of their time.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
REMEDY = "apt-get install chromium, or python -m playwright install --with-deps chromium"


def find_chromium() -> str:
    """The Chromium to test with; empty where there is none. Asks each for its version: Ubuntu's may be a stub."""
    candidates = [shutil.which(name) or "" for name in NAMES] + list(MAC) + [_playwrights_own()]
    return next((path for path in candidates if path and _runs([path, "--version"])), "")


def install_chromium() -> str:
    """Install one; returns its path, empty where no way led to one."""
    ways = [*_package_managers(), [[sys.executable, "-m", "playwright", "install", "chromium"]]]
    for commands in ways:
        print(f"Chromium: {' '.join(commands[-1])}", flush=True)
        if all(_runs(command, show=True) for command in commands) and (found := find_chromium()):
            return found
    return ""


def _package_managers() -> list[list[list[str]]]:
    """The commands of each package manager that is here and may be used without a password."""
    ways = []
    root: list[str] | None = []
    if os.name == "posix" and os.geteuid() != 0:
        root = ["sudo", "-n"] if _runs(["sudo", "-n", "true"]) else None
    if root is not None and shutil.which("apt-get"):
        apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        install = [*apt, "install", "-y", "--no-install-recommends"]
        ways += [[[*apt, "update"], [*install, SHELL]], [[*install, "chromium"]]]
    if root is not None and shutil.which("dnf"):
        ways.append([[*root, "dnf", "-q", "-y", "install", "chromium"]])
    if shutil.which("brew"):
        ways.append([["brew", "install", "--quiet", "--cask", "chromium"]])
    return ways


def _playwrights_own() -> str:
    probe = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
    )
    answer = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True)
    return answer.stdout.strip()


def _runs(command: list[str], show: bool = False) -> bool:
    """True if the command ends well. `show`: what it says on failure is shown."""
    try:
        answer = subprocess.run(command, capture_output=True, text=True, errors="replace")
    except OSError:
        return False
    if show and answer.returncode != 0:
        lines = (answer.stderr or answer.stdout).strip().splitlines()
        print(f"  no: {lines[-1] if lines else 'it failed without a word'}", flush=True)
    return answer.returncode == 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="install_chromium.py", description="Gets a Chromium for the tests.")
    parser.add_argument("--optional", action="store_true", help="end with 0 where there is none, too")
    parser.add_argument("--shell", action="store_true", help=f"get {SHELL} even where there is another one")
    options = parser.parse_args(arguments)
    found = find_chromium()
    if not found or (options.shell and not shutil.which(SHELL)):
        found = install_chromium() or found
    print(f"Chromium: {found}" if found else f"No Chromium: its tests will be skipped; type: {REMEDY}")
    return 0 if found or options.optional else 1


if __name__ == "__main__":
    sys.exit(main())
