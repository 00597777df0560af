from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from palletjack_dr import Distribution, Edit, Edits, Randomizer, Rng, Scene, drawn
from palletjack_dr.distributions import distribution
from palletjack_dr.draws import draw_edits
from palletjack_dr.errors import ConfigError
from palletjack_dr.randomness import stream
from palletjack_dr.sampling import Sobol, sampler
from palletjack_dr.testing import small_scene


@dataclass(frozen=True, kw_only=True)
class Two(Randomizer):
    """Draws two numbers for the world."""

    a: Distribution = drawn([0.0, 1.0])
    b: Distribution = drawn([0.0, 1.0])

    def sample(self, rng: Rng, scene: Scene) -> Edits:
        """Draw."""
        yield Edit("world", "environment.fog_density", self.a.draw(rng))
        yield Edit("world", "environment.exposure", self.b.draw(rng))


def points(joint: bool, count: int, **fields: object) -> np.ndarray:
    randomizers = {"x": Two(**fields), "y": Two()}  # type: ignore[arg-type]
    scene, source = small_scene(), Sobol(randomizers, 7) if joint else None
    frames = [draw_edits(randomizers, scene, seed=7, frame=i, attempt=0, joint=source) for i in range(count)]
    return np.array([[e.value for e in edits] for edits in frames])


def test_joint_points_fill_every_cell_of_every_pair_of_fields() -> None:
    """64 Sobol points put one into each of 8 x 8 cells of nearly every projection; chance leaves a third empty."""
    spread, chance = points(True, 64), points(False, 64)
    for i in range(4):
        for j in range(i):
            cells = {tuple(cell) for cell in np.floor(spread[:, [i, j]] * 8).astype(int)}
            assert len(cells) >= 48
    assert len({tuple(c) for c in np.floor(chance[:, :2] * 8).astype(int)}) < 48


def test_a_joint_point_can_be_asked_for_in_any_order() -> None:
    randomizers = {"x": Two()}
    assert Sobol(randomizers, 1).point(37) == Sobol(randomizers, 1).point(37)
    assert Sobol(randomizers, 1).point(37) != Sobol(randomizers, 2).point(37)


def test_fields_of_one_rank_rise_together_and_its_mirror_falls() -> None:
    with_rank = points(False, 40, a={"uniform": [0, 1], "rank": "dusk"}, b={"log_uniform": [0.1, 1], "rank": "-dusk"})
    assert np.corrcoef(np.argsort(np.argsort(with_rank[:, 0])), np.argsort(np.argsort(with_rank[:, 1])))[0, 1] < -0.999
    assert abs(np.corrcoef(with_rank[:, 0], with_rank[:, 2])[0, 1]) < 0.5


@pytest.mark.parametrize(
    "spec",
    [
        [2.0, 5.0],
        {"log_uniform": [0.1, 10.0]},
        {"normal": [3.0, 2.0], "clip": [0.0, 6.0]},
        {"choice": [1.0, 2.0, 4.0], "weights": [0.2, 0.5, 0.3]},
    ],
)
def test_quantiles_rise_and_reach_both_ends(spec: object) -> None:
    made = distribution(spec)
    values = [made.at(u) for u in np.linspace(0, 1, 101)]
    assert values == sorted(values)
    low, high = made.support()
    assert values[0] == pytest.approx(low)
    assert values[-1] == pytest.approx(high)


def test_draws_follow_the_distribution_that_is_named() -> None:
    rng = stream(0, 0, 0, "it")
    uniform = [distribution([2.0, 4.0]).draw(rng) for _ in range(4000)]
    assert np.mean(uniform) == pytest.approx(3.0, abs=0.05)
    normal = [distribution({"normal": [5.0, 2.0]}).draw(rng) for _ in range(4000)]
    assert (np.mean(normal), np.std(normal)) == (pytest.approx(5.0, abs=0.15), pytest.approx(2.0, abs=0.1))
    whole = [distribution([1, 3], whole=True).draw(rng) for _ in range(3000)]
    assert np.bincount(whole).tolist()[1:] == pytest.approx([1000] * 3, abs=120)
    choice = [distribution({"choice": ["a", "b"], "weights": [1, 3]}).draw(rng) for _ in range(4000)]
    assert choice.count("b") == pytest.approx(3000, abs=120)


def test_an_unknown_sampler_is_refused() -> None:
    with pytest.raises(ConfigError, match="did you mean 'sobol'"):
        sampler("sobl", {}, 0)
