"""The exception for errors that the user can mend."""


class UserError(Exception):
    """What failed, where it looked, what to do: shown as it is, without a traceback."""
