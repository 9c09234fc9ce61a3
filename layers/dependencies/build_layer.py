"""Installs a list of packages into a Lambda layer: for both Linux architectures at once, trimmed and compiled.

One artifact serves arm64 and x86_64 because CPython finds a compiled module by a name that carries the architecture.
LAYER_PLATFORM=host installs for this machine only, which is what the local stack runs (on a Mac too).
"""

import compileall
import filecmp
import os
import py_compile
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ARCHITECTURES = ("x86_64", "aarch64")
# python3.13 on Lambda is Amazon Linux 2023, glibc 2.34. uv takes older tags with it, pip wants each of them named.
GLIBC = ("2_34", "2_28", "2_17")

SERVICES = ("dynamodb", "secretsmanager", "sesv2", "sns", "sqs", "ssm", "sts")
READ_THEIR_OWN_VERSION = ("python_ulid",)
NOT_NEEDED = (
    "bin",
    "boto3/examples",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui",
    # argon2's binding needs only cffi's compiled backend, which lies beside these.
    "cffi",
    "pycparser",
)


def install(requirements: Path, target: Path, architecture: str | None) -> None:
    """Fetch the wheels of one architecture, or of this machine when it is None. Never builds from source."""
    uv = os.environ.get("UV")
    command = [uv, "pip"] if uv else [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    command += ["install", "--quiet", "--requirement", str(requirements), "--target", str(target)]
    command += ["--no-deps", "--only-binary", ":all:"]
    if uv:
        command += ["--python", sys.executable]
    if architecture:
        command += ["--python-version", "3.13"]
        platforms = [f"manylinux_{glibc}_{architecture}" for glibc in GLIBC]
        if uv:
            command += ["--python-platform", f"{architecture}-manylinux_{GLIBC[0]}"]
        else:
            command += [part for platform in platforms for part in ("--platform", platform)]
    # In the copy of the folder that `sam build` works in, the tool finds no project and no virtual environment.
    subprocess.run(command, check=True, env={k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"})


def name_by_architecture(folder: Path, architecture: str) -> None:
    """`x.abi3.so` has the same name on both architectures; CPython also finds it under the tagged one."""
    for library in folder.rglob("*.abi3.so"):
        stem = library.name.removesuffix(".abi3.so")
        library.rename(library.with_name(f"{stem}.cpython-313-{architecture}-linux-gnu.so"))


def merge(source: Path, target: Path) -> None:
    """Add the files of `source` that `target` lacks. Raises ValueError where both have one and they differ."""
    for file in source.rglob("*"):
        destination = target / file.relative_to(source)
        if file.is_dir():
            continue
        if not destination.exists():
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file, destination)
        elif not filecmp.cmp(file, destination, shallow=False):
            raise ValueError(f"{file.relative_to(source)} differs between the architectures")


def is_unused_service(folder: Path) -> bool:
    return folder.is_dir() and folder.name not in SERVICES


def trim(folder: Path) -> None:
    for name in NOT_NEEDED:
        shutil.rmtree(folder / name, ignore_errors=True)
    unused = [
        *filter(is_unused_service, folder.glob("boto*/data/*")),
        *folder.rglob("tests"),
        *folder.rglob("__pycache__"),
    ]
    for path in unused:
        shutil.rmtree(path, ignore_errors=True)
    for examples in (folder / "botocore/data").rglob("examples-1.json"):
        examples.unlink()
    for info in folder.glob("*.dist-info"):
        if info.name.split("-")[0] not in READ_THEIR_OWN_VERSION:
            shutil.rmtree(info)
            continue
        for file in [file for file in info.rglob("*") if file.is_file() and file.name != "METADATA"]:
            file.unlink()


def compile_bytecode(folder: Path) -> None:
    """Lambda's file system is read-only and unpacking changes times, so the bytecode must not depend on either."""
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    # The paths in tracebacks are those of the layer on Lambda, not of this build.
    if not compileall.compile_dir(folder, quiet=1, stripdir=folder, prependdir="/opt/python", invalidation_mode=mode):
        raise ValueError("a package does not compile")


def build(requirements: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for architecture in [None] if os.environ.get("LAYER_PLATFORM") == "host" else ARCHITECTURES:
            folder = Path(scratch) / (architecture or "host")
            install(requirements, folder, architecture)
            trim(folder)
            if architecture:
                name_by_architecture(folder, architecture)
            merge(folder, target)
    compile_bytecode(target)


if __name__ == "__main__":
    if sys.version_info[:2] != (3, 13):
        sys.exit(f"The layer is compiled by Python 3.13, as Lambda runs it; this is {sys.version.split()[0]}.")
    build(Path(sys.argv[1]), Path(sys.argv[2]))
