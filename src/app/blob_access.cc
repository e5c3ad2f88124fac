#include "app/blob_access.h"

#include "app/blob_digester.h"
#include "app/blob_fetcher.h"
#include "app/blob_source.h"

namespace cloudemu {

void give_blob_access(Surroundings& surroundings, net::WorkQueue& work) {
  surroundings.open_blobs = [](log::BlobStore& blobs, std::vector<BodyExtent> extents, std::string owner) {
    return std::make_unique<BlobSource>(blobs, std::move(extents), std::move(owner));
  };
  surroundings.digest_blobs = [&work](log::BlobStore& blobs, DigestRequest request, std::function<void(std::optional<Digests>)> done) {
    digest_blobs(blobs, work, std::move(request), std::move(done));
  };
  surroundings.in_background = [&work](std::function<void()> job, std::function<void()> done) {
    work.submit(std::move(job), std::move(done));
  };
  surroundings.read_blobs = [&work](log::BlobStore& blobs, Errand::Bytes wanted, std::function<void(Brought)> done) {
    read_blobs(blobs, work, std::move(wanted), std::move(done));
  };
}

}  // namespace cloudemu
