"""Documents that are generated from policy and code: `make docs`; `python -m docs --check` says whether they are fresh."""
