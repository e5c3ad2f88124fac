#include <catch2/catch.hpp>

#include "core/clock_history.h"

namespace cloudemu {

TEST_CASE("What the virtual clock showed when", "[core][clock]") {
  ClockHistory history;
  CHECK(history.at(5) == 5);
  history.change(100, {.offset_ms = 1000});
  history.change(200, {.offset_ms = 0, .frozen_at = 7});
  history.change(300, {.offset_ms = -50});
  CHECK(history.at(99) == 99);
  CHECK(history.at(100) == 1100);
  CHECK(history.at(199) == 1199);
  CHECK(history.at(250) == 7);
  CHECK(history.at(300) == 250);
  CHECK(history.setting() == ClockSetting{.offset_ms = -50});
}

TEST_CASE("Of many changes of the clock the last are remembered", "[core][clock][limits]") {
  ClockHistory history;
  TimeMs last = static_cast<TimeMs>(ClockHistory::kChangesMax) + 1;
  for (TimeMs i = 1; i < last; ++i) history.change(i * 10, {.offset_ms = i * 100});
  CHECK(history.at(10) == 110);
  history.change(last * 10, {.offset_ms = last * 100});
  CHECK(history.at(19) == 19);
  CHECK(history.at(20) == 220);
  CHECK(history.at(last * 10) == last * 110);
}

}  // namespace cloudemu
