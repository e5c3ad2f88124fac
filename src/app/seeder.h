#pragma once
#include <uv.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/script_run.h"

namespace cloudemu {

/// Puts seeds into a daemon that has begun to listen, one after the other, each by a program that runs beside it: a script, or this very
/// program as a client (see seed()). A data directory has each of them once.
class Seeder {
 public:
  /// `data_dir`: empty for a daemon that keeps nothing.
  Seeder(uv_loop_t* loop, std::vector<std::string> seeds, std::string data_dir);

  /// Calls `done` when all are in, at once if there are none, else on the loop. `why`: a sentence on the one that failed; empty: all is well.
  /// `url`: where scripts find the daemon; `address`: where seed() does.
  using Done = std::function<void(std::string why)>;
  void run(std::string url, std::string address, Done done);
  /// The one that runs is killed.
  void cut_short();
  /// That a seed is in. False: that cannot be written down.
  bool note(const std::string& seed);

 private:
  void run_next();
  void end(const std::string& why);

  uv_loop_t* loop_;
  const std::vector<std::string> seeds_;  ///< absolute
  const std::string data_dir_;
  std::set<std::string> done_before_;
  size_t next_ = 0;
  std::string url_, address_;
  Done done_;
  std::unique_ptr<ScriptRun> run_;
};

}  // namespace cloudemu
