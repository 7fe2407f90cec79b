# make demo    the whole thing on a sample repository: no key, no network beyond what installs the dependencies
# make test    the tests, with the coverage of branches
# make check   everything that must hold before a commit
# make wheel   the wheel, built and tried in an environment of its own

VENV ?= .venv
PYTHON ?=
# Twice as many workers as processors: end-to-end tests wait for processes of their own.
WORKERS ?= $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))
PYTEST_OPTIONS ?= -n $(WORKERS) --dist worksteal

bin := $(VENV)/bin
installed := $(VENV)/.installed
developing := $(VENV)/.developing

.PHONY: demo test check wheel

demo: $(installed)
	@$(bin)/adw demo

test: $(developing)
	$(bin)/python -m pytest $(PYTEST_OPTIONS) -m "not slow" --cov=adw

check: $(developing)
	$(bin)/ruff format --check .
	$(bin)/ruff check .
	$(bin)/mypy
	$(bin)/lint-imports
	$(bin)/python -m pytest $(PYTEST_OPTIONS) --cov=adw --cov-fail-under=95

wheel: $(developing)
	rm -rf dist
	$(bin)/python -m pip wheel --quiet --no-deps --wheel-dir dist .
	@folder="$$(mktemp -d)" && trap 'rm -rf "$$folder"' EXIT && wheel="$$(ls "$(CURDIR)"/dist/*.whl)" && \
	$(bin)/python -m venv "$$folder/venv" && cd "$$folder" && \
	venv/bin/python -m pip install --quiet "$$wheel" && venv/bin/adw --version && venv/bin/adw demo

# An environment is made anew only where its interpreter does not run any more.
$(installed): pyproject.toml
	@$(bin)/python -c "import pip" 2>/dev/null || { \
	python="$(PYTHON)"; [ -n "$$python" ] || python="$$(.ci/find-python)" || exit 1; \
	echo "making $(VENV) with $$python"; "$$python" -m venv --clear $(VENV); }
	@$(bin)/python -m pip install --quiet --upgrade pip
	$(bin)/python -m pip install --quiet --editable .
	@touch $@

# pip knows dependency groups from 25.1 on, which is why it is upgraded above.
$(developing): $(installed)
	$(bin)/python -m pip install --quiet --group dev
	@touch $@
