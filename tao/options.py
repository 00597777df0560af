"""How a training uses the machine that it runs on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from palletjack_dr.errors import ConfigError, did_you_mean
from palletjack_dr.tao.detector import resolve_device

if TYPE_CHECKING:
    import torch

PRECISIONS = ("auto", "float32", "bfloat16")


@dataclass(frozen=True, kw_only=True)
class Options:
    """None of it belongs to the spec, and none of it changes what is trained, but for rounding.

    ``device``: a torch device, or "auto". ``precision``: "float32", "bfloat16", or "auto" (bfloat16 on a GPU).
    ``workers``: decoding threads, 0 for one a core. ``keep``: the share of the machine's memory that decoded
    pictures may take. ``gpus``: processes, one a GPU; on a CPU, so many processes.
    """

    device: str = "auto"
    precision: str = "auto"
    workers: int = 0
    keep: float = 0.3
    gpus: int = 1

    def __post_init__(self) -> None:
        """Refuse what no machine offers."""
        if self.precision not in PRECISIONS:
            hint = did_you_mean(self.precision, PRECISIONS)
            raise ConfigError(f"runner.precision: got {self.precision!r}{hint}")
        if not 0 <= self.keep < 1 or self.gpus < 1:
            raise ConfigError(f"runner: got keep={self.keep}, gpus={self.gpus}; wanted 0 <= keep < 1 and gpus >= 1")

    def resolved(self, rank: int) -> tuple[str, torch.dtype]:
        """Return the device of a process and the number format of its forward pass."""
        import torch

        device = resolve_device(self.device)
        if device == "cuda":
            device = f"cuda:{rank}"
        automatic = "bfloat16" if device.startswith("cuda") else "float32"
        chosen = automatic if self.precision == "auto" else self.precision
        return device, torch.bfloat16 if chosen == "bfloat16" else torch.float32
