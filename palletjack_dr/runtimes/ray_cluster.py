"""The Ray that a run works with: found, or started and stopped."""

from __future__ import annotations

import logging
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import ray

from palletjack_dr.errors import EngineError
from palletjack_dr.runtimes.local import cores

if TYPE_CHECKING:
    from palletjack_dr.runtimes.ray import Ray

log = logging.getLogger(__name__)
OBJECT_STORE = 256 << 20
"""Bytes of shared memory for a Ray of our own: messages are small, and Ray would take a third of the machine."""
PATIENCE = 10.0
"""Seconds that a cluster has to answer; Ray itself would try for minutes."""


@contextmanager
def connected(settings: Ray) -> Iterator[None]:
    """Be connected to the Ray of ``settings``; one that this process is connected to already is used and left as is."""
    if ray.is_initialized():
        yield
        return
    # Ray keeps its sockets there, whose paths may not be long, and would leave its logs for ever.
    with tempfile.TemporaryDirectory(
        prefix="ray_", dir=os.environ.get("RAY_TMPDIR", "/tmp"), ignore_cleanup_errors=True
    ) as folder:
        try:
            _knock(settings.address)
            context = ray.init(
                address=settings.address,
                log_to_driver=False,
                logging_level=logging.ERROR,
                **(_of_our_own(settings, folder) if settings.address == "local" else {}),
            )
        except (OSError, ValueError, RuntimeError, ray.exceptions.RayError) as error:
            reason = " ".join(str(error).split())
            raise EngineError(
                f"runtime.address={settings.address}: no Ray could be reached or started there: {reason}; look at "
                f"`ray status` on that machine, or let runtime.address=local start one here"
            ) from error
        if url := context.dashboard_url:
            log.info("Ray's dashboard is at http://%s", url)
        try:
            yield
        finally:
            ray.shutdown()


def room_for(settings: Ray) -> int:
    """Return how many workers to start. Raises ``EngineError`` where "auto" finds room for none."""
    nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    room = sum(_fit(settings, node) for node in nodes)
    if isinstance(settings.workers, int):
        if room < settings.workers:
            log.warning("Ray has room for %d of %d workers; the others wait for it", room, settings.workers)
        return settings.workers
    if not room:
        raise EngineError(
            f"a worker takes {settings.cpus_per_worker:g} CPUs and {settings.gpus_per_worker:g} GPUs, and no machine "
            f"of this Ray has them: {_told(nodes)}; lower runtime.cpus_per_worker or runtime.gpus_per_worker"
        )
    return room


def _knock(address: str) -> None:
    """Raise ``OSError`` if nothing listens at "host:port" or "ray://host:port"."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if colon and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE).close()


def _of_our_own(settings: Ray, folder: str) -> dict[str, Any]:
    asked = settings.workers * settings.cpus_per_worker if isinstance(settings.workers, int) else 0
    return {
        "num_cpus": max(cores(), int(asked + 1)),
        "include_dashboard": settings.dashboard,
        "object_store_memory": OBJECT_STORE,
        "_temp_dir": folder,
    }


def _fit(settings: Ray, node: dict[str, float]) -> int:
    wanted = {"CPU": settings.cpus_per_worker, "GPU": settings.gpus_per_worker}
    return min((int(node.get(kind, 0.0) / share) for kind, share in wanted.items() if share), default=1)


def _told(nodes: list[dict[str, float]]) -> str:
    return "; ".join(f"{node.get('CPU', 0):g} CPUs and {node.get('GPU', 0):g} GPUs" for node in nodes[:5]) or "none"
