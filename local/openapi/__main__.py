"""python -m local.openapi: writes docs/openapi.json, or with --check says whether it is what would be written."""

import argparse
import sys

from local.openapi.document import as_text
from local.openapi.schemas import Unsaid
from local.options import ROOT

REFERENCE = ROOT / "docs/openapi.json"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    check = parser.parse_args().check
    try:
        text = as_text()
    except Unsaid as problem:
        print(f"the API reference is not complete: {problem}", file=sys.stderr)
        return 1
    if not check:
        REFERENCE.write_text(text)
    elif not REFERENCE.exists() or REFERENCE.read_text() != text:
        print("docs/openapi.json is not what the code says: run make openapi", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
