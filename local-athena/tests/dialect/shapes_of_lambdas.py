"""Lambdas over columns of other queries than the one that they stand in, in subqueries, LATERAL and UNNEST.

``testLambdaCapture`` and ``testLambdaInSubqueryContext`` of
https://github.com/trinodb/trino/blob/master/testing/trino-testing/src/main/java/io/trino/testing/AbstractTestEngineOnlyQueries.java
have the first of them; the others are their kind.
"""

from tests.dialect.shapes import Shape as S  # noqa: N817

T = "(values 1, 2) t(a)"
U = "(values array[1, 2], array[2], array[]) u(b)"

SHAPES = [
    S(f"select (select transform(array[1], x -> x + t.a)) from {T} order by 1", [([2],), ([3],)]),
    S(f"select a from {T} where exists (select 1 from (values array[1], array[5]) u(b) where any_match(b, x -> x = t.a))", [(1,)]),
    S("select (select max(y) from (values 1, 5) u(y) where any_match(x, e -> e = y)) from (values array[1, 2]) t(x)", [(1,)]),
    S(f"select a, (select count(*) from {U} where any_match(b, x -> x = t.a and cardinality(filter(b, y -> y >= t.a)) > 0)) from {T} order by 1", [(1, 1), (2, 2)]),
    S("select a from (values array[1], array[3]) t(a) where exists (select 1 from (values array[1], array[5]) u(b) where b = t.a)", [([1],)]),
    S("select a, v from (values 1, 2) t(a), lateral (select transform(array[10], x -> x + t.a)) u(v) order by 1", [(1, [11]), (2, [12])]),
    S(f"select a, (select (select any_match(array[1, 2], x -> x = t.a + 1))) from {T} order by 1", [(1, True), (2, False)]),
    S("select (select reduce(t.x, t.z, (s, x) -> s + x * t.z, s -> s)) from (values (array[1, 2], 3)) t(x, z)", [(12,)]),
    S("select (select map_filter(t.m, (k, v) -> v > t.z)) from (values (map(array['a', 'b'], array[1, 5]), 3)) t(m, z)", [({"b": 5},)]),
    S("select (select array_sort(t.x, (p, q) -> if(p * t.z < q * t.z, -1, if(p = q, 0, 1)))) from (values (array[1, 3, 2], -1)) t(x, z)", [([3, 2, 1],)]),
    S(f"select a from {T} where a = any (select v from (values 1, 2, 3) u(v) where contains(filter(array[1, 2], x -> x < t.a), v - 1))", [(2,)]),
    S("select k, count(*) from (values 1, 2) t(k) group by k having exists (select 1 from (values 2) u(b) where any_match(array[k], x -> x = b))", [(2, 1)]),
    S("select a, (select count(*) from (values '2020-01-01', 'n/a') u(b) where try(cast(b as date)) > t.a) from (values date '2019-01-01') t(a)", [("2019-01-01", 1)]),
    S("""select (select any_match(array['x"."y'], x -> x || 't"."q' = t."a ""q" || 't"."q')) from (values 'x"."y', 'b') t("a ""q") order by 1""", [(False,), (True,)]),
    # UNNEST of a lambda over the columns beside it
    S(f"select a, v from {T} cross join unnest(filter(array[1, 2, 3], x -> x > t.a)) w(v) order by 1, 2", [(1, 2), (1, 3), (2, 3)]),
    S(f"select a, v from {T} left join unnest(filter(array[2], x -> x > a)) w(v) on true order by 1", [(1, 2), (2, None)]),
    S("select id, v from (values (1, 'a,b'), (2, 'c')) t(id, s), unnest(transform(split(s, ','), e -> e || cast(id as varchar))) u(v) order by v", [(1, "a1"), (1, "b1"), (2, "c2")]),
    S("select k, v from (values (map(array['x', 'y'], array[1, 5]), 3)) t(m, a) cross join unnest(map_filter(m, (k, v) -> v > a)) w(k, v)", [("y", 5)]),
    S("select v, w, o from (values (array[1, 2], 2)) t(x, a), unnest(transform(x, e -> e * a), transform(x, e -> e + a)) with ordinality u(v, w, o) order by o", [(2, 3, 1), (4, 4, 2)]),
    S(f"select a, (select count(*) from unnest(filter(array[1, 2, 3], x -> x > t.a))) from {T} order by 1", [(1, 2), (2, 1)]),
]  # fmt: skip
