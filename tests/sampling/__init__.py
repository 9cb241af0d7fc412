"""Samples of one local AWS that another one reads."""
