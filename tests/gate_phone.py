"""A phone with the scanner page on it, as whoever stands at the gate uses it."""

import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, ViewportSize, expect

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
]  # fmt: skip
PHONE: ViewportSize = {"width": 390, "height": 844}
_CAMERA = (1280, 720)


def launch(playwright: Playwright, film: Path | None = None) -> Browser:
    """A browser whose camera sees the film, over and over."""
    seen = [f"--use-file-for-fake-video-capture={film}"] if film else []
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *seen])


def new_phone(browser: Browser) -> BrowserContext:
    return browser.new_context(viewport=PHONE, locale="en-KE", permissions=["camera"])


def film(code: bytes, folder: Path) -> Path:
    """A QR code, which is a picture, on a grey wall."""
    wall = Image.new("RGB", _CAMERA, "#9a9a9a")
    with Image.open(io.BytesIO(code)) as picture:
        side = min(picture.width, _CAMERA[1] - 100)
        shown = picture.convert("RGB").resize((side, side))
    wall.paste(shown, ((_CAMERA[0] - side) // 2, (_CAMERA[1] - side) // 2))
    frame = io.BytesIO()
    wall.save(frame, "JPEG", quality=90)
    path = folder / "camera.mjpeg"
    path.write_bytes(frame.getvalue() * 3)
    return path


def open_link(phone: BrowserContext, link: str, gate: str) -> Page:
    """As somebody who was invited does."""
    page = phone.new_page()
    page.goto(link)
    page.get_by_label("A name that the organizer knows").fill(gate)
    page.get_by_role("button", name="Start scanning").click()
    return page


def ready(page: Page, tickets: int = 0) -> Page:
    """Waits until the page says that it could go where there is no network."""
    expect(page.locator("#net-words")).to_have_text(f"Online · {tickets} tickets known")
    return page


def scan(page: Page, text: str) -> None:
    """As if the camera had seen it."""
    page.evaluate("text => window.dispatchEvent(new CustomEvent('scan', { detail: text }))", text)


def type_code(page: Page, code: str) -> None:
    page.get_by_label("No QR code?").fill(code)
    page.get_by_role("button", name="Check").click()


def verdict(page: Page, word: str, why: str) -> None:
    expect(page.locator("#result-verdict")).to_have_text(word)
    expect(page.locator("#result-why")).to_have_text(why)


def dismiss(page: Page) -> None:
    page.locator("#result").click()
    expect(page.locator("#result")).to_be_hidden()
