#pragma once
#include <uv.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "net/uv_handle.h"

namespace cloudemu {

/// A program of the user's that runs beside the daemon. What it prints goes to standard error: standard output belongs to the greeting.
class ScriptRun {
 public:
  /// `why`: "ended with 7"; empty: it ended well.
  using Ended = std::function<void(std::string why)>;
  /// Starts it. It finds in its environment what the daemon has, and where the daemon is (`endpoint`, a URL; empty: not said) in the words of
  /// the AWS CLI and SDKs. `ended` is called on the loop, unless the object goes before. Error: Errc::io with why it cannot be started.
  static Result<std::unique_ptr<ScriptRun>> start(uv_loop_t* loop, std::vector<std::string> words, const std::string& endpoint,
                                                  Ended ended);
  ~ScriptRun();
  ScriptRun(const ScriptRun&) = delete;
  ScriptRun& operator=(const ScriptRun&) = delete;
  void kill();

 private:
  struct Process;
  ScriptRun();

  net::UvOwned<Process> process_;
  Ended ended_;
};

/// What runs a script: python3 for *.py; itself if it may be executed; sh.
std::vector<std::string> script_words(const std::string& path);

}  // namespace cloudemu
