"""TRY catches what its expression raises, also where a macro or a neighbour computes the same twice."""

from local_athena import dialect


def test_try_catches_in_a_macro_and_beside_its_twin():
    formats = ("%Y-%m-%d %H:%i:%s.%f", "%Y-%m-%d %H:%i:%s", "%Y-%m-%dT%H:%i:%s")
    parsed = ", ".join(f"try(date_parse(text, '{pattern}'))" for pattern in formats)
    query = f"select cast(coalesce({parsed}) as varchar) from (values '2024-01-02T03:04:05', 'no date') as t (text)"
    translation = dialect.translate(dialect.parse(query), {})
    rows = dialect.connect().execute(translation.sql).fetchall()
    assert rows == [("2024-01-02 03:04:05.000",), (None,)]
