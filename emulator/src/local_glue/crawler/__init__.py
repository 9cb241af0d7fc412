"""Glue's crawlers: objects are listed, classified, grouped into tables and partitions, and registered by the crawler's policies."""
