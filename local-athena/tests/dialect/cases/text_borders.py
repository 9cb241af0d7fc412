"""Text functions at the ends of their ranges, and ``format``'s pattern, read as Java reads it."""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

FORMATTER = "https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Formatter.html"

CASES = [
    C("trim(u&'\\2003' || 'mid' || u&'\\2009\\3000')", "mid", "varchar"),
    C("length(ltrim(u&'\\00a0\\2007\\202fx'))", 4, "bigint", "spaces that forbid a line break stay"),
    C("luhn_check('')", False, "boolean"),
    C("split_part('', '', 1)", None, "varchar(0)"),
    C("split_part('', '-', 1)", "", "varchar(0)"),
    C("substr('word', 9223372036854775807)", "", "varchar(4)"),
    C("substr('word', x) from (values -9223372036854775807) t(x)", "", "varchar(4)"),
    C("soundex('Washington')", "W252", "varchar(4)"),
    C("soundex('Robertß')", "R163", "varchar(4)", "letters after the fourth sign are not looked at"),
    C("codepoint(cast('z' as char(1)))", 122, "integer"),
    # An argument that is NULL in a row
    C("substr(x, 2, n) from (values ('word', cast(null as bigint))) t(x, n)", None, "varchar(4)"),
    C("substr(x, -2, n) from (values ('word', cast(null as bigint))) t(x, n)", None, "varchar(4)"),
    C("substr(x, 1, n) from (values (x'0102', cast(null as bigint))) t(x, n)", None, "varbinary"),
    C("split(x, ',', 2) from (values cast(null as varchar)) t(x)", None, "array(varchar)"),
    C("split('a,b', d, 2) from (values cast(null as varchar)) t(d)", None, "array(varchar(3))"),
    C("split('a,b', ',', n) from (values cast(null as bigint)) t(n)", None, "array(varchar(3))"),
    C("json_array_contains('[1]', n) from (values cast(null as bigint)) t(n)", None, "boolean"),
    C("concat_ws(d, 'a', x, 'b') from (values ('; ', cast(null as varchar))) t(d, x)", "a; b", "varchar"),
    C("concat_ws(d, array[x]) from (values ('; ', cast(null as varchar))) t(d, x)", "", "varchar"),
    C("concat_ws(d, 'a') from (values cast(null as varchar)) t(d)", None, "varchar"),
    # A char with a varchar that has a length is a char of both lengths; three arguments of concat are a varchar
    C("cast('x' as varchar(3)) || cast('y' as char(2))", "x  y ", "char(5)"),
    C("cast('x' as char(2)) || 'y' || cast('z' as char(2))", "x yz ", "char(5)"),
    C("concat(cast('x' as char(2)), cast('y' as char(2)), cast('z' as char(2)))", "x y z ", "varchar"),
    C("cast('x' as char(2)) || cast('y' as varchar)", "x y", "varchar"),
    C("cast('x' as char(2)) || cast(null as varchar(1))", None, "char(3)"),
    # Literals
    C("u&'50!!!20ac' uescape '!'", "50!€", "varchar(4)"),
    C("u&'a\\\\b' uescape '!'", "a\\\\b", "varchar(4)"),
    # java.net.URI: a name of one part may be a number, a last part of several may not; an address has bytes
    C("url_extract_host('http://42/x')", "42", "varchar(11)"),
    C("url_extract_host('http://site.42/x')", "", "varchar(16)"),
    C("url_extract_host('http://300.1.1.1/x')", "", "varchar(18)"),
    C("url_extract_port('http://site.org:4294967296/')", None, "bigint"),
    # format
    C("format('%.2f|%.1b', cast(null as double), true)", "nu|t", "varchar", "Java cuts NULL too", source=FORMATTER),
    C("format('%s-%<s-%s', 'a', 'b')", "a-a-b", "varchar"),
    C("format('%s', decimal '0.00000025')", "2.5E-7", "varchar"),
    C("format('%s', time '01:02:03+04:00')", "01:02:03+04:00", "varchar"),
    C("format('%1$tT %1$tr', time '16:02:03')", "16:02:03 04:02:03 PM", "varchar"),
    C("format('%tL %1$tN', timestamp '2031-05-06 01:02:03.045')", "045 045000000", "varchar"),
]  # fmt: skip

REFUSED = [
    R("luhn_check('٣')", "INVALID_FUNCTION_ARGUMENT"),
    R("soundex('Béla')", "INVALID_FUNCTION_ARGUMENT", "not mapped: É"),
    R("split('a', '', 2)", "INVALID_FUNCTION_ARGUMENT", "may not be the empty string"),
    R("split('a', ',', 2147483648)", "INVALID_FUNCTION_ARGUMENT", "Limit is too large"),
    R("split_to_map('k=1;k=2', ';', '=')", "INVALID_FUNCTION_ARGUMENT", "Duplicate keys (k) are not allowed"),
    R("lpad('a', 2147483648, 'x')", "INVALID_FUNCTION_ARGUMENT"),
    R("chr(4294967296)", "INVALID_FUNCTION_ARGUMENT", "Not a valid Unicode code point"),
    R("codepoint('zz')", "FUNCTION_NOT_FOUND", "Expected: codepoint(varchar(1))"),
    R("codepoint(cast('z' as varchar))", "FUNCTION_NOT_FOUND"),
    R("levenshtein_distance(rpad('', 2000, 'a'), rpad('', 2000, 'b'))", "INVALID_FUNCTION_ARGUMENT", "too large"),
    R("x'abc'", "SYNTAX_ERROR", "even number of digits"),
    R("u&'\\d83d'", "SYNTAX_ERROR"),
    R("u&'\\20'", "SYNTAX_ERROR"),
    R("'a' 'b'", "SYNTAX_ERROR"),
    R("concat_ws(',')", "INVALID_FUNCTION_ARGUMENT", "two or more"),
    R("format(7, 'a')", "TYPE_MISMATCH"),
    R("format('plain')", "SYNTAX_ERROR"),
    R("format('%<s', 'a')", "INVALID_FUNCTION_ARGUMENT"),
    R("format('%05s', 'a')", "INVALID_FUNCTION_ARGUMENT"),
    R("format('%-d', 1)", "INVALID_FUNCTION_ARGUMENT"),
    R("format('%.2d', 1)", "INVALID_FUNCTION_ARGUMENT"),
    R("format('%,x', 1)", "INVALID_FUNCTION_ARGUMENT"),
    R("format('%tH', date '2031-05-06')", "INVALID_FUNCTION_ARGUMENT"),
    R("format('%tY', time '01:02:03')", "INVALID_FUNCTION_ARGUMENT"),
    R("format('%a', 1e0)", "NOT_SUPPORTED"),
]  # fmt: skip
