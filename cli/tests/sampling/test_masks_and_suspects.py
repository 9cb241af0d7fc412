"""Masks that a column can have, and columns that look as if they held people."""

import pytest
from lakeloop.errors import UserError
from lakeloop.sampling import masks, memory, suspects
from lakeloop_project.sources import parse_type

KEY = "ab" * 32


@pytest.mark.parametrize(
    ("kind", "of", "holds", "why"),
    [
        ("blur", "varchar", None, "'blur' is no mask: hash, null, keep, fake"),
        ("hash", "date", None, "texts and whole numbers"),
        ("hash", "decimal(12,2)", None, "texts and whole numbers"),
        ("hash", "smallint", None, "too few values"),
        ("hash", "varchar(4)", None, "too short"),
        ("hash", "varchar", "date", "it holds date"),
        ("fake", "array(varchar)", None, "simple types"),
        ("hash", "row(email varchar)", None, "simple types"),
        ("fake", "varbinary", None, "simple types"),
        ("fake", "time", None, "nothing is made up"),
    ],
)
def test_a_mask_that_cannot_be_says_why(kind, of, holds, why):
    column = masks.Masked("c", parse_type(of), parse_type(holds) if holds else None)
    with pytest.raises(masks.BadMask, match=why):
        masks.expression(kind, column, KEY)


def test_a_required_column_is_never_null():
    with pytest.raises(masks.BadMask, match="required"):
        masks.expression("null", masks.Masked("c", parse_type("varchar"), required=True), KEY)


def test_a_name_with_a_quote_stays_a_name():
    made = masks.expression("keep", masks.Masked('a"; drop', parse_type("varchar")), KEY)
    assert made == '"a""; drop"'


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("email", suspects.EMAIL),
        ("EMail", suspects.EMAIL),
        ("customer_e_mail", suspects.EMAIL),
        ("contactEmail", suspects.EMAIL),
        ("phone", suspects.PHONE),
        ("home_phone", suspects.PHONE),
        ("mobile", suspects.PHONE),
        ("first_name", suspects.NAME),
        ("lastName", suspects.NAME),
        ("name", suspects.NAME),
        ("surname", suspects.NAME),
        ("date_of_birth", suspects.OTHER),
        ("iban", suspects.OTHER),
        ("street", suspects.OTHER),
        ("store_name", None),
        ("product_name", None),
        ("order_id", None),
        ("emails_sent_total", suspects.EMAIL),
        ("female", None),
        ("headphones", None),
        ("intel", None),
    ],
)
def test_what_a_name_promises(name, kind):
    assert suspects.by_name(name) == kind


def test_a_field_of_a_row_counts_as_a_column():
    assert suspects.in_names("payload", parse_type("array(row(id bigint, email varchar))")) == suspects.EMAIL
    assert suspects.in_names("payload", parse_type("map(varchar, row(id bigint))")) is None


@pytest.mark.parametrize(
    ("counts", "kind"),
    [((100, 1, 0, 0), suspects.EMAIL), ((100, 0, 4, 0), None), ((100, 0, 5, 0), suspects.PHONE), ((0, 0, 0, 0), None)],
)
def test_what_values_say(counts, kind):
    names = [f"c{number}" for number in range(4)]
    assert suspects.told(iter(names), dict(zip(names, counts, strict=True))) == kind


def test_a_key_is_made_once_for_its_owner_and_one_that_is_broken_is_said(tmp_path):
    file = tmp_path / "state" / "sample.key"
    made = memory.key(file)
    assert memory.key(file) == made
    assert file.stat().st_mode & 0o077 == 0
    file.write_text("no key", "ascii")
    with pytest.raises(UserError, match="Remove it"):
        memory.key(file)


def test_a_file_of_another_shape_is_no_memory(tmp_path):
    (tmp_path / memory.FILE).write_text('{"crm.orders": {"what": 1}}', "utf-8")
    assert memory.read(tmp_path) == {}
