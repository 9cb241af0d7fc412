"""A deterministic generator of a retail business's raw feeds."""
