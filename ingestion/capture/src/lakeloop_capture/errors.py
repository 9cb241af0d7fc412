"""Errors that end the process with one message, by whether another try may help."""


class CaptureFailed(Exception):
    """The capture stopped at something that may pass: the database is away, the stream refuses. Exit code 1: try again."""


class CaptureRefused(Exception):
    """The capture cannot go on before somebody acts; the message says how. Exit code 2: do not try again."""
