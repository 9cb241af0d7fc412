"""AWS Lambda's zip functions as processes of this machine: no Docker, no LocalStack.

AWS's own runtime client (``awslambdaric``) runs the function in the function's own Python; this package serves it the
Lambda Runtime API, gives it the folders, the environment variables and the limits that Lambda would, and reports on it as
Lambda does. What differs from AWS stands in ``emulator/README.md``.
"""
