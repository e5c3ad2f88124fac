#pragma once
#include <uv.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/script_run.h"

namespace cloudemu {

/// Scripts that the user has run at stages of the daemon's life, in the folders that LocalStack has for them: boot.d before the data
/// directory is opened, start.d and ready.d when calls are answered, shutdown.d before that ends. Of a folder and those below it, *.sh and
/// *.py run one after another in the order of their paths; one that fails is told, and the next one runs.
/// https://docs.localstack.cloud/aws/capabilities/config/initialization-hooks/
class InitHooks {
 public:
  enum class Stage { boot, start, ready, shutdown };
  static constexpr Stage kStages[] = {Stage::boot, Stage::start, Stage::ready, Stage::shutdown};

  /// `directory`: holds boot.d and so on; what is absent has no scripts.
  InitHooks(uv_loop_t* loop, std::string directory);
  ~InitHooks();
  InitHooks(const InitHooks&) = delete;
  InitHooks& operator=(const InitHooks&) = delete;

  /// Where scripts reach the daemon, which is what the AWS CLI and SDKs find in their environment.
  void set_endpoint(std::string url) { endpoint_ = std::move(url); }

  /// Runs a stage's scripts, then calls `done`: at once if there are none, else on the loop. One stage at a time, but that one which was
  /// cut short may still be ending.
  void run(Stage stage, std::function<void()> done);
  /// The script that runs is killed, the rest of its stage left out.
  void cut_short();

  /// As LocalStack tells it: {"completed": ..., "scripts": [{"stage": "READY", "name": "seed.sh", "state": "SUCCESSFUL"}]}.
  /// `stage`: "ready" has {"completed": true, ...} of that one; all if there is no such stage.
  std::string json(std::string_view stage) const;

 private:
  enum class State { unknown, running, successful, error };
  struct Script {
    Stage stage;
    std::string path, name;
    State state = State::unknown;
  };

  void find_scripts(Stage stage);
  void run_next();
  void spawn(Script& script);
  void end_script(const std::string& why);
  std::string scripts_json(const Stage* only) const;

  uv_loop_t* loop_;
  std::string directory_, endpoint_;
  std::vector<Script> scripts_;
  std::unique_ptr<ScriptRun> run_;  ///< of the script that runs
  Script* current_ = nullptr;       ///< of scripts_
  Stage stage_ = Stage::boot;
  bool completed_[std::size(kStages)] = {};
  bool cut_ = false;
  std::function<void()> done_;
};

}  // namespace cloudemu
