"""The recipe of the damage detector: drawn damage, ageing, training, export and the measured set."""
