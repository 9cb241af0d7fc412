"""dbt.tests.adapter.utils: the cross-database macros. Most run as they are; the rest says what differs."""

import re

import pytest
from dbt.tests.adapter.utils import fixture_date_spine, fixture_datediff, fixture_null_compare, fixture_split_part
from dbt.tests.adapter.utils.data_types.test_type_bigint import BaseTypeBigInt
from dbt.tests.adapter.utils.data_types.test_type_boolean import BaseTypeBoolean
from dbt.tests.adapter.utils.data_types.test_type_float import BaseTypeFloat
from dbt.tests.adapter.utils.data_types.test_type_int import BaseTypeInt
from dbt.tests.adapter.utils.data_types.test_type_numeric import BaseTypeNumeric
from dbt.tests.adapter.utils.data_types.test_type_string import BaseTypeString
from dbt.tests.adapter.utils.data_types.test_type_timestamp import BaseTypeTimestamp
from dbt.tests.adapter.utils.test_any_value import BaseAnyValue
from dbt.tests.adapter.utils.test_array_append import BaseArrayAppend
from dbt.tests.adapter.utils.test_array_concat import BaseArrayConcat
from dbt.tests.adapter.utils.test_array_construct import BaseArrayConstruct
from dbt.tests.adapter.utils.test_bool_or import BaseBoolOr
from dbt.tests.adapter.utils.test_cast import BaseCast
from dbt.tests.adapter.utils.test_cast_bool_to_text import BaseCastBoolToText
from dbt.tests.adapter.utils.test_concat import BaseConcat
from dbt.tests.adapter.utils.test_current_timestamp import BaseCurrentTimestampNaive
from dbt.tests.adapter.utils.test_date import BaseDate
from dbt.tests.adapter.utils.test_date_spine import BaseDateSpine
from dbt.tests.adapter.utils.test_date_trunc import BaseDateTrunc
from dbt.tests.adapter.utils.test_dateadd import BaseDateAdd
from dbt.tests.adapter.utils.test_datediff import BaseDateDiff
from dbt.tests.adapter.utils.test_equals import BaseEquals
from dbt.tests.adapter.utils.test_escape_single_quotes import BaseEscapeSingleQuotesQuote
from dbt.tests.adapter.utils.test_except import BaseExcept
from dbt.tests.adapter.utils.test_generate_series import BaseGenerateSeries
from dbt.tests.adapter.utils.test_get_intervals_between import BaseGetIntervalsBetween
from dbt.tests.adapter.utils.test_get_powers_of_two import BaseGetPowersOfTwo
from dbt.tests.adapter.utils.test_hash import BaseHash
from dbt.tests.adapter.utils.test_intersect import BaseIntersect
from dbt.tests.adapter.utils.test_last_day import BaseLastDay
from dbt.tests.adapter.utils.test_length import BaseLength
from dbt.tests.adapter.utils.test_listagg import BaseListagg
from dbt.tests.adapter.utils.test_null_compare import BaseMixedNullCompare, BaseNullCompare
from dbt.tests.adapter.utils.test_position import BasePosition
from dbt.tests.adapter.utils.test_replace import BaseReplace
from dbt.tests.adapter.utils.test_right import BaseRight
from dbt.tests.adapter.utils.test_safe_cast import BaseSafeCast
from dbt.tests.adapter.utils.test_source_freshness_custom_info import BaseCalculateFreshnessMethod
from dbt.tests.adapter.utils.test_split_part import BaseSplitPart
from dbt.tests.adapter.utils.test_string_literal import BaseStringLiteral
from dbt.tests.adapter.utils.test_timestamps import BaseCurrentTimestamps
from dbt.tests.adapter.utils.test_validate_sql import BaseValidateSqlMethod

AS_THEY_ARE = (
    BaseAnyValue,
    BaseArrayAppend,
    BaseArrayConcat,
    BaseArrayConstruct,
    BaseBoolOr,
    BaseCalculateFreshnessMethod,
    BaseCast,
    BaseCastBoolToText,
    BaseConcat,
    BaseCurrentTimestampNaive,
    BaseDate,
    BaseDateAdd,
    BaseDateTrunc,
    BaseEquals,
    BaseEscapeSingleQuotesQuote,
    BaseExcept,
    BaseGenerateSeries,
    BaseGetPowersOfTwo,
    BaseHash,
    BaseIntersect,
    BaseLastDay,
    BaseLength,
    BaseListagg,
    BasePosition,
    BaseReplace,
    BaseRight,
    BaseSafeCast,
    BaseStringLiteral,
    BaseTypeBigInt,
    BaseTypeBoolean,
    BaseTypeFloat,
    BaseTypeInt,
    BaseTypeString,
    BaseTypeTimestamp,
    BaseValidateSqlMethod,
)
for _base in AS_THEY_ARE:
    _name = _base.__name__.replace("Base", "Test", 1)
    globals()[_name] = type(_name, (_base,), {"__module__": __name__})


class TestTypeNumeric(BaseTypeNumeric):
    def numeric_fixture_type(self):
        return "decimal(38,6)"


class TestDateDiff(BaseDateDiff):
    """The adapter refuses microseconds, and CAST AS TIMESTAMP rounds what is finer than a millisecond."""

    @pytest.fixture(scope="class")
    def models(self):
        model = re.sub(r"(?m)^union all .*microsecond.*$", "", fixture_datediff.models__test_datediff_sql)
        model = model.replace(".999999'", ".999'")
        return {"test_datediff.yml": fixture_datediff.models__test_datediff_yml, "test_datediff.sql": model}


class TestSplitPart(BaseSplitPart):
    """Trino counts parts from the first only."""

    @pytest.fixture(scope="class")
    def models(self):
        from_the_end = fixture_split_part.models__test_split_part_sql.rindex("union all")
        return {
            "test_split_part.yml": fixture_split_part.models__test_split_part_yml,
            "test_split_part.sql": fixture_split_part.models__test_split_part_sql[:from_the_end],
        }


class TestDateSpine(BaseDateSpine):
    """Trino compares no date with a string: PostgreSQL's branch of the suite's model, with dates in Trino's words."""

    @pytest.fixture(scope="class")
    def models(self):
        model = fixture_date_spine.models__test_date_spine_sql.replace("'postgres'", "'athena'")
        model = re.sub(r"'(\d{4}-\d\d-\d\d)'::date", r"date '\1'", model)
        return {"test_date_spine.yml": fixture_date_spine.models__test_date_spine_yml, "test_date_spine.sql": model}


class TestGetIntervalsBetween(BaseGetIntervalsBetween):
    """Dates in ISO order: the only one that Trino casts."""

    @pytest.fixture(scope="class")
    def models(self):
        check = {"assert_equal": {"actual": "intervals", "expected": "expected"}}
        call = """{{ get_intervals_between("'2023-09-01'", "'2023-09-12'", "day") }}"""
        return {
            "test_get_intervals_between.sql": f"select {call} as intervals, 11 as expected",
            "schema.yml": {"models": [{"name": "test_get_intervals_between", "data_tests": [check]}]},
        }


class TestMixedNullCompare(BaseMixedNullCompare):
    """A view of Trino has no column of unknown type: NULL is cast, here and below."""

    @pytest.fixture(scope="class")
    def models(self):
        return {
            "test_mixed_null_compare.yml": fixture_null_compare.MODELS__TEST_MIXED_NULL_COMPARE_YML,
            "test_mixed_null_compare.sql": "select 1 as actual, cast(null as integer) as expected",
        }


class TestNullCompare(BaseNullCompare):
    @pytest.fixture(scope="class")
    def models(self):
        return {
            "test_null_compare.yml": fixture_null_compare.MODELS__TEST_NULL_COMPARE_YML,
            "test_null_compare.sql": "select cast(null as integer) as actual, cast(null as integer) as expected",
        }


class TestCurrentTimestamps(BaseCurrentTimestamps):
    """``current_timestamp`` is no name for a column in Trino; the adapter has no ``..._backcompat`` macros."""

    @pytest.fixture(scope="class")
    def models(self):
        return {"get_current_timestamp.sql": "select {{ current_timestamp() }} as stamp"}

    @pytest.fixture(scope="class")
    def expected_schema(self):
        return {"stamp": "timestamp"}

    @pytest.fixture(scope="class")
    def expected_sql(self):
        return None
