"""Delta Lake tables, read only, as in Athena: https://docs.aws.amazon.com/athena/latest/ug/delta-lake-tables.html

The transaction log is replayed as the protocol says; a feature that this reader does not have is refused, never ignored.
https://github.com/delta-io/delta/blob/master/PROTOCOL.md
"""
