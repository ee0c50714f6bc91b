# Everything from one command, on a machine with nothing but make and Python 3.11 to 3.13:
#   make run      train a recipe, evaluate it, write its report, classify one image with it, and read a page
#   make test     every check that CI runs
#   make results  train what results/ lacks, then write the README's table (hours)
#   make pretrained  train the bundles that ship anew, int8 variant and tiny one too, and put them in their place (half an hour)
#   make search   search the sizes of cnn-tuned, by TPE and at random (hours; goes on where it was stopped)
#   make bench    measure against peers
#   make docs     build the documentation, for a browser: build/site/index.html
#   make audit    known vulnerabilities and the licences of all packages; asks the network
#   make clean    remove the virtual environment and what the tools left behind
# Variables: RECIPE=cnn-dropout, PYTHON=python3.12, VENV=.venv; of bench, the Pythons that have rapidocr and cv2.ml:
#   PEERS_PYTHON=peers/bin/python OPENCV_PYTHON=opencv/bin/python

.SHELLFLAGS := -euc
.DEFAULT_GOAL := run
.DELETE_ON_ERROR:

RECIPE ?= cnn-dropout
IMAGE ?= docs/pictures/five.png
PAGE ?= docs/pictures/page.jpg
VENV ?= .venv
# A version manager's shim may stand on the path for a Python it does not have, so each is asked to run.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && echo $$python && break; \
	done)

BIN := $(VENV)/bin
RUN_FOLDER := runs/$(RECIPE)/seed-0

.PHONY: run test results pretrained search bench docs audit clean

$(VENV)/.installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11, 3.12 or 3.13 found; install one or pass PYTHON=..." >&2; exit 1; }
	"$(PYTHON)" -m venv --clear "$(VENV)"
	"$(BIN)/python" -m pip install --quiet --constraint constraints.txt --upgrade pip
	"$(BIN)/python" -m pip install --quiet --constraint constraints.txt \
		--build-constraint constraints.txt --editable ".[train]"
	touch "$@"

# Apart from the install for `run`, which needs no test tools.
$(VENV)/.installed-dev: $(VENV)/.installed
	"$(BIN)/python" -m pip install --quiet --constraint constraints.txt \
		--build-constraint constraints.txt --editable ".[train,serve,cluster,documents,postgresql,mlflow]" --group dev --group docs
	touch "$@"

# The tests of the web page want a browser; where it cannot be installed they are skipped, and say so.
.PHONY: browser
browser:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
		&& apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
		|| echo "make: no chromium; the tests of the web page are skipped" >&2

# A finished run is not trained again, an interrupted one goes on.
run: export INKDIGITS_RUNS_DIR := runs
run: $(VENV)/.installed
	"$(BIN)/inkdigits" train "$(RECIPE)" --seeds 0
	"$(BIN)/inkdigits" classify "$(IMAGE)" --bundle "$(RUN_FOLDER)/bundle"
	"$(BIN)/inkdigits" read "$(PAGE)"
	@echo "Report: $(RUN_FOLDER)/report.html"

test: $(VENV)/.installed-dev browser
	"$(BIN)/ruff" check .
	"$(BIN)/ruff" format --check .
	"$(BIN)/mypy"
	"$(BIN)/lint-imports"
	"$(BIN)/python" -m pytest --numprocesses 2 --dist loadgroup

results: $(VENV)/.installed
	"$(BIN)/python" benchmarks/results.py
	"$(BIN)/python" benchmarks/readme.py

# A finished run is not trained again: remove runs/reader for a new one.
pretrained: export INKDIGITS_RUNS_DIR := runs
pretrained: $(VENV)/.installed
	"$(BIN)/inkdigits" train reader --seeds 0
	cp runs/reader/seed-0/bundle/model.json runs/reader/seed-0/bundle/model.onnx src/inkdigits/pretrained/
	"$(BIN)/inkdigits" evaluate src/inkdigits/pretrained --coverage 0.999 --save
	"$(BIN)/inkdigits" export int8 src/inkdigits/pretrained/int8
	"$(BIN)/inkdigits" evaluate src/inkdigits/pretrained/int8 --coverage 0.999 --save
	"$(BIN)/inkdigits" train tiny --seeds 0
	"$(BIN)/inkdigits" export int8 src/inkdigits/pretrained/tiny --bundle runs/tiny/seed-0/bundle
	"$(BIN)/inkdigits" evaluate src/inkdigits/pretrained/tiny --save
	"$(BIN)/inkdigits" export header examples/microcontroller/inkdigits_tiny.h --bundle src/inkdigits/pretrained/tiny
	"$(BIN)/python" tests/fixtures/drawings.py

search: export INKDIGITS_RUNS_DIR := runs
search: $(VENV)/.installed
	"$(BIN)/python" benchmarks/search.py

bench: $(VENV)/.installed-dev
	"$(BIN)/python" benchmarks/training.py
	"$(BIN)/python" benchmarks/training_growth.py
	"$(BIN)/python" benchmarks/grades.py
	"$(BIN)/python" benchmarks/hostile.py
	"$(BIN)/python" benchmarks/serving.py
	"$(BIN)/python" benchmarks/rejection.py
	"$(BIN)/python" benchmarks/recognising.py $(if $(OPENCV_PYTHON),--opencv-python "$(OPENCV_PYTHON)")
	"$(BIN)/python" benchmarks/cold_start.py $(if $(PEERS_PYTHON),--peers-python "$(PEERS_PYTHON)")
	"$(BIN)/python" benchmarks/reading_growth.py $(if $(PEERS_PYTHON),--peers-python "$(PEERS_PYTHON)")
	"$(BIN)/python" benchmarks/speed_picture.py

# The test suite builds it, too, and looks into it.
docs: $(VENV)/.installed-dev
	"$(BIN)/python" -m sphinx -q -j auto -E -W --keep-going -c docs -d build/doctrees . build/site
	@echo "Documentation: build/site/index.html"

audit: $(VENV)/.installed-dev
	"$(BIN)/python" tools/licences.py
	"$(BIN)/python" -m pip install --quiet --constraint constraints.txt --group audit \
		|| { echo "make: pip-audit cannot be installed; is there a network?" >&2; exit 1; }
	"$(BIN)/python" tools/vulnerabilities.py

clean:
	rm -rf -- "$(VENV)" build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests benchmarks tools -type d -name __pycache__ -prune -exec rm -rf -- {} +
