"""Regular expressions where RE2, Python and Java part: empty matches, line ends, properties, replacements."""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

CASES = [
    # an empty match may follow another match
    C("regexp_replace('abc', 'b*', '-')", "-a--c-", "varchar(7)"),
    C("regexp_extract_all('abc', 'b*')", ["", "b", "", ""], "array(varchar(3))"),
    C("regexp_replace('ab', 'x*', '-')", "-a-b-", "varchar(5)"),
    C("regexp_replace('abc', '\\b', '|')", "|abc|", "varchar(7)"),
    C("regexp_replace('abc', '$', '<')", "abc<", "varchar(7)"),
    C("regexp_split('abc', '')", ["", "a", "b", "c", ""], "array(varchar(3))"),
    C("regexp_count('ab', 'x*')", 3, "bigint"),
    # a dollar sign matches before a line break at the end
    C("regexp_like('line1' || chr(10), 'line1$')", True, "boolean"),
    C("regexp_like('line1' || chr(10) || 'line2', 'line1$')", False, "boolean"),
    C("regexp_like('line1' || chr(10) || 'line2', '(?m)line1$')", True, "boolean"),
    C("regexp_extract('line1' || chr(10), '\\w+$')", "line1", "varchar"),
    C("regexp_replace(x, '\\d$', 'N') from (values 'line1' || chr(10)) t(x)", "lineN\n", "varchar"),
    C("regexp_replace(x, '\\d$', 'N') from (values 'line1') t(x)", "lineN", "varchar(17)"),
    C("regexp_like('a$b', 'a[$]b')", True, "boolean"),
    C("regexp_replace(regexp_replace(regexp_replace('abc ', ' $', ''), '^a', ''), 'c$', '')", "b", "varchar(4)"),
    # flags and escapes
    C("regexp_like('line1' || chr(10) || 'line2', '(?s)1.l')", True, "boolean"),
    C("regexp_like('line1' || chr(10) || 'line2', '1.l')", False, "boolean"),
    C("regexp_like('ab', '(?x) a b ')", True, "boolean"),
    C("regexp_like('ab', 'a(?#comment)b')", True, "boolean"),
    C("regexp_like('a', '\\u0061')", True, "boolean"),
    C("regexp_like('a+b', '\\Qa+b\\E')", True, "boolean"),
    C("regexp_count('a+b', '\\Q+\\E')", 1, "bigint"),
    C("regexp_like('É', '(?i)é')", True, "boolean"),
    # properties, in a class and beside it
    C("regexp_count('éa1', '\\p{L}')", 2, "bigint"),
    C("regexp_count('éa1', '[\\p{L}\\d]')", 3, "bigint"),
    C("regexp_count('aÉ', '\\p{Lu}')", 1, "bigint"),
    C("regexp_count('aÉ', '\\P{Lu}')", 1, "bigint"),
    C("regexp_split('a!b?c', '\\p{Punct}')", ["a", "b", "c"], "array(varchar(5))"),
    C("regexp_split('a1b', '[^[:alpha:]]')", ["a", "b"], "array(varchar(3))"),
    C("regexp_count('éa1', '[[:digit:]]')", 1, "bigint"),
    C("regexp_replace('héllo wörld', '\\p{L}+', x -> 'w')", "w w", "varchar"),
    C("regexp_like('é', '^\\p{L}+$')", True, "boolean"),
    # classes are Unicode's, as Joni has them
    C("regexp_like('é', '^\\w$')", True, "boolean"),
    C("regexp_extract_all('naïve café', '\\w+')", ["naïve", "café"], "array(varchar(10))"),
    C("regexp_replace('élan vital', '\\b(\\w)', x -> upper(x[1]))", "Élan Vital", "varchar"),
    C("regexp_replace(x, '\\W', '-') from (values 'é!', 'e!') t(x) limit 1", "é-", "varchar(5)"),
    C("regexp_count('٣3', '\\d')", 2, "bigint"),
    C("regexp_like('Éa', '^\\p{Upper}\\p{Lower}$')", True, "boolean"),
    C("regexp_like('Éa', '^[[:upper:]][[:lower:]]$')", True, "boolean"),
    C("regexp_like('a\u00a0b', 'a\\sb')", True, "boolean"),
    C("regexp_like('Привет', '^\\p{Cyrillic}+$')", True, "boolean"),
    C("regexp_like('a', '^\\p{Alphabetic}$')", True, "boolean"),
    # unions and intersections of classes
    C("regexp_like('b', '^[a-c&&[b]]$')", True, "boolean"),
    C("regexp_like('a', '^[a-c&&[b]]$')", False, "boolean"),
    C("regexp_extract('xacy', '[a[bc]]+')", "ac", "varchar(4)"),
    C("regexp_extract_all('a1e2', '[a-z&&[^aeiou]]|\\d')", ["1", "2"], "array(varchar(4))"),
    C("regexp_like('a|b', '^[a||b]+$')", True, "boolean"),
    # look-around, possessive and atomic groups
    C("regexp_extract('foo123bar', '(?<=foo)\\d+')", "123", "varchar(9)"),
    C("regexp_extract('2024-01', '\\d{4}(?!-02)')", "2024", "varchar(7)"),
    C("regexp_like('aaa', 'a*+a')", False, "boolean"),
    C("regexp_like('foo', '(?>fo)o')", True, "boolean"),
    # replacements
    C("regexp_replace('abc', '(b)', '$12')", "ab2c", "varchar(19)"),
    C("regexp_replace('abc', 'b', x) from (values '[$0]') t(x)", "a[b]c", "varchar(27)"),
    C("regexp_replace('x', 'x', 'a\\nb')", "anb", "varchar(9)"),
    C("regexp_replace('abc', '(z)?b', x -> coalesce(x[1], 'nul'))", "anulc", "varchar"),
    C("regexp_replace('abc', '(z)?b', x -> x[1])", None, "varchar", "one replacement that is NULL makes all of it NULL"),
    C("regexp_replace('abc', 'b', x -> cast(null as varchar))", None, "varchar"),
    C("regexp_replace('abc', 'z', x -> cast(null as varchar))", "abc", "varchar"),
    C("regexp_replace('aba', 'b', '<$07>')", "a<b7>a", "varchar(31)"),
    C("regexp_replace('aba', '(b)', '<$07>')", "a<b7>a", "varchar(31)"),
    C("regexp_replace('aba', '(b)', '<$01>')", "a<b>a", "varchar(31)"),
    C("regexp_replace('aba', 'b', x) from (values '<$07>') t(x)", "a<b7>a", "varchar(31)"),
    C("regexp_replace('abc', '(b)', x -> cast(cardinality(x) as varchar))", "a1c", "varchar"),
    C("regexp_replace('camelCaseString', '([A-Z])', '_$1')", "camel_Case_String", "varchar(367)"),
    # positions
    C("regexp_position('abc', '', 4)", -1, "integer"),
    C("regexp_position('aéb', 'b')", 3, "integer"),
    C("regexp_position('', 'a')", -1, "integer"),
    C("regexp_position('abc', null)", None, "integer"),
    # NULL
    C("regexp_like(null, null)", None, "boolean"),
    C("regexp_extract('a', null)", None, "varchar(1)"),
    C("regexp_replace('a', null, 'b')", None, "varchar(3)"),
    C("regexp_split('a', null)", None, "array(varchar(1))"),
    C("regexp_count('a', null)", None, "bigint"),
    C("regexp_extract_all(null, 'a')", None, "array(varchar)"),
    C("regexp_extract('abc', '(b)(x)?', 2)", None, "varchar(3)"),
    C("regexp_extract_all('1a 2b', '(\\d+)([a-z]+)', x) from (values 2) t(x)", ["a", "b"], "array(varchar(5))"),
]  # fmt: skip

REFUSED = [
    R("regexp_replace('abc', 'b', '$')", "INVALID_FUNCTION_ARGUMENT"),
    R("regexp_replace('abc', 'b', '$x')", "INVALID_FUNCTION_ARGUMENT"),
    R("regexp_replace('abc', 'b', x) from (values 'a$') t(x)", "INVALID_FUNCTION_ARGUMENT"),
    R("regexp_extract('abc', 'b', -1)", "INVALID_FUNCTION_ARGUMENT"),
    R("regexp_extract_all('abc', '(b)', 3)", "INVALID_FUNCTION_ARGUMENT"),
    R("regexp_like('a', '[')", "INVALID_FUNCTION_ARGUMENT"),
]  # fmt: skip
