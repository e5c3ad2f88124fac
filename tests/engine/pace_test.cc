#include "engine/pace.h"

#include <catch2/catch.hpp>

namespace cloudemu {

TEST_CASE("Pace: a piece that took too long is followed by a smaller one, and those that take no time by larger ones", "[engine][limits]") {
  Pace pace(500);
  CHECK(pace.units() == 500);
  pace.note(500, 10 * Pace::kPieceUs);
  CHECK(pace.units() == 50);
  pace.note(50, Pace::kPieceUs);
  CHECK(pace.units() == 50);
  pace.note(50, Pace::kPieceUs / 4);
  CHECK(pace.units() == 100);
  // Nothing can be told from a piece that did not need what it had.
  pace.note(10, 1);
  CHECK(pace.units() == 100);
  // Some work counts no units.
  for (int i = 0; i < 5; ++i) pace.note(0, 1);
  CHECK(pace.units() == 500);
  pace.note(500, 1'000'000 * Pace::kPieceUs);
  CHECK(pace.units() == Pace::kUnitsMin);
}

}  // namespace cloudemu
