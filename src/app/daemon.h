#pragma once
#include <uv.h>

#include <memory>
#include <string>
#include <vector>

#include "app/certificates.h"
#include "app/config.h"
#include "app/gateway.h"
#include "app/init_hooks.h"
#include "app/line_writer.h"
#include "app/seeder.h"
#include "control/control.h"
#include "net/server.h"
#include "realm/realms.h"

namespace cloudemu {

/// The running daemon: the loop with its handles, and everything that hangs on it.
class Daemon {
 public:
  /// Opens the data directory, recovers, listens. Errors say in one sentence what to do.
  /// `hooks`: of which boot.d was run; start.d and ready.d follow in run(), shutdown.d when it ends.
  static Result<std::unique_ptr<Daemon>> start(uv_loop_t* loop, const Config& config, InitHooks& hooks);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// The port of the first address.
  int port() const { return server_->port(); }
  /// What is to be said at first: where it is, what it found, how it is set. The first line has the form
  /// "CloudEmu VERSION at http://HOST:PORT, ..." for whoever reads it by machine.
  std::vector<std::string> greeting(const Config& config) const;
  /// Whether run() ended because a seed could not be taken.
  bool failed() const { return failed_; }
  /// What is to be said once run() has returned.
  const std::string& farewell() const { return farewell_; }
  /// Runs until SIGTERM or SIGINT, then ends gracefully: replies go out, the log is synced, the state committed. Says "Ready." when the
  /// scripts of start.d and ready.d have ended.
  void run();

 private:
  struct Handles;

  Daemon(uv_loop_t* loop, InitHooks& hooks);
  Result<void> read_certificates(const Config& config);
  Result<void> read_credentials(const Config& config);
  Surroundings surroundings(const Config& config);
  Result<void> open_realms(const Config& config);
  void make_gateway(const Config& config);
  Result<void> listen(const Config& config);
  void tell_of_tls_failure(std::string_view peer, std::string_view why);
  void start_handles();
  void watch_signals();
  void end_of_turn();
  void arm_timer();
  void on_timer();
  void stop();
  void close();

  uv_loop_t* loop_;
  InitHooks& hooks_;
  SystemClock real_clock_;
  SystemEntropy entropy_;
  net::WorkQueue work_;
  Environment environment_;
  std::unique_ptr<Handles> handles_;
  std::unique_ptr<LineWriter> lines_;  // null: nobody reads along
  std::unique_ptr<Realms> realms_;
  Realm* main_ = nullptr;     ///< of realms_
  Engine* engine_ = nullptr;  ///< main's
  std::unique_ptr<Control> control_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<Certificates> certificates_;
  std::unique_ptr<net::TlsServer> tls_;
  std::unique_ptr<net::Server> server_;
  std::unique_ptr<Seeder> seeder_;
  uint64_t armed_for_ms_ = UINT64_MAX;
  uint64_t jobs_began_ms_ = 0;       ///< in this turn; 0: none had work
  uint64_t jobs_rest_until_ms_ = 0;  ///< monotonic
  bool after_jobs_ = false;          ///< they had the last turn: a commit may have been left to this one
  uint64_t tls_told_ms_ = 0;         // 0: never
  bool stopping_ = false, failed_ = false;
  std::string farewell_;
};

}  // namespace cloudemu
