"""Event source mappings of streams: records of each shard in order, batch after batch, until the function has taken them.

https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html and its neighbours
"""
