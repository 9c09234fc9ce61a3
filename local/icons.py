"""Draws the scanner's icons in the sizes that phones ask for, from the one drawing there is. Needs Chromium."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

PAGE = Path(__file__).parents[1] / "functions/admission/show_scanner/page"
SIZES = {"icon-192.png": 192, "icon-512.png": 512, "apple-touch-icon.png": 180}
"""Android takes the first two, iOS the third."""


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, size in SIZES.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{_drawing()}")
            page.screenshot(path=PAGE / name)
        browser.close()


def _drawing() -> str:
    return (PAGE / "icon.svg").read_text()


if __name__ == "__main__":
    main()
