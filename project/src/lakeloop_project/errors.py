"""The exception for errors that the user can mend."""


class UserError(Exception):
    """A message for the user: the failure, the place that was looked at, the way out; shown without a traceback."""
