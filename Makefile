# Two commands do everything on a fresh machine with Python 3.11+ and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DAY ?= 2026-11-24
COMPANIES := minimax zhipu openai deepseek moonshot stepfun alibaba bytedance

.PHONY: demo test check lint types imports companies schemas goldens bench clean

demo: $(VENV)/.ready ## the main job: MiniMax judged and reported
	$(BIN)/riskcheck score profiles/minimax.yaml --as-of $(DAY) -f terminal -f html=build/minimax.html -f markdown=build/minimax.md
	@echo "Open build/minimax.html"

test: $(VENV)/.ready-dev ## the whole test suite
	$(BIN)/python -m pytest -q

check: lint types imports ## what CI runs after the tests

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check riskcheck tests bench
	$(BIN)/riskcheck rules lint

types: $(VENV)/.ready-dev
	$(BIN)/mypy

imports: $(VENV)/.ready-dev
	$(BIN)/lint-imports

companies: $(VENV)/.ready ## the eight companies and their comparison, English and Chinese
	$(BIN)/riskcheck compare $(COMPANIES:%=profiles/%.yaml) -o build/companies --lang en,zh --as-of $(DAY)

schemas: $(VENV)/.ready ## regenerate rules/schema from the vocabulary
	$(BIN)/riskcheck schema --write rules/schema

goldens: $(VENV)/.ready-dev ## rewrite the goldens; read the diff in review
	$(BIN)/python -m pytest -q tests/scenarios --accept

bench: $(VENV)/.ready-dev ## times as ratios; engine.py makes build/bench-venv for the peers
	$(BIN)/python bench/start.py
	$(BIN)/python bench/engine.py

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.ready-dev: pyproject.toml $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
