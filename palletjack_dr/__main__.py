"""``python -m palletjack_dr``: the same as the ``palletjack-dr`` command."""

from palletjack_dr.cli import main

if __name__ == "__main__":
    main()
