"""Starts and stops the local AWS: LocalStack with this package's plug-ins, as a process of the host or in Docker.

Runs under any Python from 3.10 on and imports the standard library only, because it also makes the environment in
which the emulator itself runs.
"""
