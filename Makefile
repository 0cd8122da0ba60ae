# Two commands do everything on a fresh machine with Python 3.11, Node 20, npm, git and gcc:
#   make demo   build it and serve it on http://localhost:8000
#   make test   every check there is

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PORT ?= 8000
SYSTEM := libgl1 libglib2.0-0 libegl1 libgles2 espeak-ng
BROWSER := chromium ffmpeg fonts-noto-core

.PHONY: demo test check python-tests browser-tests web-tests web docs format clean

demo: .venv/base web
	@tools/install-debian.sh $(SYSTEM)
	$(BIN)/chereme serve --port $(PORT)

test: check python-tests web-tests browser-tests

check: .venv/all web/node_modules/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd web && npm run --silent check

python-tests: .venv/all
	@tools/install-debian.sh $(SYSTEM)
	$(BIN)/pytest -m "not browser" --numprocesses 2 --dist loadfile

web-tests: web/node_modules/.installed
	cd web && npm test --silent

browser-tests: .venv/all web
	@tools/install-debian.sh $(SYSTEM) $(BROWSER)
	$(BIN)/pytest -m browser

web: src/chereme/server/web/index.html

src/chereme/server/web/index.html: web/node_modules/.installed $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
	cd web && npm run --silent build
	@touch $@

web/node_modules/.installed: web/package-lock.json
	cd web && npm ci --no-fund --no-audit
	@touch $@

# What serving needs: no torch, no training.
.venv/base: pyproject.toml constraints.txt
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[server]"
	@touch $@

.venv/all: .venv/base
	$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[test]"
	@touch $@

# The manual, in site/.
docs: .venv/docs
	$(BIN)/mkdocs build --strict

.venv/docs: .venv/base
	$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[docs]"
	@touch $@

format: .venv/all web/node_modules/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd web && npm run --silent format

clean:
	rm -rf .venv web/node_modules src/chereme/server/web build dist
