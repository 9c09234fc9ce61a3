"""`sam build` for this machine, in .local, shared by every stack of this checkout."""

import fcntl
import hashlib
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from local.environment import bare_environment
from local.options import LOCAL, REGION, ROOT
from local.problems import StackProblem
from local.processes import Processes

SAM = LOCAL / "sam/bin/sam"
BUILD = LOCAL / "build"
FINGERPRINT = LOCAL / "build.fingerprint"
FOR_UV = ("UV", "UV_CACHE_DIR", "UV_PYTHON_INSTALL_DIR", "UV_DEFAULT_INDEX", "UV_INDEX", "PIP_INDEX_URL")
WORDS_OF_SAM = 400
SOURCES = ("template.yaml", "functions", "layers")


@contextmanager
def built_template(processes: Processes, state: Path) -> Generator[Path]:
    """The built template; nobody rebuilds it within the context. Raises StackProblem when the build fails."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = fingerprint(ROOT)
        if not (BUILD / "template.yaml").exists() or _read(FINGERPRINT) != wanted:
            FINGERPRINT.unlink(missing_ok=True)
            _build(processes, state)
            FINGERPRINT.write_text(wanted)
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield BUILD / "template.yaml"


def fingerprint(root: Path) -> str:
    """Changes with any file that goes into the build."""
    digest = hashlib.sha256(sys.version.encode())
    files = [file for source in SOURCES for file in [root / source, *sorted((root / source).rglob("*"))]]
    for file in files:
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _build(processes: Processes, state: Path) -> None:
    command = [SAM, "build", "--parallel", "--cached", "--cache-dir", LOCAL / "build-cache", "--build-dir", BUILD]
    command += ["--template-file", ROOT / "template.yaml"]
    environment = bare_environment(state) | {
        "SAM_CLI_TELEMETRY": "0",
        # SAM would keep its own state in the user's home.
        "__SAM_CLI_APP_DIR": str(LOCAL / "aws-sam"),
        "AWS_DEFAULT_REGION": REGION,
        "LAYER_PLATFORM": "host",
        "LAYER_PYTHON": sys.executable,
    }
    # The layer's packages come the way all packages come here: the same uv, its cache, the user's package registry.
    environment |= {name: os.environ[name] for name in ("HOME", *FOR_UV) if os.environ.get(name)}
    status, part = processes.run("sam build", command, environment, folder=ROOT)
    if status:
        raise StackProblem(f"sam build failed: {sam_error(part.log)} - all it said is in {part.log}")


def sam_error(log: Path) -> str:
    """SAM's own words for what is wrong, in one line."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    starts = [number for number, line in enumerate(lines) if line.startswith("Error:")]
    words = lines[starts[-1] :] if starts else lines[-1:]
    return " ".join(words)[:WORDS_OF_SAM] or "it said nothing"


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else ""
