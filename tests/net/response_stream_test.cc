#include "net/response_stream.h"

#include <uv.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "net/limits.h"

namespace cloudemu::test {

using State = net::ResponseStream::State;

namespace {

/// Pieces of one letter each: aaa..., bbb..., ccc...
class Letters final : public http::BodySource {
 public:
  Result<size_t> read(std::span<char> into) override {
    std::fill(into.begin(), into.end(), next_++);
    return into.size();
  }

 private:
  char next_ = 'a';
};

}  // namespace

TEST_CASE("ResponseStream: a piece is offered once, also when the next one arrives while it is being written", "[net]") {
  uv_loop_t loop;
  REQUIRE(uv_loop_init(&loop) == 0);
  {
    net::WorkQueue work(&loop);
    auto stream = std::make_shared<net::ResponseStream>(std::make_unique<Letters>(), 3 * net::kResponsePieceBytes, work);
    int offers = 0;
    std::string taken;
    stream->start([&] { ++offers; });
    while (offers == 0) uv_run(&loop, UV_RUN_ONCE);
    REQUIRE(stream->state() == State::piece);
    taken.push_back(stream->lend().front());
    while (offers == 1) uv_run(&loop, UV_RUN_ONCE);
    CHECK(stream->state() == State::waiting);
    stream->taken();
    while (stream->state() != State::end) {
      if (stream->state() == State::piece) {
        taken.push_back(stream->lend().front());
        stream->taken();
      } else {
        uv_run(&loop, UV_RUN_ONCE);
      }
    }
    CHECK(taken == "abc");
  }
  uv_run(&loop, UV_RUN_DEFAULT);
  CHECK(uv_loop_close(&loop) == 0);
}

}  // namespace cloudemu::test
