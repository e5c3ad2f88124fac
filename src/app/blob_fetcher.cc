#include "app/blob_fetcher.h"

#include <memory>

#include "app/blob_source.h"
#include "core/release.h"
#include "core/strings.h"
#include "protocol/content_coding.h"

namespace cloudemu {

namespace {

constexpr size_t kPieceBytes = 256 * 1024;

Result<std::string> read_all(BlobSource& source) {
  std::string bytes;
  std::string piece(kPieceBytes, '\0');
  while (size_t got = TRY(source.read(piece))) {
    if (bytes.size() + got > kUnpackedBytesMax) return fail(Errc::bad_input, "it is too large to be imported");
    bytes.append(piece, 0, got);
  }
  return bytes;
}

Result<std::string> unpacked(std::string bytes, Errand::Bytes::Packing packing) {
  using Packing = Errand::Bytes::Packing;
  if (packing == Packing::none) return bytes;
  auto out =
      packing == Packing::gzip ? decode_content(ContentCoding::gzip, bytes, kUnpackedBytesMax) : decode_zstd(bytes, kUnpackedBytesMax);
  if (out) return std::move(*out);
  bool large = out.error() == CodingFlaw::too_large;
  return fail(Errc::bad_input, large ? "it is too large to be imported" : "it cannot be unpacked");
}

}  // namespace

void read_blobs(log::BlobStore& blobs, net::WorkQueue& work, Errand::Bytes wanted, std::function<void(Brought)> done) {
  auto brought = std::make_shared<Brought>(Brought{.owner = wanted.owner});
  // Made on the loop, which pins the blobs.
  auto source = std::make_shared<BlobSource>(blobs, std::move(wanted.content), std::move(wanted.owner));
  auto release = [&work](std::function<void()> job, std::function<void()> then) { work.submit(std::move(job), std::move(then)); };
  auto fetch = [source, brought, release, packing = wanted.packing] {
    auto bytes = read_all(*source);
    if (bytes) bytes = unpacked(std::move(*bytes), packing);
    if (bytes) brought->bytes = release_elsewhere(std::make_shared<const std::string>(std::move(*bytes)), release);
    else brought->failure = bytes.error().context;
  };
  work.submit(std::move(fetch), [brought, done = std::move(done)] { done(std::move(*brought)); });
}

}  // namespace cloudemu
