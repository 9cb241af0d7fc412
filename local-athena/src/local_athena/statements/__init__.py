"""The execution of statements: one file for each family."""
