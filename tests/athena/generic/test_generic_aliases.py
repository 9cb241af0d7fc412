"""dbt.tests.adapter.aliases"""

import pytest
from dbt.tests.adapter.aliases import fixtures
from dbt.tests.adapter.aliases.test_aliases import BaseAliasErrors, BaseAliases, BaseSameAliasDifferentSchemas


class AthenaMacros:
    @pytest.fixture(scope="class")
    def macros(self):
        """The suite's ``string_literal`` casts with ``::``."""
        string_literal = "{% macro string_literal(s) -%} cast('{{ s }}' as varchar) {%- endmacro %}"
        return {"cast.sql": string_literal, "expect_value.sql": fixtures.MACROS__EXPECT_VALUE_SQL}


class TestAliases(AthenaMacros, BaseAliases):
    pass


class TestAliasErrors(AthenaMacros, BaseAliasErrors):
    pass


class TestSameAliasDifferentSchemas(AthenaMacros, BaseSameAliasDifferentSchemas):
    pass
