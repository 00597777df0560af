"""Contracts that plugin authors reuse: subclass one, name your component, and inherit its tests.

class TestFog(RandomizerContract):
    randomizer = Fog()
"""

from palletjack_dr.testing.contracts import AnnotatorContract, RandomizerContract, WriterContract
from palletjack_dr.testing.small_scene import small_frame, small_scene

__all__ = ["AnnotatorContract", "RandomizerContract", "WriterContract", "small_frame", "small_scene"]
