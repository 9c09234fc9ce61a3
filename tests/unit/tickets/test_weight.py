"""What draws tickets is heavy, and only the functions that draw carry it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.unit.conftest import ROOT, TEMPLATE
from tests.unit.test_template import Loader

DRAWING = {"segno", "fpdf", "PIL", "fontTools"}
RESOURCES = yaml.load(TEMPLATE.read_text(), Loader)["Resources"]
LAYERS = {
    each["Properties"]["CodeUri"]: [layer["!Ref"] for layer in each["Properties"].get("Layers", [])]
    for each in RESOURCES.values()
    if each["Type"] == "AWS::Serverless::Function"
}


def imported(code_uri: str) -> set[str]:
    """The packages in memory once a function has been loaded, in a process of its own."""
    program = (
        "import importlib.util, sys, tests.conftest\n"
        f"spec = importlib.util.spec_from_file_location('app', '{ROOT / code_uri / 'app.py'}')\n"
        "spec.loader.exec_module(importlib.util.module_from_spec(spec))\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    return set(result.stdout.splitlines()[-1].split())


def reached(code_uri: str) -> set[Path]:
    """The files of the layer that a function imports, read from their source: a process for each would take minutes."""
    found: set[Path] = set()
    waiting = [ROOT / code_uri / "app.py"]
    while waiting:
        for node in ast.walk(ast.parse(waiting.pop().read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tiketi"):
                modules = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
                files = {ROOT / "layers/tiketi" / f"{module.replace('.', '/')}.py" for module in modules}
                new = {file for file in files if file.is_file()} - found
                found |= new
                waiting += new
    return found


def drawing_modules(code_uri: str) -> set[Path]:
    """Those that import a package of the layer of documents."""
    imports = tuple(f"{word} {name}" for name in DRAWING for word in ("import", "from"))
    return {
        file for file in reached(code_uri) if any(line.startswith(imports) for line in file.read_text().split("\n"))
    }


@pytest.mark.parametrize("code_uri", [uri for uri, layers in LAYERS.items() if "DocumentsLayer" in layers])
def test_a_function_with_the_layer_of_documents_draws(code_uri: str) -> None:
    assert drawing_modules(code_uri)


@pytest.mark.parametrize("code_uri", [uri for uri, layers in LAYERS.items() if "DocumentsLayer" not in layers])
def test_a_function_without_it_reaches_nothing_that_draws(code_uri: str) -> None:
    assert not drawing_modules(code_uri)


def test_buying_a_ticket_loads_neither_drawing_nor_the_keys_of_tickets() -> None:
    assert not imported("functions/sales/buy_ticket") & DRAWING
    assert not {file.name for file in reached("functions/sales/buy_ticket")} & {"token.py", "keys.py", "pdf.py"}
