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

/// Unpacks members off the front of what it was given, onto the end of `out`. What costs time, besides bytes, are blocks: each may bring
/// tables of codes to be built, and needs to hold nothing. So there is a budget of them, which every encoder keeps by far: one for each
/// stretch of what comes out, and some for small bodies and their members.
class Unpacker {
 public:
  Unpacker(ContentCoding coding, std::string_view body, size_t bytes_max) : inflater_(coding), bytes_max_(bytes_max) {
    set_input(inflater_.stream, body);
  }

  bool has_more() const { return inflater_.stream.avail_in > 0; }

  Result<void, CodingFlaw> member(std::string& out) {
    z_stream& stream = inflater_.stream;
    inflateReset(&stream);
    char piece[kPieceBytes];
    for (int code = Z_OK; code != Z_STREAM_END;) {
      stream.next_out = reinterpret_cast<Bytef*>(piece);
      stream.avail_out = sizeof piece;
      code = inflate(&stream, Z_BLOCK);  // returns at the end of each block
      size_t made = sizeof piece - stream.avail_out;
      if (out.size() + made > bytes_max_) return fail(CodingFlaw::too_large);
      out.append(piece, made);
      if (code != Z_OK && code != Z_STREAM_END) return fail(CodingFlaw::broken);  // Z_BUF_ERROR: cut off
      if (++blocks_ > kBlocksMin + out.size() / kBytesPerBlock) return fail(CodingFlaw::broken);
    }
    return {};
  }

 private:
  static constexpr size_t kBlocksMin = 2000;
  static constexpr size_t kBytesPerBlock = 4096;

  Inflater inflater_;
  size_t bytes_max_;
  size_t blocks_ = 0;
};

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
  Unpacker unpacker(coding, body, bytes_max);
  do TRY(unpacker.member(out));
  while (unpacker.has_more() && coding == ContentCoding::gzip);
  if (unpacker.has_more()) return fail(CodingFlaw::broken);
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
