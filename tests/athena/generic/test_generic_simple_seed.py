"""dbt.tests.adapter.simple_seed"""

import re
from pathlib import Path

import pytest
from dbt.tests.adapter.simple_seed import fixtures, seeds
from dbt.tests.adapter.simple_seed import test_seed as suite
from dbt.tests.adapter.simple_seed.test_seed_type_override import BaseSimpleSeedColumnOverride
from dbt.tests.util import check_table_does_exist, copy_file, run_dbt


class Expected:
    """The table that seeds are compared with: created and filled by two statements."""

    @pytest.fixture(scope="class", autouse=True)
    def setUp(self, project):
        project.run_sql(seeds.seeds__expected_sql)


class DownstreamStays:
    """Athena drops no view with its table: what is built on a seed stays, also when the seed is made anew."""

    def _check_relation_end_state(self, run_result, project, exists):
        super()._check_relation_end_state(run_result, project, exists=True)


class TestBasicSeeds(DownstreamStays, Expected, suite.BaseBasicSeedTests):
    pass


class TestSeedConfigFullRefreshOn(DownstreamStays, Expected, suite.BaseSeedConfigFullRefreshOn):
    pass


class TestSeedConfigFullRefreshOff(DownstreamStays, Expected, suite.BaseSeedConfigFullRefreshOff):
    pass


class TestSeedCustomSchema(Expected, suite.BaseSeedCustomSchema):
    pass


class TestSeedWithUniqueDelimiter(DownstreamStays, Expected, suite.BaseSeedWithUniqueDelimiter):
    pass


class TestSeedWithWrongDelimiter(Expected, suite.BaseSeedWithWrongDelimiter):
    def test_seed_with_wrong_delimiter(self, project):
        """A column's name with bars in it: the message is Athena's."""
        result = run_dbt(["seed"], expect_pass=False)
        assert "|" in result.results[0].message


class TestSeedWithEmptyDelimiter(Expected, suite.BaseSeedWithEmptyDelimiter):
    pass


class TestSimpleSeedEnabledViaConfig(suite.BaseSimpleSeedEnabledViaConfig):
    pass


class TestSeedParsing(Expected, suite.BaseSeedParsing):
    pass


class TestSimpleSeedWithBOM(suite.BaseSimpleSeedWithBOM):
    @pytest.fixture(scope="class", autouse=True)
    def setUp(self, project):
        project.run_sql(seeds.seeds__expected_sql)
        folder = Path(suite.__file__).parent
        copy_file(folder, "seed_bom.csv", project.project_root / Path("seeds") / "seed_bom.csv", "")


class TestSeedSpecificFormats(suite.BaseSeedSpecificFormats):
    @pytest.fixture(scope="class")
    def seeds(self):
        """A file of 20,000 rows, a name with dots, and letters beyond ASCII. The suite writes beside its own code."""
        numbers = "\n".join(["seed_id", *map(str, range(20_000))])
        return {
            "big_seed.csv": numbers,
            "seed.with.dots.csv": seeds.seed__with_dots_csv,
            "seed_unicode.csv": seeds.seed__unicode_csv,
        }


class TestEmptySeed(suite.BaseTestEmptySeed):
    def test_empty_seeds(self, project):
        super().test_empty_seeds(project)
        check_table_does_exist(project.adapter, "empty_with_header")


class TestSimpleSeedColumnOverride(BaseSimpleSeedColumnOverride):
    """Glue's types. Trino casts no string with a time in it to a date, so the birthday is a timestamp here."""

    @staticmethod
    def seed_enabled_types():
        return {"seed_id": "varchar", "birthday": "timestamp"}

    @staticmethod
    def seed_tricky_types():
        return {"seed_id_str": "varchar", "looks_like_a_bool": "varchar", "looks_like_a_date": "varchar"}

    @pytest.fixture(scope="class")
    def models(self):
        types = {"text": "varchar", "integer": "int", "timestamp without time zone": "timestamp", "date": "timestamp"}
        schema = re.sub(
            r"(?<=type: )(.+)", lambda type_: types.get(type_[0], type_[0]), fixtures.properties__schema_yml
        )
        return {"schema.yml": schema}
