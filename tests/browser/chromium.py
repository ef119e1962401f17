"""Where a Chromium is on this machine.

python -m tests.browser.chromium prints it, or fails.
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import BrowserType, sync_playwright

# The headless shell is the same Chromium without its own windows, whose tabs and toolbars take
# longer to load than a page of the app.
ON_PATH = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


def find_chromium(browser_type: BrowserType) -> str | None:
    """Return what `CHROMIUM` names, or one on the PATH, or Playwright's own, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    for name in ON_PATH:
        if program := shutil.which(name):
            return program
    own = browser_type.executable_path
    return own if Path(own).exists() else None


if __name__ == "__main__":
    with sync_playwright() as playwright:
        program = find_chromium(playwright.chromium)
    sys.exit(print(program) if program else "No Chromium was found.")
