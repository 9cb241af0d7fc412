"""The generator's tests run in the sample's own environment; pytest of the checkout passes over them."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("retail_feed") else ["tests/feed"]
