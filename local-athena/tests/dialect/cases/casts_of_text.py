"""Which types text is cast to and from, and with which length: https://trino.io/docs/current/functions/conversion.html.

Types have Trino's names in queries, and Hive's (``float``, ``string``) in DDL alone:
https://docs.aws.amazon.com/athena/latest/ug/data-types.html
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

UUID = "uuid '6ba7b810-9dad-11d1-80b4-00c04fd430c8'"

CASES = [
    C("cast('hé' as varbinary)", b"h\xc3\xa9", "varbinary"),
    C("try_cast(x as varbinary) from (values 'z') t(x)", b"z", "varbinary"),
    C(f"cast({UUID} as varchar)", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "varchar"),
    C("cast(cast('go' as char(4)) as varchar(3))", "go ", "varchar(3)"),
    C("cast(cast('go' as char(4)) as char(2))", "go", "char(2)"),
    C("date(cast('2031-05-06' as char(12)))", "2031-05-06", "date", "an argument of a function becomes a varchar"),
    C("cast(7 as varchar(1))", "7", "varchar(1)"),
    C(
        "string || float || t.text from (values ('a', 'b', 'c')) t(string, float, text)",
        "abc",
        "varchar",
        "they are names like any other",
    ),
    C(
        "cast(row(7, 'x') as row(long bigint, datetime varchar))",
        (7, "x"),
        "row(long bigint, datetime varchar)",
    ),
    C("cast('x' as \"varchar\"(3))", "x", "varchar(3)"),
    C("cast(json '\"word\"' as varchar(4))", "word", "varchar(4)"),
    C('cast(json \'["a", "bc"]\' as array(varchar(2)))', ["a", "bc"], "array(varchar(2))"),
    C("cast(' 2.5 ' as real)", 2.5, "real", "java.lang.Float takes blanks around a number, java.lang.Integer none"),
]

REFUSED = [
    # Char is cast to and from text only
    R("cast(cast('7' as char(2)) as integer)", "TYPE_MISMATCH", "Cannot cast char(2) to integer"),
    R("cast(cast('7' as char(1)) as double)", "TYPE_MISMATCH"),
    R("cast(cast('7.5' as char(3)) as decimal(3, 1))", "TYPE_MISMATCH"),
    R("cast(cast('true' as char(4)) as boolean)", "TYPE_MISMATCH"),
    R("cast(cast('2031-05-06' as char(10)) as date)", "TYPE_MISMATCH"),
    R("cast(cast('2031-05-06 01:02:03' as char(19)) as timestamp)", "TYPE_MISMATCH"),
    R("cast(cast('ab' as char(2)) as varbinary)", "TYPE_MISMATCH"),
    R("try_cast(cast('7' as char(1)) as integer)", "TYPE_MISMATCH"),
    R("cast(7 as char(2))", "TYPE_MISMATCH", "Cannot cast integer to char(2)"),
    R("cast(true as char(4))", "TYPE_MISMATCH"),
    R("cast(date '2031-05-06' as char(10))", "TYPE_MISMATCH"),
    R("cast(decimal '1.5' as char(3))", "TYPE_MISMATCH"),
    # An unbounded varchar only
    R(f"cast({UUID} as varchar(36))", "TYPE_MISMATCH"),
    R("cast(ipaddress '10.1.2.3' as varchar(15))", "TYPE_MISMATCH"),
    # Names of types that only DDL or other engines have
    *(
        R(f"cast(x as {name}) from (values 7) t(x)", "TYPE_MISMATCH", f"Unknown type: {name}")
        for name in ("float", "string", "FLOAT", "text", "long", "int64", "numeric", "numeric(5, 2)", "dec", "bool", "datetime", "timestamptz", "binary", "blob", "number")
    ),
    R("try_cast('7' as float)", "TYPE_MISMATCH", "Unknown type: float"),
    R("cast(array[7] as array(float))", "TYPE_MISMATCH", "Unknown type: array(float)"),
    R("cast(row(7) as row(x string))", "TYPE_MISMATCH", "Unknown type: row(x string)"),
    R("float '7'", "TYPE_NOT_FOUND", "Unknown type: float"),
    # Parameters where there are none
    *(
        R(f"cast('7' as {name})", "TYPE_MISMATCH", f"Unknown type: {name}")
        for name in ("bigint(5)", "real(24)", "boolean(1)", "varbinary(3)", "decimal(5, 2, 1)", "varchar(x)", "varchar(2147483648)")
    ),
    *(
        R(f"{name} '{text}'", "SYNTAX_ERROR", f"mismatched input ''{text}''")
        for name, text in (("varchar(3)", "ab"), ("char(3)", "ab"), ("decimal(5, 2)", "1.5"), ("timestamp(3)", "2031-05-06 01:02:03"))
    ),
    # Too long for its type
    R("cast(json '\"word\"' as varchar(3))", "INVALID_CAST_ARGUMENT"),
    R("cast(json '[\"word\"]' as array(varchar(3)))", "INVALID_CAST_ARGUMENT"),
    R("cast(250 as varchar(2))", "INVALID_CAST_ARGUMENT"),
    R("cast(interval '1' day as varchar(3))", "INVALID_CAST_ARGUMENT"),
    # Blanks around a whole number or a decimal
    R("cast('7 ' as bigint)", "INVALID_CAST_ARGUMENT"),
    R("cast(' 7.5' as decimal(3, 1))", "INVALID_CAST_ARGUMENT"),
]  # fmt: skip
