#!/bin/sh
# Installs uv for this checkout alone, into .local/uv, with whichever Python 3 the machine has.
fail() {
    echo "make: $*" >&2
    exit 1
}

# A pyenv shim is there even where it cannot run: .python-version names a Python that pyenv may lack.
for candidate in python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "Python 3 is missing. Install it (or uv, https://docs.astral.sh/uv/) and run make again."

echo "Installing uv into .local/uv ..."
rm -rf .local/uv
"$python" -m venv .local/uv >.local/uv.log 2>&1 ||
    fail "$python cannot make a virtual environment (on Debian: apt install python3-venv). Details: .local/uv.log"
.local/uv/bin/python -m pip install --quiet --no-cache-dir --disable-pip-version-check 'uv>=0.8' >>.local/uv.log 2>&1 ||
    fail "pip could not install uv: is the package registry reachable? Details: .local/uv.log"
