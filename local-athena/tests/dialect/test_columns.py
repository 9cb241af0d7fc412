"""Functions of whole columns against the same functions of single values, over hostile values."""

from __future__ import annotations

import struct
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from local_athena.dialect.udf import batches, binary, columns, dense, numbers, texts, vectors
from local_athena.dialect.udf.failures import Failure

MANY = settings(max_examples=50, deadline=None)
FUNCTIONS = {name: function for name, function, _, _ in columns.FUNCTIONS}


@MANY
@given(st.lists(st.one_of(st.none(), st.binary(max_size=140), st.integers(0, 70).map(bytes), st.just(bytes(2000)))))
def test_xxhash64(values: list[bytes | None]) -> None:
    expected = [None if v is None else binary.xxhash64(v) for v in values]
    assert columns.xxhash64(pa.array(values, pa.binary())).to_pylist() == expected


@MANY
@given(st.lists(st.one_of(st.none(), st.binary(max_size=8), st.text().map(str.encode), st.just(b"\xed\xa0\x80\xf8"))))
def test_from_utf8(values: list[bytes | None]) -> None:
    made = columns.from_utf8(pa.array(values, pa.binary()), pa.array(["?"] * len(values), pa.string()))
    assert made.to_pylist() == [None if v is None else texts.from_utf8(v, "?") for v in values]


@MANY
@given(
    st.lists(
        st.one_of(st.none(), st.floats(), st.integers(-2000, 2000).map(lambda n: float(n**3)), st.floats(0, 1e-300))
    )
)
@example([1.4978886586489185e-186])  # glibc's is three beside it
def test_cbrt(values: list[float | None]) -> None:
    expected = [None if v is None else numbers.cbrt(v) for v in values]
    assert list(map(repr, columns.cbrt(pa.array(values, pa.float64())).to_pylist())) == list(map(repr, expected))


@pytest.mark.parametrize(
    ("name", "form", "values", "arrow"),
    [
        ("big_endian_32", ">i", st.integers(-(2**31), 2**31 - 1), pa.int32()),
        ("big_endian_64", ">q", st.integers(-(2**63), 2**63 - 1), pa.int64()),
        ("ieee754_32", ">f", st.floats(width=32), pa.float32()),
        ("ieee754_64", ">d", st.floats(), pa.float64()),
    ],
)
def test_packed_numbers(name: str, form: str, values: st.SearchStrategy[Any], arrow: pa.DataType) -> None:
    @MANY
    @given(st.lists(st.one_of(st.none(), values)))
    def agree(given_values: list[Any]) -> None:
        packed = [None if v is None else struct.pack(form, v) for v in given_values]
        assert FUNCTIONS[f"to_{name}"](pa.array(given_values, arrow)).to_pylist() == packed
        back = FUNCTIONS[f"from_{name}"](pa.array(packed, pa.binary())).to_pylist()
        assert list(map(repr, back)) == list(map(repr, given_values))

    agree()
    with pytest.raises(Failure, match=r"must be exactly . bytes long|-byte input, but instead got 3 bytes"):
        FUNCTIONS[f"from_{name}"](pa.array([b"abc"], pa.binary()))


def test_batches_of_single_values() -> None:
    moments = batches.of(lambda moment, text: f"{moment} {text}", ["TIMESTAMP", "VARCHAR"], "VARCHAR")
    given_moments = pa.array([0, None, -(10**6)], pa.int64()).cast(pa.timestamp("us"))
    made = moments(given_moments, pa.array(["a", "b", None])).to_pylist()
    assert made == ["1970-01-01 00:00:00 a", None, None]
    far = batches.of(
        lambda moment: f"{moment.year} {moment:%m-%d %H:%M:%S} {moment.isocalendar()[0]}", ["TIMESTAMP"], "VARCHAR"
    )
    made = far(pa.array([2**62, -(2**62)], pa.int64()).cast(pa.timestamp("us"))).to_pylist()
    assert made == ["148108 07-06 14:00:27 148108", "-144169 06-28 09:59:32 -144169"]
    maps = batches.of(lambda m: sum(m.values()), ["MAP(VARCHAR,DOUBLE)"], "DOUBLE")
    assert maps(pa.array([[("a", 1.5), ("b", 2.0)], None], pa.map_(pa.string(), pa.float64()))).to_pylist() == [
        3.5,
        None,
    ]


VECTORS = st.integers(0, 4).flatmap(
    lambda size: st.tuples(
        *[st.lists(st.one_of(st.none(), st.floats(), st.floats(-9, 9)), min_size=size, max_size=size)] * 2
    )
)


@MANY
@given(st.lists(st.one_of(st.none(), VECTORS)), st.sampled_from(("dot_product", "euclidean_distance", "cosine")))
def test_dense_vectors(pairs: list[tuple[list[float | None], list[float | None]] | None], name: str) -> None:
    left = pa.array([p and p[0] for p in pairs], pa.list_(pa.float64()))
    right = pa.array([p and p[1] for p in pairs], pa.list_(pa.float64()))
    try:
        expected = [None if p is None else getattr(vectors, name)(*p) for p in pairs]
    except (Failure, OverflowError, ZeroDivisionError):
        return
    assert list(map(repr, getattr(dense, name)(left, right).to_pylist())) == list(map(repr, expected))
