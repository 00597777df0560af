"""All frames of a run in actors of a Ray cluster, or of a Ray of this machine that lives as long as the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from palletjack_dr.distributions import setting
from palletjack_dr.errors import ConfigError, EngineError
from palletjack_dr.runtimes.workers import ManyWorkers

if TYPE_CHECKING:
    from palletjack_dr.run import Run
    from palletjack_dr.runtimes.ray_workers import Actors

SHARE, SEND = "share", "send"
"""Who writes a frame's files: its worker, into a folder that all machines share, or the main process."""


@dataclass(frozen=True, kw_only=True)
class Ray(ManyWorkers):
    """Make frames in ``workers`` actors of Ray; "auto" is as many as have room in the cluster.

    ``address`` is Ray's: "local" starts a Ray of this machine for this run and stops it after (with its dashboard if
    ``dashboard``), "auto" joins the one that runs here, "host:port" or "ray://host:port" another. Each worker
    takes ``cpus_per_worker`` and ``gpus_per_worker``, which may be a share of one. With ``files`` "share", workers
    write into the dataset folder, which must be the same on all machines; with "send" they send the files to the
    main process. ``recycle_after``, ``max_growth_mb``, ``stuck_after`` and ``max_failed`` are those of ``local``.
    """

    address: str = "local"
    cpus_per_worker: float = setting(2.0, low=0.0)
    gpus_per_worker: float = setting(0.0, low=0.0)
    files: str = SHARE
    dashboard: bool = False

    def __post_init__(self) -> None:
        """Refuse what Ray would refuse later."""
        super().__post_init__()
        if not self.address:
            raise ConfigError("address: got nothing, wanted local, auto, host:port or ray://host:port")
        if self.files not in (SHARE, SEND):
            raise ConfigError(f"files: got {self.files!r}, wanted {SHARE} or {SEND}")
        if self.gpus_per_worker > 1 and self.gpus_per_worker % 1:
            raise ConfigError(f"gpus_per_worker: got {self.gpus_per_worker:g}, wanted a share of one GPU or whole GPUs")

    @contextmanager
    def crew(self, run: Run) -> Iterator[Actors]:
        """Connect to Ray, start the workers, and wait for the first that is ready."""
        try:
            import ray  # noqa: F401
        except ImportError as error:
            raise EngineError(
                f"runtime=ray needs Ray, which cannot be imported ({error}): pip install 'palletjack-dr[ray]'"
            ) from None
        from palletjack_dr.runtimes.ray_cluster import connected, room_for
        from palletjack_dr.runtimes.ray_workers import Actors

        with connected(self):
            workers = Actors(self, run, room_for(self))
            try:
                workers.start()
                yield workers
            finally:
                workers.end()
