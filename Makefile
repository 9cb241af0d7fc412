# Everything is in the justfile. This fetches uv and just (from PyPI, into .tools, by their hashes in tools.txt) where they are missing
# and hands the target on. From `/`, pip is blind to pyenv's `.python-version`; `--target` needs no virtual environment.
export PATH := $(CURDIR)/.tools/bin:$(PATH)

.DEFAULT_GOAL := default
Makefile: ;
%: tools ; @just $@ $(MAKEOVERRIDES)
.PHONY: tools
tools: ; @{ uv --version && just --version; } >/dev/null 2>&1 || { echo "Fetching uv and just into .tools"; cd / && \
	python3 -m pip install --quiet --disable-pip-version-check --upgrade --target "$(CURDIR)/.tools" \
	--only-binary=:all: --require-hashes --requirement "$(CURDIR)/tools.txt"; }
