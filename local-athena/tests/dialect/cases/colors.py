"""Colors: https://trino.io/docs/current/functions/color.html.

Mixed ones and their codes are those of Trino's ``ColorFunctions`` and ``java.awt.Color``:
https://github.com/trinodb/trino/blob/master/core/trino-main/src/main/java/io/trino/operator/scalar/ColorFunctions.java
"""

from tests.dialect.cases.case import Case as C  # noqa: N817
from tests.dialect.cases.case import Refused as R  # noqa: N817

BLOCK, END = "\u2588", "\x1b[0m"

CASES = [
    C("color('cyan')", "cyan", "color"),
    C("color('Blue')", "blue", "color"),
    C("color('#1aF')", "#11aaff", "color"),
    C("color(null)", None, "color"),
    C("typeof(color('white'))", "color", "varchar"),
    C("rgb(7, 0, 255)", "#0700ff", "color"),
    C("rgb(255, 0, 0) = color('#f00')", True, "boolean"),
    C("color('red') = color('#f00')", False, "boolean"),
    C("try(rgb(0, 0, 300))", None, "color"),
    C("array[color('red'), rgb(0, 0, 1)]", ["red", "#000001"], "array(color)"),
    C("cast(row(rgb(0, 1, 2), 3) as row(color color, n integer))", ("#000102", 3), "row(color color, n integer)"),
    C("cast(row(7) as row(color integer)).color", 7, "integer"),
    C("cast(null as array(row(t bingtile, g sphericalgeography)))", None, "array(row(t BingTile, g SphericalGeography))"),
    C("count(distinct x) from (values color('red'), color('red'), rgb(1, 1, 1)) t(x)", 2, "bigint"),
    C("color(0.25, color('#000'), color('#fff'))", "#404040", "color"),
    C("color(9, color('#000'), color('#fff'))", "#ffffff", "color"),
    C("color(-9, color('#012'), color('#fff'))", "#001122", "color"),
    C("color(15, 10, 20, rgb(0, 255, 0), rgb(0, 0, 255))", "#00ffff", "color"),
    C("color(1, 2, 2, color('#123'), color('#456'))", "#112233", "color"),
    C("color(nan(), color('#fff'), color('#fff'))", "#000000", "color"),
    C("render(false)", f"\x1b[38;5;1m\u2717{END}", "varchar(16)"),
    C("render(1 = 1)", f"\x1b[38;5;2m\u2713{END}", "varchar(16)"),
    C("render('abc', color('yellow'))", f"\x1b[38;5;3mabc{END}", "varchar(18)"),
    C("render(x, color('#0ff')) from (values varchar 'ß') t(x)", f"\x1b[38;5;51mß{END}", "varchar"),
    C("render(-7, color('#888'))", f"\x1b[38;5;145m-7{END}", "varchar(35)"),
    C("render(2.5e7, color('blue'))", f"\x1b[38;5;4m2.5E7{END}", "varchar(41)"),
    C("render('x', null)", None, "varchar(16)"),
    C("bar(0.5, 4)", f"\x1b[38;5;196m{BLOCK}\x1b[38;5;214m{BLOCK}{END}  ", "varchar"),
    C("bar(7, 2, rgb(0, 0, 0), rgb(255, 255, 255))", f"\x1b[38;5;16m{BLOCK}\x1b[38;5;231m{BLOCK}{END}", "varchar"),
    C("bar(-1, 3)", f"{END}   ", "varchar"),
    C("bar(nan(), 1)", f"{END} ", "varchar"),
    C("bar(1, 1)", f"\x1b[38;5;16m{BLOCK}{END}", "varchar"),
    C("bar(0, 2, color('red'), color('red'))", f"{END}  ", "varchar"),
]  # fmt: skip

REFUSED = [
    R("color('pink')", "INVALID_FUNCTION_ARGUMENT", "Invalid color: 'pink'"),
    R("color('#12g')", "INVALID_FUNCTION_ARGUMENT", "Invalid color: '#12g'"),
    R("rgb(0, -1, 0)", "INVALID_FUNCTION_ARGUMENT", "green must be between 0 and 255"),
    R("rgb(0, 0, 256)", "INVALID_FUNCTION_ARGUMENT", "blue must be between 0 and 255"),
    R("color(0.5, color('red'), color('#fff'))", "INVALID_FUNCTION_ARGUMENT", "lowColor not a valid RGB color"),
    R("color(0.5, color('#fff'), color('red'))", "INVALID_FUNCTION_ARGUMENT", "highColor not a valid RGB color"),
    R("bar(1, 2, color('red'), color('#fff'))", "INVALID_FUNCTION_ARGUMENT", "color is not a valid rgb value"),
    R("render(date '2020-01-01', color('red'))", "FUNCTION_NOT_FOUND"),
    R("render(1, 2)", "FUNCTION_NOT_FOUND"),
    R("color('red') < color('blue')", "TYPE_MISMATCH", "Cannot apply operator: color < color"),
    R("cast(color('red') as varchar)", "TYPE_MISMATCH", "Cannot cast color to varchar"),
    R("max(color('red'))", "FUNCTION_NOT_FOUND"),
]  # fmt: skip
