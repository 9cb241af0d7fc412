"""Glue's jobs and crawlers, and EMR Serverless's job runs, without AWS: jobs are processes, crawls read files.

Imports neither LocalStack nor moto; ``localstack_plugin`` joins it with both.
"""
