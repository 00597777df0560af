"""The training module: from datasets to a detector, through NVIDIA TAO or locally, by the same specs."""
