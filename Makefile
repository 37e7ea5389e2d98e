# POSCare.  `make run` and `make test` set up everything they need.

PYTHON ?= python3
RUN = .venv/bin/python

.PHONY: run test check evaluate weights bench profile torture setup lock screens catalogues migration clean \
    packaging package-deb package-win package-mac test-deb test-windows offer manual

run:            ## the window on a sample estate; without a display the main job headless
	@$(PYTHON) run.py

test: setup     ## everything: rules of the house, both database engines, window, journeys
	@$(RUN) -m pytest -n 3 --dist loadgroup

setup:
	@$(PYTHON) run.py --setup --tests

check: setup    ## only the rules of the house: imports, types, style, translations
	@$(RUN) -m pytest -q tests/architecture

evaluate: setup ## the diagnosis on cases of sources nobody learnt from, then on the older held-out file
	@mkdir -p out
	@$(RUN) -m app knowledge evaluate tests/files/cases_unseen.jsonl --worst 0 --plot out/unseen.svg
	@$(RUN) -m app knowledge evaluate tests/files/cases_fresh.jsonl --worst 0 --plot out/fresh.svg
	@$(RUN) -m app knowledge evaluate tests/files/cases_heldout.jsonl --worst 0 --plot out/heldout.svg

weights: setup  ## learn the weights of words anew, after a change of cases or catalogue
	@$(RUN) -m pip install -q --target out/learning -r resources/knowledge/learning.txt
	@PYTHONPATH=out/learning $(RUN) resources/knowledge/learn.py

bench: setup    ## speed and memory, as ratios to a floor measured in the same run
	@$(RUN) -m tests.bench

profile: setup  ## make profile CASE="all by due": where the time of a case of the bench goes
	@$(RUN) -m tests.bench.profile $(CASE)

torture: setup  ## histories of an office and its laptops, damaged input, the card guard: full size
	@$(RUN) -m pytest -n 2 --dist loadgroup -m thorough
	@$(RUN) -m tests.torture

screens: setup  ## pictures of every page in both languages and themes → out/screens
	@$(RUN) -m pytest -q tests/screens --screens out/screens

catalogues: setup  ## take new messages into the translations
	@$(RUN) resources/locale/catalogues.py update
	@$(RUN) resources/locale/catalogues.py check

migration: setup   ## make migration NAME="what changes" REVISION=0041
	@$(RUN) -m db.revise "$(REVISION)" "$(NAME)"

packaging:
	@$(PYTHON) run.py --setup --tests --packaging

package-deb: packaging  ## the Debian package → out/packages; old Linux: OLD=1, stores of UOS, Kylin: STORE=1
	@$(RUN) resources/packaging/debian.py $(if $(OLD),--old-linux) $(if $(STORE),--store)

package-win: packaging  ## the Windows installer → out/packages; a release: EMBEDDED=python-3.11.9-embed-amd64.zip
	@$(RUN) resources/packaging/windows.py $(if $(EMBEDDED),--python "$(EMBEDDED)")

package-mac: setup      ## the disk image for macOS, on a Mac → out/packages
	@$(RUN) resources/packaging/macos.py

test-deb: package-deb   ## lintian, and the package started in an empty root
	@$(RUN) resources/packaging/try_debian.py

test-windows: packaging  ## the installer under wine: install, use, update, uninstall (some minutes)
	@$(RUN) resources/packaging/windows.py --quick
	@$(RUN) resources/packaging/try_windows.py out/packages/POSCare-*-setup-for-tests.exe

offer: setup    ## poscare-update.json beside the packages, which makes their folder a place of updates
	@$(RUN) resources/packaging/offer.py

manual: setup   ## the manual as PDF and as a site → out/manual; PICTURES=out/screens takes them anew
	@$(RUN) resources/packaging/manual.py $(if $(PICTURES),--pictures "$(PICTURES)")

lock:           ## pin everything again (needs uv)
	@uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements.lock
	@uv pip compile pyproject.toml --extra postgres --extra source --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-header --no-annotate \
	    --constraint requirements.lock -o requirements-users.lock
	@grep -o '^[a-z0-9-]*==[^ ]*' requirements-users.lock | grep -v '^pyside6\|^shiboken6' > .venv/old-linux.txt
	@uv pip compile pyproject.toml --extra postgres --extra source --python-version 3.11 \
	    --python-platform x86_64-manylinux_2_28 --constraint .venv/old-linux.txt \
	    --upgrade-package 'pyside6-essentials<6.9' --generate-hashes --no-emit-index-url --no-header \
	    --no-annotate -o requirements-linux-old.lock

clean:
	rm -rf .venv out .mypy_cache .ruff_cache .pytest_cache .hypothesis
