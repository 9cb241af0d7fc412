"""The same raw data built on both engines, compared row by row."""
