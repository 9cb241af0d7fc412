"""The one exception of the wire format."""


class MalformedRecord(ValueError):
    """A record, or a value in it, that is not as version 1 of the wire format wants it; the message names the member."""
