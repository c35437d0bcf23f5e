#!/bin/sh
# Make .venv from the hash-pinned lock; on Debian as root, install what the machine lacks and say so.
set -eu
PYTHON="$1"
missing=""
command -v "$PYTHON" >/dev/null 2>&1 || missing="python3"
if [ -z "$missing" ]; then
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or later is needed; $PYTHON is older." >&2; exit 2; }
fi
if [ -n "$missing" ] || ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
  missing="$missing python3-venv"
fi
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing with apt-get:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || true
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $missing >/dev/null
  else
    echo "Missing: $missing. Install with: apt-get install $missing" >&2
    exit 2
  fi
fi
if [ ! -x .venv/bin/python ]; then
  echo "Making .venv"
  "$PYTHON" -m venv .venv
fi
echo "Installing the packages of requirements.lock (a minute or two the first time)"
.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
touch .venv/.ready
