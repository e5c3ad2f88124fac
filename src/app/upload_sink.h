#pragma once
#include <memory>

#include "log/blob_store.h"
#include "net/handler.h"
#include "net/work_queue.h"
#include "services/upload.h"

namespace cloudemu {

/// The uploads of a daemon that are under way, which share the memory that their pieces take: few have large ones, which cost less; many have
/// small ones, so that a thousand that come in together need no more than a few. On the loop's thread.
class UploadsUnderWay {
 public:
  void begin() { ++count_; }
  void end() { --count_; }
  /// How large the pieces should be now.
  size_t piece_bytes() const;

 private:
  size_t count_ = 0;
};

/// Takes a request body in: takes off aws-chunked framing, computes digests, keeps what is small in memory and streams the rest
/// into the blob store. Hashing and writing happen on pool threads, in pieces, two of which are in memory at a time.
class UploadSink final : public net::BodySink {
 public:
  UploadSink(UploadPlan plan, log::BlobStore& blobs, net::WorkQueue& work, std::shared_ptr<UploadsUnderWay> others);
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
