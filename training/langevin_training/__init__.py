"""Trains score networks for Langevin: python -m langevin_training train --help."""
