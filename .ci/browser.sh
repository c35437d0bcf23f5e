#!/bin/sh
# What the browser suite needs: Chromium and one font. Root on Debian installs them; anybody else is
# told the line, and `make test` then exits 3 after the three other suites.
set -eu
if command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing with apt-get: chromium fonts-dejavu-core"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq || true
  apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null ||
    echo "Chromium could not be installed."
else
  echo "Not on this machine: chromium. Install with: apt-get install chromium fonts-dejavu-core"
fi
