"""The loop on AWS and on its emulator: apply, load, invoke, query, compare."""
