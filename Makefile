PYTHON ?= python3
BIN := .venv/bin
# peers needs PyTorch, which is not installed here.
BENCHMARKS := $(filter-out peers,$(shell grep -l __main__ benchmarks/*.py | xargs -n 1 basename -s .py))

.PHONY: app serve check test lint lock messages bench clean

app: .venv/app
	$(BIN)/streamlit run streamlit_app.py --server.address=localhost

# Listens on the network and prints the address to share.
serve: .venv/app
	$(BIN)/python -m mnist_core serve

# What is quick: no TensorFlow processes and no browsers.
check: lint
	$(BIN)/python -m pytest -n 2 --dist worksteal --doctest-modules mnist_core tests \
		-m "not slow and not browser"

test: .venv/dev
	@$(BIN)/python -m tests.browser.chromium || $(BIN)/python -m playwright install chromium || true
	$(BIN)/python -m pytest -n 2 --dist worksteal --doctest-modules mnist_core tests

lint: .venv/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/mypy
	@! [ -x $(BIN)/hadolint ] || $(BIN)/hadolint Dockerfile

# Resolves the newest releases that the requirements allow.
lock: $(BIN)/pip
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-header requirements.txt -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-header -c requirements.lock requirements-dev.txt -o requirements-dev.lock

# Collects the texts of the sources in the catalogs of all languages, and compiles these.
messages: .venv/dev
	$(BIN)/python -m tests.catalogs

bench: .venv/dev
	@for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis test-results

# uv takes seconds and pip minutes; pip takes over where only pip.conf says how to get packages.
define install
	$(BIN)/pip install --quiet uv && \
		$(BIN)/uv pip install --python $(BIN)/python --compile-bytecode --require-hashes -r $< || \
		$(BIN)/pip install -r $<
endef

.venv/app: requirements.lock | $(BIN)/pip
	$(install)
	@touch $@

.venv/dev: requirements-dev.lock | $(BIN)/pip
	$(install)
	@touch $@ .venv/app

$(BIN)/pip:
	@$(PYTHON) -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))" || \
		{ echo "Python 3.11 to 3.13 is needed; name one with: make PYTHON=python3.13"; exit 1; }
	$(PYTHON) -m venv .venv
