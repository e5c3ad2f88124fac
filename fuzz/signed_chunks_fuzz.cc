// Signed aws-chunked bodies, as under --auth verify: what was signed arrives whole; what was changed on the way is refused, or was changed in
// nothing that the signatures are for. Input: how long the chunks are, then edits of the framed body.
#include <algorithm>
#include <cstdio>
#include <string>

#include "core/encoding.h"
#include "core/strings.h"
#include "fuzz.h"
#include "protocol/aws_chunked.h"
#include "protocol/sigv4.h"

namespace {

using namespace cloudemu;

constexpr std::string_view kSecret = "secret", kTimestamp = "20261123T100000Z", kScope = "20261123/us-east-1/s3/aws4_request";

AwsChunkedDecoder::Signing signing(bool trailers) {
  static const std::string key = sigv4::signing_key(kSecret, {"AKID", "20261123", "us-east-1", "s3"});
  return {.key = key,
          .seed_signature = std::string(64, 'a'),
          .timestamp = std::string(kTimestamp),
          .scope = std::string(kScope),
          .trailers = trailers};
}

/// A client: frames and signs, as AWS's documentation of streaming signatures has it.
class Sender {
 public:
  explicit Sender(const AwsChunkedDecoder::Signing& signing) : signing_(signing), previous_(signing.seed_signature) {}

  void chunk(std::string_view payload) {
    previous_ = sign("AWS4-HMAC-SHA256-PAYLOAD", concat(hex(sha256("")), '\n', hex(sha256(payload))));
    char size[17];
    std::snprintf(size, sizeof size, "%zx", payload.size());
    append(framed_, size, ";chunk-signature=", previous_, "\r\n", payload);
    if (!payload.empty()) framed_ += "\r\n";
    payload_ += payload;
  }
  void end(bool trailers) {
    chunk("");
    constexpr std::string_view kTrailer = "x-amz-checksum-crc32:AAAAAA==";
    if (trailers) {
      append(framed_, kTrailer, "\r\nx-amz-trailer-signature:", sign("AWS4-HMAC-SHA256-TRAILER", hex(sha256(concat(kTrailer, '\n')))),
             "\r\n");
    }
    framed_ += "\r\n";
  }

  const std::string& framed() const { return framed_; }
  const std::string& payload() const { return payload_; }

 private:
  std::string sign(std::string_view algorithm, std::string_view hashes) const {
    return sigv4::sign(signing_.key, concat(algorithm, '\n', kTimestamp, '\n', kScope, '\n', previous_, '\n', hashes));
  }

  const AwsChunkedDecoder::Signing& signing_;
  std::string previous_, framed_, payload_;
};

struct Decoded {
  bool whole;
  std::string payload;
  std::vector<std::pair<std::string, std::string>> trailers;
};

Decoded decode(std::string_view input, size_t piece, const AwsChunkedDecoder::Signing& signing) {
  AwsChunkedDecoder decoder(signing);
  Decoded result{};
  for (size_t at = 0; at < input.size(); at += piece) {
    if (!decoder.feed(input.substr(at, piece), [&](std::string_view p) { result.payload.append(p); })) break;
  }
  result.whole = decoder.finish();
  result.trailers = decoder.trailers();
  return result;
}

/// One edit of three bytes: what to do, where (counted from the ends, where the framing is), and with which byte.
void edit(std::string& framed, std::string_view how) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(how[i]); };
  size_t at = std::min<size_t>(byte(1), framed.size());
  if (byte(0) & 0x80) at = framed.size() - at;
  switch (byte(0) % 4) {
    case 0: framed.insert(at, 1, how[2]); return;
    case 1: framed.erase(at, byte(2)); return;
    case 2:
      if (at < framed.size()) framed[at] = how[2];
      return;
    default: framed.insert(at, framed.substr(at, byte(2))); return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input = fuzz::bytes(data, size);
  if (input.size() < 3) return 0;
  bool trailers = input[0] & 1;
  size_t chunks = static_cast<unsigned char>(input[0]) / 2 % 3;
  size_t last = static_cast<unsigned char>(input[1]), piece = static_cast<unsigned char>(input[2]) + 1u;
  input.remove_prefix(3);

  AwsChunkedDecoder::Signing key = signing(trailers);
  Sender sender(key);
  for (size_t i = 0; i < chunks; ++i) sender.chunk(std::string(AwsChunkedDecoder::kChunkBytesMin, static_cast<char>('a' + i)));
  if (last > 0) sender.chunk(std::string(last, 'z'));
  sender.end(trailers);
  Decoded sent = decode(sender.framed(), piece, key);
  fuzz::require(sent.whole && sent.payload == sender.payload() && sent.trailers.size() == (trailers ? 1 : 0));

  std::string changed = sender.framed();
  for (; input.size() >= 3; input.remove_prefix(3)) edit(changed, input);
  Decoded result = decode(changed, piece, key);
  fuzz::require(!result.whole || (result.payload == sent.payload && (!trailers || result.trailers == sent.trailers)));
  fuzz::require(decode(changed, changed.size() + 1, key).whole == result.whole);
  return 0;
}
