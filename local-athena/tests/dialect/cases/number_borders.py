"""Limits of numbers and their texts: doubles and reals as text, casts out of range, bits, bases and bins.

Trino's rules stand in MathFunctions, BitwiseFunctions, FormatNumberFunction, DoubleOperators and RealOperators of its source.
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

INF, NAN = float("inf"), float("nan")

CASES = [
    # texts: zero has no fraction, a real seven digits
    C("cast(0.0 as varchar(3))", "0E0", "varchar(3)"),
    C("cast(x as varchar) from (values -0e0) t(x)", "-0E0", "varchar"),
    C("cast(real '0' as varchar)", "0E0", "varchar"),
    C("cast(real '12345678' as varchar)", "1.234568E7", "varchar"),
    C("cast(real '12345675' as varchar)", "1.234568E7", "varchar", "a half goes to the even digit"),
    C("cast(real '12345685' as varchar)", "1.234568E7", "varchar"),
    C("cast(real '123456.7' as varchar)", "1.234567E5", "varchar"),
    C("array_join(array[0e0, 2e0], '|')", "0E0|2.0E0", "varchar"),
    # casts to integers
    C("cast(real '3e19' as bigint)", 9223372036854775807, "bigint", "only this cast gives the nearest"),
    C("cast(x as bigint) from (values real '-3e19') t(x)", -9223372036854775808, "bigint"),
    C("cast(real '-3.5' as bigint)", -4, "bigint"),
    C("cast(cast(null as real) as bigint)", None, "bigint"),
    C("try_cast(300e0 as tinyint)", None, "tinyint"),
    C("cast(true as decimal(2,1))", "1.0", "decimal(2,1)"),
    # casts to decimals by the digits that are written, with an exponent too
    C("cast(6.9e-7 as decimal(18,2))", "0.00", "decimal(18,2)"),
    C("cast(5e-3 as decimal(18,2))", "0.01", "decimal(18,2)"),
    C("cast(4.9e-3 as decimal(18,2))", "0.00", "decimal(18,2)"),
    C("cast(x as decimal(10,3)) from (values -8.5e-5) t(x)", "0.000", "decimal(10,3)"),
    C("cast(2.5e20 as decimal(38,2))", "250000000000000000000.00", "decimal(38,2)"),
    C("cast('6.9e-7' as decimal(18,2))", "0.00", "decimal(18,2)"),
    C("cast('1.25E2' as decimal(5,1))", "125.0", "decimal(5,1)"),
    C("try_cast('1e40' as decimal(38,0))", None, "decimal(38,0)"),
    C("cast(real '2e-5' as decimal(5,3))", "0.000", "decimal(5,3)"),
    C("cast(cast(null as varchar) as decimal(5,1))", None, "decimal(5,1)"),
    # casts of decimals to floats: a short one is a quotient of floats, a long one its text
    C("cast(decimal '-1243489.95' as real) = real '-1243489.875'", True, "boolean", "124348995 is no real"),
    C("cast(decimal '-248852372694.499665' as double) = -248852372694.4997", True, "boolean"),
    C("cast(cast('-20697883901205468570.1783474308' as decimal(38,10)) as double) = -2.0697883901205467e19", True, "boolean"),
    C("x * 1e0 = -2.0697883901205467e19 from (values cast('-20697883901205468570.1783474308' as decimal(38,10))) t(x)", True, "boolean"),
    C("cast(x as double) from (values cast(null as decimal(38,2))) t(x)", None, "double"),
    C("cast(x as real) from (values cast(null as decimal(9,2))) t(x)", None, "real"),
    C("x + y from (values (cast('-2615014423716226.14' as decimal(18,2)), cast('0.0001' as decimal(18,4)))) t(x, y)", "-2615014423716226.1399", "decimal(21,4)"),
    # quotients of decimals whose digits together are more than 64 bits hold
    C("x / y from (values (decimal '12345678901234.5678', cast('-24344427830.029571' as decimal(18,6)))) t(x, y)", "-507.125449", "decimal(26,6)"),
    # rounding past the whole numbers of 64 bits
    C("round(300000.00000011094, 16)", 300000.00000011094, "double"),
    C("round(1e300)", 1e300, "double"),
    C("round(x, 2) from (values 1e300) t(x)", 1e300, "double"),
    C("round(-9.5e0, 400)", -9.5, "double"),
    C("round(infinity(), 2)", INF, "double"),
    C("round(cast(null as double), 2)", None, "double"),
    C("round(decimal '96', -2)", "0", "decimal(3,0)", "a short decimal with no digit left is zero"),
    C("round(decimal '96', -1)", "100", "decimal(3,0)"),
    C("round(x, -2) from (values cast(96 as decimal(38,0))) t(x)", "100", "decimal(38,0)"),
    C("round(x, y) from (values (decimal '9.96', 1)) t(x, y)", "10.00", "decimal(4,2)"),
    C("truncate(decimal '98.765', 2)", "98.760", "decimal(5,3)"),
    C("decimal '0000000000000000000000000000000000000000.5'", "0.5", "decimal(1,1)"),
    # logarithms: that to the base of two is a quotient
    C("log2(536870912) = 29", False, "boolean"),
    C("log2(8) = 3", True, "boolean"),
    C("log2(0)", -INF, "double"),
    C("log2(-1)", NAN, "double"),
    # roots
    C("cbrt(0.001)", 0.1, "double"),
    C("cbrt(-343)", -7.0, "double"),
    C("cbrt(-infinity())", -INF, "double"),
    # format_number: whole numbers only, and two digits below zero
    C("format_number(-123456)", "-123.46K", "varchar"),
    C("format_number(-7)", "-7", "varchar"),
    C("format_number(0.9)", "0", "varchar"),
    C("format_number(12.9)", "12", "varchar"),
    C("format_number(1005)", "1K", "varchar", "1.005 lies below the half"),
    C("format_number(999999)", "1000K", "varchar"),
    C("format_number(bigint '9223372036854775807')", "9223Q", "varchar"),
    # bits: of a distance below zero the lowest six bits count
    C("bitwise_left_shift(bigint '1', -1)", -9223372036854775808, "bigint"),
    C("bitwise_right_shift(bigint '8', -61)", 1, "bigint"),
    C("bitwise_right_shift_arithmetic(bigint '-8', -62)", -2, "bigint"),
    C("bitwise_right_shift_arithmetic(-8, 64)", -1, "integer"),
    C("bitwise_right_shift(tinyint '-1', 1)", 127, "tinyint"),
    C("from_base('+7z', 36)", 287, "bigint"),
    # bins: those that the search passes are looked at
    C("width_bucket(5e0, array[1e0, 2e0, 7e0])", 2, "bigint"),
    C("width_bucket(infinity(), array[1e0, 2e0, 7e0])", 3, "bigint"),
    C("width_bucket(1, 0, 4, bigint '9223372036854775807')", 2305843009213693952, "bigint"),
    # type/DecimalOperators.java: the operands of a remainder are brought to one scale in more digits than 38
    C("decimal '-88888888888888888888888888888888888889' % decimal '7.00000000000000000'", "-5.00000000000000000", "decimal(18,17)"),
    C("x % decimal '0.00000000000000000000000000000000000011' from (values decimal '4321.5') t(x)", "4E-38", "decimal(38,38)"),
    C("cast(real '-0.0' as varchar)", "-0E0", "varchar"),
    # type/DecimalOperators.java: dividends and summands are whole numbers of 127 bits on the way
    C("decimal '-.76543219876543219876' / decimal '351.03'", "-0.00218053214473245078", "decimal(22,20)"),
    C("x / y from (values (decimal '55185378295092569991160304665415779.50', decimal '-200000000')) t(x, y)", "-275926891475462849955801523.33", "decimal(37,2)"),
    C("decimal '.48502972169857884200301250736792508460' / decimal '54'", "0.00898203188330701559264837976607268675", "decimal(38,38)"),
    C("x / decimal '7000000000000000000.0000000000000000000' from (values decimal '0.000000000000000000') t(x)", "0E-19", "decimal(38,19)"),
    C("decimal '-1.0' + decimal '.70704479200055711686406089193648175101'", "-0.29295520799944288313593910806351824899", "decimal(38,38)"),
    C("x - y from (values (decimal '16014000000000000000000000000000000000', decimal '6014000000000000000000000000000000000.3')) t(x, y)", "9999999999999999999999999999999999999.7", "decimal(38,1)"),
    # type/DecimalCasts.java: a real becomes a decimal by the fewest digits that name it
    C("cast(real '1234567940' as decimal(20,1))", "1234568000.0", "decimal(20,1)"),
    C("cast(x as decimal(38,0)) from (values real '-98765430784') t(x)", "-98765430000", "decimal(38,0)"),
    C("cast(real '16777217' as decimal(10,2))", "16777216.00", "decimal(10,2)"),
    C("cast(real '0.15625' as decimal(10,4))", "0.1563", "decimal(10,4)"),
]  # fmt: skip

REFUSED = [
    R("cast(0e0 as varchar(2))", "INVALID_CAST_ARGUMENT"),
    R("cast(-300e0 as tinyint)", "NUMERIC_VALUE_OUT_OF_RANGE"),
    R("cast(40000e0 as smallint)", "NUMERIC_VALUE_OUT_OF_RANGE"),
    R("cast(infinity() as integer)", "NUMERIC_VALUE_OUT_OF_RANGE"),
    R("cast(real '3e9' as integer)", "NUMERIC_VALUE_OUT_OF_RANGE"),
    R("cast(nan() as integer)", "INVALID_CAST_ARGUMENT"),
    R("cast(nan() as bigint)", "INVALID_CAST_ARGUMENT"),
    R("cast(infinity() as bigint)", "INVALID_CAST_ARGUMENT"),
    R("cast(real 'NaN' as bigint)", "INVALID_CAST_ARGUMENT"),
    R("decimal 'abc'", "INVALID_LITERAL"),
    R("decimal '1e5'", "INVALID_LITERAL"),
    R("decimal '.'", "INVALID_LITERAL"),
    R("decimal '123456789012345678901234567890123456789'", "INVALID_LITERAL"),
    R("cast(true as decimal(1,1))", "INVALID_CAST_ARGUMENT"),
    R("truncate(12.345, 2)", "FUNCTION_NOT_FOUND", "truncate(decimal(p,s), integer)"),
    R("truncate(real '1.25', 1)", "FUNCTION_NOT_FOUND"),
    R("bitwise_left_shift(1, bigint '2')", "FUNCTION_NOT_FOUND"),
    R("round(cast('99999999999999999999999999999999999999' as decimal(38,0)), -1)", "NUMERIC_VALUE_OUT_OF_RANGE"),
    R("from_base('0x1f', 16)", "INVALID_FUNCTION_ARGUMENT", "Not a valid base-16 number: 0x1f"),
    R("from_base('0b1', 2)", "INVALID_FUNCTION_ARGUMENT"),
    R("from_base('-', 10)", "INVALID_FUNCTION_ARGUMENT"),
    R("bit_count(300, 8)", "INVALID_FUNCTION_ARGUMENT", "300 cannot be represented with 8 bits"),
    R("width_bucket(9, 0, 4, bigint '9223372036854775807')", "NUMERIC_VALUE_OUT_OF_RANGE"),
    R("width_bucket(1e0, array[1e0, infinity()])", "INVALID_FUNCTION_ARGUMENT", "Bin value must be finite, got Infinity"),
    R("width_bucket(nan(), array[1e0])", "INVALID_FUNCTION_ARGUMENT", "Operand cannot be NaN"),
    R("width_bucket(1e0, cast(array[] as array(double)))", "INVALID_FUNCTION_ARGUMENT", "Bins cannot be an empty array"),
    R("decimal '88888888888888888888888888888888888889' % decimal '0.00000000000000000'", "DIVISION_BY_ZERO"),
    R("decimal '.12345678901234567891' * decimal '.9876543210987654321'", "INVALID_FUNCTION_ARGUMENT", "DECIMAL scale must be in range [0, precision (38)]: 39"),
    R("cast(45e2 as varchar(4))", "INVALID_CAST_ARGUMENT", "Value 4500.0 (4.5E3) cannot be represented as varchar(4)"),
    R("cast(-infinity() as varchar(3))", "INVALID_CAST_ARGUMENT", "Value -Infinity (-Infinity) cannot be represented as varchar(3)"),
    R("cast('-129' as tinyint)", "INVALID_CAST_ARGUMENT", "Cannot cast '-129' to TINYINT"),
    R("cast('40000' as smallint)", "INVALID_CAST_ARGUMENT", "Cannot cast '40000' to SMALLINT"),
    R("cast(x'0102030405' as uuid)", "INVALID_CAST_ARGUMENT", "Invalid UUID binary length: 5"),
    R("decimal '17215000000000000000000000000000000000' - decimal '7215000000000000000000000000000000000.3'", "NUMERIC_VALUE_OUT_OF_RANGE"),
]  # fmt: skip
