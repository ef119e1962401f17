"""Where a Chromium is on this machine.

python -m tests.browser.chromium prints it, or fails.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import BrowserType, sync_playwright

from benchmarks.browser import find_chromium


def find_browser(browser_type: BrowserType) -> str | None:
    """Return what `CHROMIUM` names, or one on the PATH, or Playwright's own, or None."""
    program = find_chromium()
    if program or os.environ.get("CHROMIUM"):
        return program
    own = browser_type.executable_path
    return own if Path(own).exists() else None


if __name__ == "__main__":
    with sync_playwright() as playwright:
        program = find_browser(playwright.chromium)
    sys.exit(print(program) if program else "No Chromium was found.")
