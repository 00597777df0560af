"""Where a training runs: in TAO's container, through its launcher, or here."""
