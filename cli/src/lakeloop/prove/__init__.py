"""``just prove``: the whole way into an account and out of it again, in an environment made for it."""
