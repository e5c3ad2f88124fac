#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"
#include "net/certificate.h"

namespace cloudemu::net {

/// What TLS connections begin with. Made when the first client wants it: a daemon that speaks plain HTTP pays nothing.
class TlsServer {
 public:
  /// `identity` is asked once, on any thread.
  explicit TlsServer(std::function<Result<Identity>()> identity);
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

 private:
  friend class TlsSession;
  struct Context;  // in tls.cc, with OpenSSL

  /// Null with a sentence in `why`. On any thread.
  Context* context(std::string& why);

  std::mutex mutex_;
  std::function<Result<Identity>()> identity_;
  std::unique_ptr<Context> context_;
};

/// One connection's TLS, of version 1.2 or 1.3: bytes in, bytes out, no socket. Bytes for the client gather until they are taken.
/// It may go from thread to thread, but is used by one at a time.
class TlsSession {
 public:
  /// `server` must outlive it.
  explicit TlsSession(TlsServer& server);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  enum class Step {
    need_more,  ///< goes on when the client has said more
    done,       ///< what was called for is done
    ended,      ///< the client will say no more
    failed      ///< for good; failure() says why
  };
  /// Takes what the client said. To be called until it says `done`; a step takes up to some milliseconds, so not on the loop.
  Step shake_hands(std::string_view bytes);
  /// From then on: takes what the client said, to be had by read(). The bytes must stay until read() needs more.
  void receive(std::string_view bytes) { incoming_ = bytes; }
  /// The next of what it meant: `done` with `into` filled up to `size`.
  Step read(std::span<char> into, size_t& size);
  /// Puts what is to be said into the bytes for the client. False: that cannot be done any more.
  bool write(std::string_view plain);
  /// Says that nothing more will come.
  void end();
  /// The bytes for the client since the last time.
  std::string take_output() { return std::exchange(outgoing_, {}); }
  const std::string& failure() const { return failure_; }

 private:
  friend struct TlsBytes;
  struct State;

  Step step_of(int result);
  bool open();

  TlsServer& server_;
  std::unique_ptr<State> state_;
  std::string held_;           // bytes of the client that came before hands were shaken
  std::string_view incoming_;  // those that came after
  std::string outgoing_;
  std::string failure_;
};

}  // namespace cloudemu::net
