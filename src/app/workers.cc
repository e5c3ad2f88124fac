#include "app/workers.h"

#include "app/blob_digester.h"
#include "app/blob_fetcher.h"
#include "app/blob_source.h"
#include "net/turnstile.h"

namespace cloudemu {

namespace {

/// Large calls that are taken apart at once: a body then takes up to twenty times its room.
constexpr size_t kPreparedAtOnce = 2;

}  // namespace

void give_workers(Surroundings& surroundings, net::WorkQueue& work) {
  surroundings.open_blobs = [](log::BlobStore& blobs, std::vector<BodyExtent> extents, std::string owner) {
    return std::make_unique<BlobSource>(blobs, std::move(extents), std::move(owner));
  };
  surroundings.digest_blobs = [&work](log::BlobStore& blobs, DigestRequest request, std::function<void(std::optional<Digests>)> done) {
    digest_blobs(blobs, work, std::move(request), std::move(done));
  };
  surroundings.in_background = [&work](std::function<void()> job, std::function<void()> done) {
    work.submit(std::move(job), std::move(done));
  };
  auto turns = std::make_shared<net::Turnstile>(work, kPreparedAtOnce);
  surroundings.in_turn = [turns](std::function<bool()> wanted, std::function<void()> job, std::function<void()> done) {
    turns->submit(std::move(wanted), std::move(job), std::move(done));
  };
  surroundings.read_blobs = [&work](log::BlobStore& blobs, Errand::Bytes wanted, std::function<void(Brought)> done) {
    read_blobs(blobs, work, std::move(wanted), std::move(done));
  };
}

}  // namespace cloudemu
