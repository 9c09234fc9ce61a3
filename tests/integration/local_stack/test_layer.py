"""How the dependencies layer is put together; that it works on Lambda is seen by every end-to-end test."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).parents[3] / "layers/dependencies/build_layer.py"


@pytest.fixture(scope="module")
def build_layer() -> Any:
    spec = importlib.util.spec_from_file_location("build_layer", SOURCE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write(file: Path, text: str = "") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def names(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_both_architectures_lie_side_by_side(build_layer: Any, tmp_path: Path) -> None:
    layer = tmp_path / "layer"
    for architecture in ("x86_64", "aarch64"):
        folder = tmp_path / architecture
        write(folder / "bind/_ffi.abi3.so", architecture)
        write(folder / f"core/core.cpython-313-{architecture}-linux-gnu.so", architecture)
        write(folder / "core/__init__.py", "same = 1\n")
        build_layer.name_by_architecture(folder, architecture)
        build_layer.merge(folder, layer)
    assert names(layer) == {
        "bind/_ffi.cpython-313-x86_64-linux-gnu.so",
        "bind/_ffi.cpython-313-aarch64-linux-gnu.so",
        "core/core.cpython-313-x86_64-linux-gnu.so",
        "core/core.cpython-313-aarch64-linux-gnu.so",
        "core/__init__.py",
    }


def test_code_that_differs_between_the_architectures_is_not_merged_in_silence(build_layer: Any, tmp_path: Path) -> None:
    write(tmp_path / "one/a.py", "1")
    write(tmp_path / "two/a.py", "2")
    build_layer.merge(tmp_path / "one", tmp_path / "layer")
    with pytest.raises(ValueError, match=r"a\.py differs between the architectures"):
        build_layer.merge(tmp_path / "two", tmp_path / "layer")


def test_only_the_services_in_use_are_kept(build_layer: Any, tmp_path: Path) -> None:
    for service in ("dynamodb", "ec2"):
        write(tmp_path / f"botocore/data/{service}/2012/service-2.json.gz")
        write(tmp_path / f"boto3/data/{service}/2012/resources-1.json")
    write(tmp_path / "botocore/data/endpoints.json")
    write(tmp_path / "python_ulid-4.dist-info/METADATA")
    write(tmp_path / "python_ulid-4.dist-info/RECORD")
    write(tmp_path / "requests-2.dist-info/METADATA")
    build_layer.trim(tmp_path)
    assert names(tmp_path) == {
        "botocore/data/dynamodb/2012/service-2.json.gz",
        "boto3/data/dynamodb/2012/resources-1.json",
        "botocore/data/endpoints.json",
        "python_ulid-4.dist-info/METADATA",
    }


def test_bytecode_is_used_whatever_the_time_of_its_source(build_layer: Any, tmp_path: Path) -> None:
    source = write(tmp_path / "module.py", "answer = 42\n")
    build_layer.compile_bytecode(tmp_path)
    flags = (source.parent / "__pycache__/module.cpython-313.pyc").read_bytes()[4:8]
    hash_based, checked = flags[0] & 1, flags[0] & 2
    assert (hash_based, checked) == (1, 0)
