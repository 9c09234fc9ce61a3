"""`sam build` for this machine, in .local, shared by every stack of this checkout."""

import fcntl
import hashlib
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from local.environment import bare_environment
from local.options import LOCAL, ROOT
from local.problems import StackProblem
from local.processes import Processes

SAM = LOCAL / "sam/bin/sam"
BUILD = LOCAL / "build"
FINGERPRINT = LOCAL / "build.fingerprint"
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
        "AWS_DEFAULT_REGION": "af-south-1",
        "LAYER_PLATFORM": "host",
        "LAYER_PYTHON": sys.executable,
        "UV": os.environ.get("UV", ""),
    }
    if not environment["UV"]:
        del environment["UV"]
    for name in ("UV_CACHE_DIR", "UV_PYTHON_INSTALL_DIR", "HOME"):
        if name in os.environ:
            environment[name] = os.environ[name]
    status, part = processes.run("sam build", command, environment, folder=ROOT)
    if status:
        raise StackProblem(f"sam build failed: {sam_error(part.log)} - all it said is in {part.log}")


def sam_error(log: Path) -> str:
    """The one line of SAM's output that names the error."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("Error:", "make:")) or "E0" in line or "Error" in line]
    return (errors or lines or ["it said nothing"])[-1]


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else ""
