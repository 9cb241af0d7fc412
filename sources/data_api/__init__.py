"""The synthetic data API: rows for the shop's database, raw files, changes at a rate, on loopback."""
