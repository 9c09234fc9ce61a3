"""python -m tests.proof: writes docs/guards.md, in the environment of the tests; `--check` only compares."""

import importlib
import sys

importlib.import_module("tests.conftest")
sys.exit(importlib.import_module("tests.proof.guards_page").main())
