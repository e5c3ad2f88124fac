// aws-chunked bodies: pieces must not matter, payload never exceeds input.
#include <string>

#include "fuzz.h"
#include "protocol/aws_chunked.h"

namespace {

struct Result {
  bool whole;
  std::string payload;
};

Result decode(std::string_view input, size_t piece) {
  cloudemu::AwsChunkedDecoder decoder;
  Result result{};
  for (size_t at = 0; at < input.size(); at += piece) {
    if (!decoder.feed(input.substr(at, piece), [&](std::string_view p) { result.payload.append(p); })) break;
  }
  result.whole = decoder.finish();
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cloudemu;
  std::string_view input = fuzz::bytes(data, size);
  Result all = decode(input, size + 1), bytewise = decode(input, 1);
  fuzz::require(all.whole == bytewise.whole);
  fuzz::require(!all.whole || all.payload == bytewise.payload);
  fuzz::require(all.payload.size() <= size);
  return 0;
}
