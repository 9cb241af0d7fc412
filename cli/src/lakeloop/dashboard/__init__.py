"""``just dashboard``: the figures and alarms of an environment, as one page that opens without a network."""
