# Thin covers over the CMake presets; see CMakePresets.json.
.PHONY: build run test torture bench packages asan tsan fuzz format lint clean deps

JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 60
ARCH ?= amd64
BENCH ?= # flags of scripts/bench

build: deps
	cmake --preset release
	cmake --build --preset release --parallel $(JOBS) --target cloudemu cloudemu-log

run: build
	@scripts/run

test:
	scripts/install-deps --test
	scripts/test

torture:
	scripts/install-deps --test
	cmake --preset release
	cmake --build --preset release --parallel $(JOBS)
	scripts/torture

bench:
	scripts/install-deps --bench
	cmake --preset release
	cmake --build --preset release --parallel $(JOBS)
	scripts/bench $(BENCH)

packages:
	scripts/install-deps --packages
	$(if $(filter arm64,$(ARCH)),scripts/install-deps --arm64)
	packaging/build --arch $(ARCH)

asan tsan:
	scripts/install-deps --test
	cmake --preset $@
	cmake --build --preset $@ --parallel $(JOBS)
	ulimit -s 65536 && ctest --preset $@ # sanitizers make frames large, and parsers recurse up to their limits

fuzz:
	scripts/install-deps --test
	cmake --preset fuzz
	cmake --build --preset fuzz --parallel $(JOBS)
	scripts/fuzz $(FUZZ_SECONDS)

format:
	scripts/install-deps --lint
	git ls-files '*.cc' '*.h' | xargs clang-format -i

lint:
	scripts/install-deps --lint
	git ls-files '*.cc' '*.h' | xargs clang-format --dry-run --Werror
	cmake --preset tidy
	run-clang-tidy -quiet -p build/tidy -j $(JOBS) '^$(CURDIR)/(src|tools|benchmarks)/'

deps:
	@scripts/install-deps

clean:
	rm -rf build
