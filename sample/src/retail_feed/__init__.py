"""A deterministic generator of a retail business's raw feeds, dirty as real feeds are."""

from retail_feed.feed import Summary, generate
from retail_feed.options import FeedError, FeedOptions

__all__ = ["FeedError", "FeedOptions", "Summary", "generate"]
