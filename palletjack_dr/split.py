"""Splits: which frames train, which validate, which test, decided by hash and so the same on every worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from palletjack_dr.errors import ConfigError

BY = ("frame", "asset")


@dataclass(frozen=True, kw_only=True)
class Split:
    """Shares of the frames by split name, summing to 1.

    With ``by="asset"`` every target model belongs to one split too, and is hidden in the frames of the others:
    a detector is then validated on models that it has never seen.
    """

    shares: Mapping[str, float]
    by: str
    seed: int

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        if not self.shares or min(self.shares.values()) <= 0 or abs(sum(self.shares.values()) - 1) > 1e-6:
            raise ConfigError(f"split: got {dict(self.shares)}, wanted shares above 0 that sum to 1, e.g. train=0.8")
        if self.by not in BY:
            raise ConfigError(f"split_by: got {self.by!r}, wanted one of {', '.join(BY)}")

    def of(self, frame: int) -> str:
        """Return the split of a frame."""
        place = self._hash(f"frame {frame}")
        for name, share in self.shares.items():
            place -= share
            if place < 0:
                return name
        return list(self.shares)[-1]

    def of_assets(self, names: Iterable[str]) -> dict[str, str]:
        """Return the split of every asset: in hashed order, each split getting its share and at least one."""
        order = sorted(set(names), key=lambda name: (self._hash(f"asset {name}"), name))
        if len(order) < len(self.shares):
            raise ConfigError(
                f"split_by=asset: {len(order)} target models cannot fill {len(self.shares)} splits; "
                f"add models or take split_by=frame"
            )
        counts = dict.fromkeys(self.shares, 1)
        for _ in range(len(order) - len(counts)):  # the next model goes where most is missing
            counts[max(counts, key=lambda split: self.shares[split] * len(order) - counts[split])] += 1
        splits = [split for split, count in counts.items() for _ in range(count)]
        return dict(zip(order, splits, strict=True))

    def _hash(self, text: str) -> float:
        digest = blake2b(f"split {self.seed} {text}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64
