"""Builds and verifies what Lambda is given: the layer and the zip of the function."""

from lakeloop_layer.build import Layer, build_function, build_layer
from lakeloop_layer.errors import LayerError
from lakeloop_layer.target import architecture, of_host

__all__ = ["Layer", "LayerError", "architecture", "build_function", "build_layer", "of_host"]
