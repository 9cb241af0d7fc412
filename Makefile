# Everything lives in the justfile; this only fetches uv and just (from PyPI, into .tools) where they are missing.
# `pip install --target` needs no virtual environment and is blind to pyenv's choice of Python.
export PATH := $(CURDIR)/.tools/bin:$(PATH)
TOOLS := .tools/bin/uv .tools/bin/just

.DEFAULT_GOAL := default
%: $(TOOLS) ; @just $@
$(TOOLS) &: ; @python3 -m pip install --quiet --disable-pip-version-check --upgrade --target .tools uv==0.13.8 rust-just==1.59.0
Makefile: ;
