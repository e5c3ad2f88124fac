#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/work_queue.h"
#include "protocol/http_message.h"

namespace cloudemu::net {

/// Fetches a reply body from its BodySource on worker threads, one piece ahead of the socket. Shared between the connection and
/// the job under way, so that either may end first.
class ResponseStream : public std::enable_shared_from_this<ResponseStream> {
 public:
  ResponseStream(std::unique_ptr<http::BodySource> source, uint64_t length, WorkQueue& work);

  /// `ready` is called on the loop's thread whenever a piece can be taken, or something failed.
  void start(std::function<void()> ready);
  /// Instead, for HEAD: reads no bytes, which fails if the source sees that it could not give them. `ready` is called when that is known; the
  /// state is then `end` or `failed`.
  void probe(std::function<void()> ready);
  /// Nobody will take any more.
  void abandon() { ready_ = nullptr; }

  enum class State { waiting, piece, end, failed };
  State state() const;
  /// The piece to write; it stays valid until taken(), and until then the state is `waiting`: a write may be through before its
  /// callback runs, and the piece must not be offered again meanwhile. Taking it sets the next fetch going.
  const std::vector<char>& lend() {
    lent_ = true;
    return buffers_[front_];
  }
  void taken();

 private:
  void fetch();

  std::unique_ptr<http::BodySource> source_;
  uint64_t unfetched_;
  WorkQueue& work_;
  std::function<void()> ready_;
  std::vector<char> buffers_[2];
  bool full_[2] = {false, false};
  int front_ = 0;
  bool lent_ = false;
  bool fetching_ = false;
  bool failed_ = false;
};

}  // namespace cloudemu::net
