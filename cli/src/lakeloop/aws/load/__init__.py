"""Raw files into the raw bucket, the raw tables over them, and stand-ins for tables of others."""
