"""Ranking and value window functions: https://trino.io/docs/current/functions/window.html."""

from __future__ import annotations

WINDOWS = """
row_number() -> bigint | row_number()$W
rank() -> bigint | rank()$W
dense_rank() -> bigint | dense_rank()$W
percent_rank() -> double | percent_rank()$W
cume_dist() -> double | cume_dist()$W
ntile(bigint) -> bigint | ntile(CASE WHEN $1 < 1 THEN $fail(INVALID_FUNCTION_ARGUMENT: Buckets must be greater than 0)BIGINT ELSE $1 END)$W
first_value(T) -> T | first_value($1$I)$W
last_value(T) -> T | last_value($1$I)$W
nth_value(T, bigint) -> T | nth_value($1, CASE WHEN $2 < 1 THEN $fail(INVALID_FUNCTION_ARGUMENT: Offset must be at least 1)BIGINT ELSE $2 END$I)$W
lag(T) -> T | lag($1$I)$W
lag(T, bigint) -> T | lag($1, CASE WHEN $2 < 0 THEN $fail(INVALID_FUNCTION_ARGUMENT: Offset must be at least 0)BIGINT ELSE $2 END$I)$W
lag(T, bigint, T) -> T | lag($1, CASE WHEN $2 < 0 THEN $fail(INVALID_FUNCTION_ARGUMENT: Offset must be at least 0)BIGINT ELSE $2 END, $3$I)$W
lead(T) -> T | lead($1$I)$W
lead(T, bigint) -> T | lead($1, CASE WHEN $2 < 0 THEN $fail(INVALID_FUNCTION_ARGUMENT: Offset must be at least 0)BIGINT ELSE $2 END$I)$W
lead(T, bigint, T) -> T | lead($1, CASE WHEN $2 < 0 THEN $fail(INVALID_FUNCTION_ARGUMENT: Offset must be at least 0)BIGINT ELSE $2 END, $3$I)$W
"""
