#include "protocol/content_coding.h"

#include <zlib.h>

#include <algorithm>
#include <cstdlib>

#include "core/check.h"
#include "core/strings.h"

namespace cloudemu {

namespace {

constexpr size_t kPieceBytes = 64 * 1024;

/// zlib tells formats apart by this argument.
int window_bits(ContentCoding coding) { return coding == ContentCoding::gzip ? 15 + 16 : 15; }

/// zlib's streams want non-const input and unsigned char.
void set_input(z_stream& stream, std::string_view bytes) {
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
}

struct Inflater {
  z_stream stream{};
  explicit Inflater(ContentCoding coding) { CHECK_INVARIANT(inflateInit2(&stream, window_bits(coding)) == Z_OK); }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

/// Unpacks one member off the front of `body`, onto the end of `out`.
Result<void, CodingFlaw> inflate_member(ContentCoding coding, std::string_view& body, std::string& out, size_t bytes_max) {
  Inflater inflater(coding);
  z_stream& stream = inflater.stream;
  set_input(stream, body);
  int code = Z_OK;
  while (code == Z_OK) {
    size_t before = out.size();
    out.resize(before + kPieceBytes);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = kPieceBytes;
    code = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (out.size() > bytes_max) return fail(CodingFlaw::too_large);
    bool stuck = stream.avail_in == 0 && stream.avail_out > 0;
    if (code == Z_OK && stuck) return fail(CodingFlaw::broken);
  }
  if (code != Z_STREAM_END) return fail(CodingFlaw::broken);
  body.remove_prefix(body.size() - stream.avail_in);
  return {};
}

/// What a list of Accept-Encoding says of one coding.
struct Weight {
  double value = -1;  // negative: not mentioned
  size_t place = SIZE_MAX;
};

/// The first "q=" counts, wherever it stands; what is no number is 1.
double read_weight(std::string_view parameters) {
  size_t at = parameters.find("q=");
  if (at == std::string_view::npos) return 1;
  std::string text(trim(parameters.substr(at + 2, parameters.find(';', at) - at - 2)));
  char* end = nullptr;
  double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0') return 1;
  return std::clamp(value, 0.0, 1.0);
}

Weight weight_of(const std::vector<std::string_view>& list, std::string_view name) {
  Weight weight;
  for (size_t i = 0; i < list.size(); ++i) {
    auto [coding, parameters] = split_once(list[i], ';');
    if (!equals_ignoring_case(trim(coding), name)) continue;
    double value = read_weight(parameters);
    if (value > weight.value) weight = {value, i};
  }
  return weight;
}

}  // namespace

Result<std::string, CodingFlaw> decode_content(ContentCoding coding, std::string_view body, size_t bytes_max) {
  std::string out;
  if (body.empty()) return fail(CodingFlaw::broken);
  do TRY(inflate_member(coding, body, out, bytes_max));
  while (!body.empty() && coding == ContentCoding::gzip);
  if (!body.empty()) return fail(CodingFlaw::broken);
  return out;
}

std::string encode_content(ContentCoding coding, std::string_view body) {
  z_stream stream{};
  constexpr int kMemoryLevel = 8;
  int code = deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits(coding), kMemoryLevel, Z_DEFAULT_STRATEGY);
  CHECK_INVARIANT(code == Z_OK);
  std::string out(deflateBound(&stream, body.size()), '\0');
  set_input(stream, body);
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK_INVARIANT(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::optional<ContentCoding> accepted_coding(std::string_view accept_encoding) {
  if (accept_encoding.empty()) return std::nullopt;
  std::vector<std::string_view> list = split(accept_encoding, ',');
  double others = weight_of(list, "*").value;
  std::optional<ContentCoding> best;
  Weight best_weight{0, SIZE_MAX};
  for (auto [coding, name] : {std::pair{ContentCoding::gzip, "gzip"}, std::pair{ContentCoding::deflate, "deflate"}}) {
    Weight weight = weight_of(list, name);
    if (weight.value < 0) weight.value = others;
    bool better = weight.value > best_weight.value || (weight.value == best_weight.value && weight.place < best_weight.place);
    if (weight.value <= 0 || !better) continue;
    best = coding;
    best_weight = weight;
  }
  return best;
}

}  // namespace cloudemu
