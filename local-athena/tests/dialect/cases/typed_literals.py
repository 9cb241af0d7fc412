"""Literals of a type and a text, which Trino's analyser reads: no TRY helps where the text is none of the type's values.

https://trino.io/docs/current/language/types.html
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/sql/analyzer/ExpressionAnalyzer.java
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

CASES = [
    C("date '24-1-9'", "0024-01-09", "date"),
    C("cast('\x0b\t24-1-9\x1f\n' as date)", "0024-01-09", "date", "util/DateTimeUtils.java: Java's white space"),
    C("cast(x as date) from (values ' +0024-11-9\t') t(x)", "0024-11-09", "date"),
    C("integer '-00012'", -12, "integer"),
    C("boolean 'F'", False, "boolean"),
    C("real '-Infinity'", float("-inf"), "real"),
    C("interval - '5 06' day to hour", "-5 06:00:00.000", "interval day to second"),
    # numbers with underscores and in other bases, since Trino 420
    C("25_000_000_000", 25_000_000_000, "bigint"),
    C("1_9.2_5 + .7_5", 20.0, "double"),
    C("0xBEe7", 48871, "integer"),
    C("0X_7fff_ffff_f", 34359738367, "bigint"),
    C("0o7_1 + 0b1_01", 62, "integer"),
    C("array[7, 8][0b10]", 8, "integer"),
    C("decimal '0_4_1.9_0'", "41.90", "decimal(4,2)", "core/trino-spi/src/test/java/io/trino/spi/type/TestDecimals.java"),
    C("\"7_1\" from (values 5) t(\"7_1\")", 5, "integer"),
    # a type written behind its parameter
    C("cast(array[array['ab']] as varchar(1) array array)", [["a"]], "array(array(varchar(1)))"),
    C("cast(null as map<date, integer> array array)", None, "array(array(map(date, integer)))"),
    C("double '-0x2.8p2'", -10.0, "double", "java.lang.Double.parseDouble"),
]  # fmt: skip

REFUSED = [
    *(
        R(f"{kind} '{text}'", "INVALID_LITERAL", f"line 1:8: '{text}' is not a valid {kind.upper()} literal")
        for kind, text in (
            ("date", "2023-04-31"), ("date", "2023-4-001"), ("date", "- 2023-04-01"), ("date", "5881580-08-01"),
            ("decimal", "_7"), ("decimal", "7_"), ("decimal", "7__1"), ("decimal", "7_.5"), ("double", "0x2"),
            ("tinyint", "128"), ("smallint", "-40000"), ("integer", "2147483648"), ("bigint", "9223372036854775808"),
            ("integer", "--3"), ("integer", " 3"), ("integer", "3.0"), ("boolean", "yes"), ("real", "1,5"), ("double", "0x10"),
            ("uuid", "6b5f5b65-67e4-43b0-8ee3"), ("ipaddress", "10.0.0.256"), ("json", ""), ("json", "[1] 2"),
            ("timestamp", "2023-13-01"), ("timestamp", "74001-02-03 04:05:06 UTC"), ("timestamp", "-74001-02-03 04:05:06.7 +01:00"), ("time", "24:00:00"), ("decimal", "1.2.3"),
        )
    ),
    *(
        R(number, "SYNTAX_ERROR", "must not start with a digit")
        for number in ("7__1", "7_1x", "7_1e3", "0b12", "0o78")
    ),
    R("0xFFFF_FFFF_FFFF_FFFF", "SYNTAX_ERROR", "Invalid numeric literal"),
    R("try(date '2023-02-30')", "INVALID_LITERAL"),
    R("if(false, integer 'x', 1)", "INVALID_LITERAL"),
    R("date '2023-04-01' - interval '5' minute", "INVALID_FUNCTION_ARGUMENT", "Cannot subtract hour, minutes or seconds from a date"),
    R("x - interval '5' minute from (values date '2023-04-01') t(x)", "INVALID_FUNCTION_ARGUMENT", "Cannot subtract hour, minutes or seconds from a date"),
]  # fmt: skip
