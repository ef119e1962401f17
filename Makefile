PYTHON ?= python3
BIN := .venv/bin
BENCHMARKS := $(shell grep -l __main__ benchmarks/*.py | xargs -n 1 basename -s .py)

.PHONY: app test lint bench clean

app: .venv/app
	$(BIN)/streamlit run streamlit_app.py

test: .venv/dev
	@$(BIN)/python -m tests.browser.chromium || $(BIN)/python -m playwright install chromium || true
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: .venv/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/mypy

bench: .venv/dev
	@for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results

.venv/app: requirements.txt | $(BIN)/pip
	$(BIN)/pip install -r requirements.txt
	@touch $@

.venv/dev: requirements.txt requirements-dev.txt requirements-cluster.txt | $(BIN)/pip
	$(BIN)/pip install -r requirements-dev.txt
	@touch $@ .venv/app

$(BIN)/pip:
	@$(PYTHON) -c "import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))" || \
		{ echo "Python 3.10 to 3.13 is needed; name one with: make PYTHON=python3.13"; exit 1; }
	$(PYTHON) -m venv .venv
