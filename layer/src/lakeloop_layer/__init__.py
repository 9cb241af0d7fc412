"""Builds and verifies what Lambda is given: the layer, the zip of the function, and those of small functions."""

from lakeloop_layer.build import Layer, build_function, build_layer, declared_tables
from lakeloop_layer.errors import LayerError
from lakeloop_layer.ingest import build_ingest
from lakeloop_layer.small import build_small
from lakeloop_layer.target import architecture, of_host

__all__ = [
    "Layer",
    "LayerError",
    "architecture",
    "build_function",
    "build_ingest",
    "build_layer",
    "build_small",
    "declared_tables",
    "of_host",
]
