# make play   sets everything up and opens the game
# make test   sets everything up and runs every check
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
NEEDED := distgame needs Python 3.11 or newer: name one, as in "make play PYTHON=python3.12"

.PHONY: play test test-slow lint bench campaign hunt screenshots clean

play: $(READY)
	@$(BIN)/distgame

test: lint
	$(BIN)/pytest -n auto -m "not slow"

test-slow: $(READY)
	$(BIN)/pytest -n auto -m slow

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	@# Each file has a process of its own: what one leaves behind would slow down the next.
	for file in benchmarks/bench_*.py; do \
		$(BIN)/pytest $$file -o python_files='bench_*.py' --benchmark-only --benchmark-sort=name -q -s || exit 1; \
	done

campaign: $(READY)
	$(BIN)/python scripts/campaign.py

hunt: $(READY)
	$(BIN)/python scripts/hunt_all.py

screenshots: $(READY)
	$(BIN)/python scripts/screenshots.py docs

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) $(NEW_ENOUGH) 2>/dev/null || $(BIN)/python $(NEW_ENOUGH) 2>/dev/null || { echo '$(NEEDED)' >&2; exit 1; }
	@# One that was begun with an older Python, or without pip, is made anew.
	@$(BIN)/python $(NEW_ENOUGH) 2>/dev/null && $(BIN)/python -m pip --version >/dev/null 2>&1 || \
		$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
