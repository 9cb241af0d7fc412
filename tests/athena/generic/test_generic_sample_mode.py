"""dbt.tests.adapter.sample_mode"""

import pytest
from dbt.tests.adapter.sample_mode.test_sample_mode import BaseSampleModeTest


class TestSampleMode(BaseSampleModeTest):
    @pytest.fixture(scope="class")
    def input_model_sql(self):
        """A Hive table stores no time zone, which the suite's literals carry."""
        return """
            {{ config(materialized='table', event_time='event_time') }}
            select 1 as id, timestamp '2025-01-01 01:25:00' as event_time
            union all
            select 2 as id, timestamp '2025-01-02 13:47:00' as event_time
            union all
            select 3 as id, timestamp '2025-01-03 01:32:00' as event_time
        """
