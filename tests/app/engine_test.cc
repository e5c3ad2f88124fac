#include <catch2/catch.hpp>

#include "support/world.h"

namespace cloudemu::test {

TEST_CASE("Engine: what is written can be read, and stands in the log", "[app][engine]") {
  World world;
  CHECK(world.send({.method = "PUT", .target = "/photos"}).status == 200);
  REQUIRE(world.events().size() == 1);
  CHECK(std::get<s3::BucketCreated>(world.events()[0]).bucket == "photos");
  CHECK(world.send({.method = "PUT", .target = "/photos/cat", .body = "meow"}).status == 200);
  Reply reply = world.send({.target = "/photos/cat"});
  CHECK(reply.status == 200);
  CHECK(reply.body == "meow");
  CHECK(reply.header("x-cloudemu-seq") == "2");
}

TEST_CASE("Engine: a large body goes through the blob store", "[app][engine]") {
  World world;
  std::string body(3'000'000, 'x');
  world.send({.method = "PUT", .target = "/photos"});
  CHECK(world.send({.method = "PUT", .target = "/photos/cat", .body = body}).status == 200);
  CHECK(world.send({.target = "/photos/cat"}).body == body);
}

}  // namespace cloudemu::test
