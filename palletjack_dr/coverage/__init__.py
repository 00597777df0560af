"""Coverage: the user says which outcomes a dataset must hold, and each frame is steered to the one that it is for."""
