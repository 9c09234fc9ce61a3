#!/bin/sh
# sync.sh ENVIRONMENT [OPTIONS OF uv sync]: installs what uv.lock says into ENVIRONMENT. UV names uv.
environment=$1
shift

if ! "$UV" python find 3.13 >/dev/null 2>&1; then
    echo "Fetching Python 3.13 ..."
    if ! "$UV" python install --quiet 3.13; then
        echo "make: Python 3.13 is neither installed nor downloadable. Install it (pyenv install 3.13, brew install" \
            "python@3.13, apt install python3.13) and run make again." >&2
        exit 1
    fi
fi

echo "Installing packages into $environment ..."
UV_PROJECT_ENVIRONMENT=$environment "$UV" sync --locked --quiet "$@" || {
    echo "make: the packages of $environment could not be installed; uv says why above." >&2
    exit 1
}
touch "$environment/.synced"
