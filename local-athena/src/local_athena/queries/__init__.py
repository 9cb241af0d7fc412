"""The life of a query: submitted, run by a bounded pool, ended, remembered for a while."""
