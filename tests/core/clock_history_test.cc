#include <catch2/catch.hpp>

#include "core/clock_history.h"

namespace cloudemu {

TEST_CASE("What the virtual clock showed when", "[core][clock]") {
  ClockHistory history;
  CHECK(history.before(5) == 5);
  history.change(100, {.offset_ms = 1000});
  history.change(200, {.offset_ms = 0, .frozen_at = 7});
  history.change(300, {.offset_ms = -50});
  CHECK(history.before(100) == 100);
  CHECK(history.before(101) == 1101);
  CHECK(history.before(200) == 1200);
  CHECK(history.before(250) == 7);
  CHECK(history.before(301) == 251);
  CHECK(history.setting() == ClockSetting{.offset_ms = -50});
}

TEST_CASE("Of many changes of the clock the last are remembered", "[core][clock][limits]") {
  ClockHistory history;
  TimeMs last = static_cast<TimeMs>(ClockHistory::kChangesMax) + 1;
  for (TimeMs i = 1; i < last; ++i) history.change(i * 10, {.offset_ms = i * 100});
  CHECK(history.before(11) == 111);
  history.change(last * 10, {.offset_ms = last * 100});
  CHECK(history.before(20) == 20);
  CHECK(history.before(21) == 221);
  CHECK(history.before(last * 10 + 1) == last * 110 + 1);
}

}  // namespace cloudemu
