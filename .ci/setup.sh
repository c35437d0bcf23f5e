#!/bin/sh
# Make .venv from the hash-pinned lock; on Debian as root, install what the machine lacks and say so.
set -eu
PYTHON="$1"
want_chromium=1
missing=""
command -v "$PYTHON" >/dev/null 2>&1 || missing="python3"
if [ -z "$missing" ]; then
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or later is needed; $PYTHON is older." >&2; exit 2; }
  "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
fi
if [ "${CLSM_WITHOUT_BROWSER:-}" = "" ]; then
  command -v chromium >/dev/null 2>&1 || want_chromium=0
  [ $want_chromium -eq 1 ] || optional="chromium fonts-dejavu-core"
fi
if [ -n "$missing" ] || [ -n "${optional:-}" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing with apt-get:${missing} ${optional:-}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || true
    # shellcheck disable=SC2086
    [ -z "$missing" ] || apt-get install -y -qq --no-install-recommends $missing >/dev/null
    # The browser suite needs it; without it, make test says so and exits 3.
    # shellcheck disable=SC2086
    [ -z "${optional:-}" ] || apt-get install -y -qq --no-install-recommends $optional >/dev/null ||
      echo "Not installed: $optional (the browser suite will not run)"
  elif [ -n "$missing" ]; then
    echo "Missing:$missing. Install with: apt-get install$missing" >&2
    exit 2
  else
    echo "Not on this machine: $optional (for the browser suite: apt-get install $optional)"
  fi
fi
if [ ! -x .venv/bin/python ]; then
  echo "Making .venv"
  "$PYTHON" -m venv .venv
fi
echo "Installing the packages of requirements.lock"
.venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
touch .venv/.ready
