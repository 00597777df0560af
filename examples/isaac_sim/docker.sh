#!/usr/bin/env bash
# Run palletjack-dr in Isaac Sim's container, headless. Results land in ./data (DATA=... for another folder).
# usage: ACCEPT_EULA=Y docker.sh generate engine=replicator experiment=isaac_seed_none output_dir=/data/none
#   IMAGE  palletjack-dr:isaac-5.1.0 (see Dockerfile)      GPUS  all, or e.g. device=0
#   DATA   ./data      CACHE  ./isaac-cache      ASSETS  a local mirror of Isaac Sim's assets, mounted at /assets
#   AS_ROOT=1          run as root in the container: 6.0's user is 1234, who must be able to write into DATA
set -eu
image=${IMAGE:-palletjack-dr:isaac-5.1.0}
data=$(realpath -m "${DATA:-data}")
cache=$(realpath -m "${CACHE:-isaac-cache}")
if [ "${ACCEPT_EULA:-}" != Y ]; then
    echo "read NVIDIA's Omniverse licence agreement, then set ACCEPT_EULA=Y" >&2
    exit 2
fi

mkdir -p "$data" "$cache"/{cache,computecache,ov-data,logs,config}
chmod a+rwx "$data" "$cache" "$cache"/*

options=(
    --rm --gpus "${GPUS:-all}" --network host
    -e ACCEPT_EULA=Y -e OMNI_KIT_ACCEPT_EULA=YES -e PRIVACY_CONSENT="${PRIVACY_CONSENT:-N}"
    -e PALLETJACK_DR_CACHE=/data/.cache
    -v "$data:/data" -w /data
    # Shaders and assets are compiled and fetched once, not at every start.
    -v "$cache/cache:/isaac-sim/.cache"
    -v "$cache/computecache:/isaac-sim/.nv/ComputeCache"
    -v "$cache/ov-data:/isaac-sim/.local/share/ov/data"
    -v "$cache/logs:/isaac-sim/.nvidia-omniverse/logs"
    -v "$cache/config:/isaac-sim/.nvidia-omniverse/config"
    --entrypoint /opt/palletjack-dr/examples/isaac_sim/in_container.sh
)
[ -z "${AS_ROOT:-}" ] || options+=(-u 0:0)
own=()
if [ -n "${ASSETS:-}" ]; then
    options+=(-v "$(realpath "$ASSETS"):/assets:ro")
    own+=(engine.assets_root=/assets)
fi
exec docker run "${options[@]}" "$image" "$@" "${own[@]}"
