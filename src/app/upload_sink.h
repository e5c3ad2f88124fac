#pragma once
#include <memory>

#include "log/blob_store.h"
#include "net/handler.h"
#include "net/work_queue.h"
#include "services/upload.h"

namespace cloudemu {

/// Takes a request body in: takes off aws-chunked framing, computes digests, keeps what is small in memory and streams the rest
/// into the blob store. Hashing and writing happen on pool threads, in pieces, two of which are in memory at a time.
class UploadSink final : public net::BodySink {
 public:
  UploadSink(UploadPlan plan, log::BlobStore& blobs, net::WorkQueue& work);
  ~UploadSink() override;

  bool write(std::string_view piece) override;
  void finish(std::function<void()> done) override;
  size_t held_bytes() const override;
  /// What became of the body; once, after finish().
  UploadedBody take();

 private:
  struct Work;
  struct Shared;
  std::shared_ptr<Shared> shared_;  // with the job under way, which may outlive the sink
};

}  // namespace cloudemu
