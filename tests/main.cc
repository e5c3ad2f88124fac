// The main function of the unit tests. Compiled without the precompiled header, which lacks this definition.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
