"""Kinesis data streams in memory: shards, sequence numbers, iterators and limits as AWS has them.

Imports neither LocalStack nor moto.
"""
