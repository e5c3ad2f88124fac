#include "app/blob_digester.h"

#include <memory>
#include <vector>

#include "app/blob_source.h"

namespace cloudemu {

namespace {

constexpr size_t kPieceBytes = 256 * 1024;
constexpr size_t kPiecesPerJob = 32;

/// Lives in the callbacks of the job under way.
struct Digester : std::enable_shared_from_this<Digester> {
  Digester(log::BlobStore& blobs, net::WorkQueue& w, DigestRequest r, std::function<void(std::optional<Digests>)> d)
      : work(w), request(std::move(r)), source(blobs, request.extents, request.owner), done(std::move(d)) {
    for (DigestKind kind : request.kinds) digests.emplace_back(kind);
  }

  void start_job() {
    auto self = shared_from_this();
    work.submit([self] { self->digest_some(); }, [self] { self->job_done(); });
  }

  /// On a pool thread.
  void digest_some() {
    std::vector<char> piece(kPieceBytes);
    for (size_t i = 0; i < kPiecesPerJob && !failed && !ended; ++i) {
      auto got = source.read(piece);
      failed = !got;
      ended = got && *got == 0;
      if (failed || ended) return;
      for (Digest& digest : digests) digest.update({piece.data(), *got});
    }
  }

  void job_done() {
    if (failed) return done(std::nullopt);
    if (!ended) return start_job();
    Digests result{.of = std::move(request), .values = {}};
    for (Digest& digest : digests) result.values.emplace(digest.kind(), digest.finish());
    done(std::move(result));
  }

  net::WorkQueue& work;
  DigestRequest request;
  BlobSource source;
  std::function<void(std::optional<Digests>)> done;
  std::vector<Digest> digests;
  bool failed = false, ended = false;
};

}  // namespace

void digest_blobs(log::BlobStore& blobs, net::WorkQueue& work, DigestRequest request, std::function<void(std::optional<Digests>)> done) {
  std::make_shared<Digester>(blobs, work, std::move(request), std::move(done))->start_job();
}

}  // namespace cloudemu
