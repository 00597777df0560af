#!/usr/bin/env bash
# Isaac Sim from pip, in a virtual environment, and this package in it. Linux, glibc 2.35 or newer, Python of the release.
# usage: OMNI_KIT_ACCEPT_EULA=YES pip.sh [VERSION] [FOLDER]     VERSION 5.1.0 wants Python 3.11, 6.0.1.0 wants 3.12
# NVIDIA_INDEX is the address of NVIDIA's package index, which Isaac Sim's installation page gives; 5.x is also on PyPI.
set -eu
version=${1:-5.1.0}
folder=${2:-isaac-venv}
here=$(cd "$(dirname "$0")" && pwd)
if [ "${OMNI_KIT_ACCEPT_EULA:-}" != YES ]; then
    echo "read NVIDIA's Omniverse licence agreement, then set OMNI_KIT_ACCEPT_EULA=YES; a batch job would wait for it" >&2
    exit 2
fi
case $version in 6.*) python=python3.12 ;; *) python=python3.11 ;; esac
"$python" -m venv "$folder"
"$folder/bin/python" -m pip install "isaacsim[all,extscache]==$version" ${NVIDIA_INDEX:+--extra-index-url "$NVIDIA_INDEX"}
"$here/install.sh" "$folder/bin/python"
echo "now: OMNI_KIT_ACCEPT_EULA=YES $folder/bin/palletjack-dr selftest engine=replicator"
