"""From a line of text to the values of a row, as each SerDe cuts and reads it."""
