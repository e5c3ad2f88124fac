#include "app/init_hooks.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "core/json_writer.h"
#include "core/strings.h"

namespace cloudemu {

namespace {

namespace fs = std::filesystem;
using Stage = InitHooks::Stage;

constexpr std::string_view kFolders[] = {"boot.d", "start.d", "ready.d", "shutdown.d"};
constexpr std::string_view kNames[] = {"BOOT", "START", "READY", "SHUTDOWN"};

size_t index_of(Stage stage) { return static_cast<size_t>(stage); }

/// The scripts of a folder by their names, then those of its folders, likewise, one after the other: LocalStack's order.
void find_scripts_in(const fs::path& folder, std::vector<fs::path>& found) {
  std::error_code absent;
  std::vector<fs::path> scripts, folders;
  for (auto entry = fs::directory_iterator(folder, absent); entry != fs::end(entry); entry.increment(absent)) {
    if (absent) break;
    std::string extension = entry->path().extension().string();
    if (entry->is_directory(absent) && !entry->is_symlink(absent)) folders.push_back(entry->path());
    else if (entry->is_regular_file(absent) && (extension == ".sh" || extension == ".py")) scripts.push_back(entry->path());
  }
  std::sort(scripts.begin(), scripts.end());
  std::sort(folders.begin(), folders.end());
  found.insert(found.end(), scripts.begin(), scripts.end());
  for (const fs::path& inner : folders) find_scripts_in(inner, found);
}

}  // namespace

InitHooks::InitHooks(uv_loop_t* loop, std::string directory) : loop_(loop), directory_(std::move(directory)) {
  for (Stage stage : kStages) find_scripts(stage);
}

InitHooks::~InitHooks() = default;

void InitHooks::find_scripts(Stage stage) {
  std::string folder = concat(directory_, "/", kFolders[index_of(stage)]);
  std::vector<fs::path> paths;
  find_scripts_in(folder, paths);
  for (const fs::path& path : paths) scripts_.push_back({stage, path.string(), path.string().substr(folder.size() + 1)});
}

void InitHooks::run(Stage stage, std::function<void()> done) {
  stage_ = stage;
  done_ = std::move(done);
  cut_ = false;
  if (!run_) run_next();  // else when the script of an earlier stage, which was cut short, has ended
}

void InitHooks::run_next() {
  for (Script& script : scripts_) {
    if (script.stage != stage_ || script.state != State::unknown || cut_) continue;
    spawn(script);
    if (run_) return;
  }
  completed_[index_of(stage_)] = true;
  if (auto done = std::exchange(done_, {})) done();
}

void InitHooks::spawn(Script& script) {
  current_ = &script;
  script.state = State::running;
  auto run = ScriptRun::start(loop_, script_words(script.path), endpoint_, [this](const std::string& why) {
    end_script(why);
    run_next();
  });
  if (run) run_ = std::move(*run);
  else end_script(run.error().context);
}

void InitHooks::end_script(const std::string& why) {
  current_->state = why.empty() ? State::successful : State::error;
  if (!why.empty()) std::fprintf(stderr, "cloudemu: the script %s %s\n", current_->path.c_str(), why.c_str());
  current_ = nullptr;
  run_.reset();
}

void InitHooks::cut_short() {
  cut_ = true;
  if (run_) run_->kill();
}

std::string InitHooks::scripts_json(const Stage* only) const {
  constexpr std::string_view kStates[] = {"UNKNOWN", "RUNNING", "SUCCESSFUL", "ERROR"};
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  for (const Script& script : scripts_) {
    if (only && script.stage != *only) continue;
    json.begin_object();
    json.field("stage", kNames[index_of(script.stage)]).field("name", script.name);
    json.field("state", kStates[static_cast<size_t>(script.state)]);
    json.end_object();
  }
  json.end_array();
  return out;
}

std::string InitHooks::json(std::string_view stage) const {
  for (Stage one : kStages) {
    if (upper(stage) != kNames[index_of(one)]) continue;
    return concat("{\"completed\": ", completed_[index_of(one)] ? "true" : "false", ", \"scripts\": ", scripts_json(&one), "}");
  }
  std::string completed;
  for (Stage one : kStages) {
    append(completed, completed.empty() ? "" : ", ", "\"", kNames[index_of(one)], "\": ", completed_[index_of(one)] ? "true" : "false");
  }
  return concat("{\"completed\": {", completed, "}, \"scripts\": ", scripts_json(nullptr), "}");
}

}  // namespace cloudemu
