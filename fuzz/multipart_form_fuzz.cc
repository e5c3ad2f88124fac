// Forms with a file: pieces must not matter, content never exceeds input, what is kept is bounded.
#include <string>

#include "fuzz.h"
#include "protocol/multipart_form.h"
#include "services/s3/post_policy.h"

namespace {

using cloudemu::MultipartFormDecoder;

struct Decoded {
  bool whole = false;
  std::string content, fields;
};

Decoded decode(std::string_view input, size_t piece) {
  MultipartFormDecoder decoder("b");
  Decoded result;
  for (size_t at = 0; at < input.size(); at += piece) {
    if (!decoder.feed(input.substr(at, piece), [&](std::string_view bytes) { result.content.append(bytes); })) break;
  }
  result.whole = decoder.finish();
  for (const auto& field : decoder.fields()) result.fields.append(field.name).append("=").append(field.value).append(";");
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cloudemu;
  std::string_view input = fuzz::bytes(data, size);
  Decoded all = decode(input, size + 1), bytewise = decode(input, 1);
  fuzz::require(all.whole == bytewise.whole);
  fuzz::require(!all.whole || (all.content == bytewise.content && all.fields == bytewise.fields));
  fuzz::require(all.content.size() <= size && all.fields.size() <= 2 * MultipartFormDecoder::kFieldsBytesMax);
  (void)form_boundary(input);
  s3::PostedForm form{.names = {"key"}, .file_bytes = size, .now = 0};
  form.value = [](std::string_view) { return std::optional<std::string>("a"); };
  (void)s3::check_post_policy(input, form);
  return 0;
}
