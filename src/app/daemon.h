#pragma once
#include <uv.h>

#include <memory>

#include "app/config.h"
#include "app/control.h"
#include "app/engine.h"
#include "app/gateway.h"
#include "app/store.h"
#include "app/virtual_clock.h"
#include "net/server.h"

namespace cloudemu {

/// The running daemon: the loop with its handles, and everything that hangs on it.
class Daemon {
 public:
  /// Opens the store, recovers, listens. Errors say in one sentence what to do.
  static Result<std::unique_ptr<Daemon>> start(uv_loop_t* loop, const Config& config);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  int port() const { return server_->port(); }
  /// Runs until SIGTERM or SIGINT, then ends gracefully: replies go out, the log is synced, the state committed.
  void run();

 private:
  struct Handles;

  explicit Daemon(uv_loop_t* loop);
  Result<void> read_credentials(const Config& config);
  Result<void> open_store(const Config& config);
  void make_engine(const Config& config);
  void start_handles();
  void end_of_turn();
  void arm_timer();
  void on_timer();
  void stop();

  uv_loop_t* loop_;
  SystemClock real_clock_;
  VirtualClock clock_{real_clock_};
  SystemEntropy entropy_;
  net::WorkQueue work_;
  Environment environment_;
  std::unique_ptr<Handles> handles_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Control> control_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<net::Server> server_;
  uint64_t armed_for_ms_ = UINT64_MAX;
  bool stopping_ = false;
};

}  // namespace cloudemu
