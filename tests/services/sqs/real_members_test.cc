#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/strings.h"

/// AWS's model of SQS is small, and all of it is built: a member that a later one adds shows up here.
namespace cloudemu::test {

namespace {

struct Structure {
  std::string_view name;
  std::string_view members;
};
constexpr Structure kStructures[] = {
#include "services/sqs/real_members.inc"
};

std::string sources_of_sqs() {
  std::string text;
  for (const auto& file : std::filesystem::directory_iterator(CLOUDEMU_SOURCE_DIR "/src/services/sqs")) {
    if (file.path().extension() == ".inc") continue;
    std::ifstream in(file.path());
    text.append(std::istreambuf_iterator<char>(in), {});
  }
  return text;
}

}  // namespace

TEST_CASE("Members: every member that AWS's model of SQS has is read", "[sqs][members]") {
  std::string sources = sources_of_sqs();
  size_t seen = 0;
  for (const Structure& structure : kStructures) {
    for (std::string_view member : split(trim(structure.members), ' ')) {
      INFO(structure.name << '.' << member);
      CHECK((member.empty() || sources.find(concat('"', member, '"')) != std::string::npos));
      ++seen;
    }
  }
  CHECK(seen > 50);
}

}  // namespace cloudemu::test
