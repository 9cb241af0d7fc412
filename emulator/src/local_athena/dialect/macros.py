STATEMENTS: tuple[str, ...] = ()
