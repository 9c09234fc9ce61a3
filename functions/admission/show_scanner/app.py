"""GET /gate and GET /gate/{file}: the scanner page, which works without a network once it was opened."""

import hashlib
import json
from functools import cache
from pathlib import Path

from tiketi.errors import Refusal
from tiketi.http import Request, Response, content, endpoint

PAGE = Path(__file__).parent / "page"
START = "index.html"
WORKER = "worker.js"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(self)",
    "Referrer-Policy": "no-referrer",
    # The worker lies below the page that it serves.
    "Service-Worker-Allowed": "../gate",
}


@endpoint
def handler(request: Request) -> Response:
    name = request.path_parameters.get("file", START)
    files = _files()
    if name not in files:
        raise Refusal("not_found")
    return content(_written(name, files[name]), TYPES[Path(name).suffix], HEADERS)


def _written(name: str, file: bytes) -> str | bytes:
    """Text as text, which an answer carries as it is; bytes are a third longer in it."""
    return file if name.endswith(".png") else file.decode()


@cache
def _files() -> dict[str, bytes]:
    """Every file of the page; the worker is told their names, and a version that changes with any of them."""
    files = {path.name: path.read_bytes() for path in sorted(PAGE.iterdir())}
    version = hashlib.sha256(b"".join(files.values())).hexdigest()[:16]
    kept = ["../gate", *(name for name in files if name not in (START, WORKER))]
    worker = files[WORKER].decode().replace("%VERSION%", version).replace("%FILES%", json.dumps(kept))
    files[WORKER] = worker.encode()
    return files
