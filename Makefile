# Two targets do everything: "make demo" renders a dataset with its report, "make test" runs all checks.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test setup vulkan clean

demo: vulkan
	$(BIN)/palletjack-dr generate
	$(BIN)/palletjack-dr report dataset

# Each worker of the tests takes one thread. They start many processes, which share compiled bytecode; the long files
# come first, in examples/.
test: vulkan .venv/for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy palletjack_dr tests examples benchmarks
	PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

setup: .venv/installed

.venv/installed: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[embedded,meshes,sobol]"
	touch $@

.venv/for-tests: .venv/installed
	$(BIN)/pip install --no-compile --quiet --disable-pip-version-check --editable ".[dev]"
	touch $@

# The embedded engine draws through Vulkan: a GPU's driver, or Mesa's for the CPU.
vulkan: setup
	@$(BIN)/python -c "from palletjack_dr.engines.embedded.vulkan import find_device; find_device()" 2>/dev/null \
	|| { command -v apt-get >/dev/null && { [ "$$(id -u)" = 0 ] || sudo -n true; } && sudo=$$([ "$$(id -u)" = 0 ] || echo sudo) \
	     && $$sudo apt-get update --quiet=2 && $$sudo apt-get install --quiet=2 --yes libvulkan1 mesa-vulkan-drivers; } \
	|| echo "no Vulkan driver found; install one, on Debian or Ubuntu: apt-get install libvulkan1 mesa-vulkan-drivers"

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache build *.egg-info
