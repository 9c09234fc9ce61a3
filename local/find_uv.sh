#!/bin/sh
# Prints the uv to use: the one on PATH when it is new enough for uv.lock, else the place of this checkout's own.
own=.local/uv/bin/uv
version=$(uv --version 2>/dev/null | cut -d' ' -f2)
major=${version%%.*}
minor=$(echo "$version" | cut -d. -f2)
if [ "${major:-0}" -gt 0 ] 2>/dev/null || [ "${minor:-0}" -ge 8 ] 2>/dev/null; then
    command -v uv
else
    echo "$PWD/$own"
fi
