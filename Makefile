# The project's commands. `make demo` and `make test` need nothing done before them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/sh

.PHONY: setup demo test check bench drill comparison lock code format

$(VENV)/.ready: requirements.lock .ci/setup.sh
	@sh .ci/setup.sh "$(PYTHON)"

setup: $(VENV)/.ready

demo: setup
	@exec $(BIN)/python -m deploy.demo $(ARGS)

test: setup
	@sh .ci/browser.sh
	@exec $(BIN)/python -m tests $(ARGS)

check: setup
	@exec $(BIN)/python -m tests.check $(ARGS)

bench: setup
	@exec $(BIN)/python -m tests.bench

drill: setup
	@exec $(BIN)/python -m tests.drill $(ARGS)

# A present one-time code of a demo account: make code USER=claire.morel
code: setup
	@exec $(BIN)/python -m deploy.demo.code "$(USER)"

format: setup
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

comparison: setup
	@exec $(BIN)/python -m tests.simulator $(ARGS)

lock: setup
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.11 pyproject.toml --group pyproject.toml:dev -o requirements.lock
