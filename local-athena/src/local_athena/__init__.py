"""Athena on a laptop."""

import os

# Read by DuckDB's allocator when it is loaded. It would keep the address space of memory that it gives back, and a process
# that ever had a large query could take no more under a limit (``local_athena.memory``). A second later is soon enough: given
# back at once, memory is cleared by the kernel for every operator anew, which doubled the time of TPC-H.
os.environ.setdefault("DUCKDB_JE_MALLOC_CONF", "retain:false,dirty_decay_ms:1000,muzzy_decay_ms:0")
