# Every target sets up what it needs by itself: Python 3.11 or newer and make are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-cluster test-live litellm-env lint types bench-env bench-quick bench-truth lock clean

demo: $(VENV)/.demo-ready
	$(BIN)/gauger demo

test: $(VENV)/.dev-ready
	$(BIN)/python -m pytest -n 2 --dist loadgroup

# Scans on a real Spark cluster of three processes, one of which is killed; needs Java.
test-cluster: $(VENV)/.dev-ready
	$(BIN)/python -m pytest -m slow tests/engine/test_cluster.py

# A campaign and ordinary users through nginx, LiteLLM's proxy, two replicas, PostgreSQL and Redis.
test-live: $(VENV)/.dev-ready .venv-litellm/.ready
	$(BIN)/python -m pytest -m slow tests/live

# LiteLLM's proxy, which wants an environment of its own.
litellm-env: .venv-litellm/.ready

lint: $(VENV)/.dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev-ready
	$(BIN)/mypy

# What peers and plots need, beside the development environment.
bench-env: $(VENV)/.bench-ready

# Recall and innocents on two small worlds, as a guard.
bench-quick: $(VENV)/.dev-ready
	$(BIN)/python -m bench.truth.guard --out bench-out

# Everything that docs/truth.md holds; more than an hour on two cores.
bench-truth: $(VENV)/.bench-ready
	$(BIN)/python -m bench.truth --out bench-out

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo-ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	@test -e $(VENV)/.dev-ready || $(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev-ready: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.demo-ready

$(VENV)/.bench-ready: requirements-bench.lock $(VENV)/.dev-ready
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-bench.lock
	@touch $@

.venv-litellm/.ready: requirements-litellm.lock
	test -e .venv-litellm/bin/python || $(PYTHON) -m venv .venv-litellm
	.venv-litellm/bin/python -m pip install --quiet --require-hashes --requirement requirements-litellm.lock
	@touch $@

# Versions and hashes only, no addresses; needs uv.
lock:
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --extra spark --extra otel --extra lake-postgres --extra serve --group build --group dev \
	  --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --quiet \
	  --output-file requirements-dev.lock
	uv pip compile pyproject.toml --group build --group bench --constraint requirements-dev.lock --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --quiet \
	  --output-file requirements-bench.lock
	uv pip compile requirements-litellm.in --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --quiet \
	  --output-file requirements-litellm.lock

clean:
	rm -rf $(VENV) gauger-out gauger-demo bench-out
