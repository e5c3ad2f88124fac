#include "app/init_hooks.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "core/json_writer.h"
#include "core/strings.h"
#include "net/uv_handle.h"

extern char** environ;

namespace cloudemu {

namespace {

namespace fs = std::filesystem;
using Stage = InitHooks::Stage;

constexpr std::string_view kFolders[] = {"boot.d", "start.d", "ready.d", "shutdown.d"};
constexpr std::string_view kNames[] = {"BOOT", "START", "READY", "SHUTDOWN"};

size_t index_of(Stage stage) { return static_cast<size_t>(stage); }

bool is_set(std::string_view name) {
  for (char** variable = environ; *variable; ++variable) {
    if (split_once(*variable, '=').first == name) return true;
  }
  return false;
}

/// What a script finds in its environment: the daemon's own, and where the daemon is.
std::vector<std::string> script_environment(const std::string& endpoint) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable; ++variable) variables.emplace_back(*variable);
  auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty() && !is_set(name)) variables.push_back(concat(name, "=", value));
  };
  add("AWS_ENDPOINT_URL", endpoint);
  add("AWS_ACCESS_KEY_ID", "test");
  add("AWS_SECRET_ACCESS_KEY", "test");
  add("AWS_DEFAULT_REGION", "us-east-1");
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

struct InitHooks::Process {
  struct Handle {
    uv_process_t uv;
    InitHooks* hooks;
    explicit Handle(InitHooks* h) : hooks(h) { uv.data = this; }
    uv_handle_t* uv_handle() { return reinterpret_cast<uv_handle_t*>(&uv); }
  };
  net::UvOwned<Handle> handle;
};

InitHooks::InitHooks(uv_loop_t* loop, std::string directory) : loop_(loop), directory_(std::move(directory)) {
  for (Stage stage : kStages) find_scripts(stage);
}

InitHooks::~InitHooks() = default;

void InitHooks::find_scripts(Stage stage) {
  std::error_code absent;
  std::string folder = concat(directory_, "/", kFolders[index_of(stage)]);
  std::vector<std::string> paths;
  for (auto entry = fs::recursive_directory_iterator(folder, absent); entry != fs::end(entry); entry.increment(absent)) {
    if (absent) break;
    std::string extension = entry->path().extension().string();
    if (entry->is_regular_file(absent) && (extension == ".sh" || extension == ".py")) paths.push_back(entry->path().string());
  }
  std::sort(paths.begin(), paths.end());
  for (std::string& path : paths) {
    std::string name = path.substr(folder.size() + 1);
    scripts_.push_back({stage, std::move(path), std::move(name)});
  }
}

void InitHooks::run(Stage stage, std::function<void()> done) {
  stage_ = stage;
  done_ = std::move(done);
  cut_ = false;
  if (!process_) run_next();  // else when the script of an earlier stage, which was cut short, has ended
}

void InitHooks::run_next() {
  for (Script& script : scripts_) {
    if (script.stage != stage_ || script.state != State::unknown || cut_) continue;
    spawn(script);
    if (process_) return;
  }
  completed_[index_of(stage_)] = true;
  if (auto done = std::exchange(done_, {})) done();
}

/// A script that may be executed says itself what runs it.
void InitHooks::spawn(Script& script) {
  std::vector<std::string> words = {script.path};
  if (script.path.ends_with(".py")) words.insert(words.begin(), "python3");
  else if (::access(script.path.c_str(), X_OK) != 0) words.insert(words.begin(), "sh");
  std::vector<std::string> variables = script_environment(endpoint_);
  std::vector<char*> arguments = pointers(words), environment = pointers(variables);
  // What scripts print goes to standard error: standard output belongs to the greeting.
  uv_stdio_container_t streams[3] = {};
  streams[0].flags = UV_IGNORE;
  for (int i : {1, 2}) {
    streams[i].flags = UV_INHERIT_FD;
    streams[i].data.fd = STDERR_FILENO;
  }
  uv_process_options_t options{};
  options.file = words.front().c_str();
  options.args = arguments.data();
  options.env = environment.data();
  options.stdio = streams;
  options.stdio_count = 3;
  options.exit_cb = [](uv_process_t* process, int64_t code, int signal) {
    static_cast<Process::Handle*>(process->data)->hooks->on_exit(code, signal);
  };
  current_ = &script;
  script.state = State::running;
  process_ = std::make_unique<Process>();
  process_->handle = net::make_uv<Process::Handle>(this);
  if (int error = uv_spawn(loop_, &process_->handle->uv, &options); error != 0) end_script(false, uv_strerror(error));
}

void InitHooks::on_exit(int64_t code, int signal) {
  end_script(code == 0 && signal == 0, signal != 0 ? concat("was ended by signal ", signal) : concat("ended with ", code));
  run_next();
}

void InitHooks::end_script(bool well, std::string_view why) {
  current_->state = well ? State::successful : State::error;
  if (!well) std::fprintf(stderr, "cloudemu: the script %s %s\n", current_->path.c_str(), std::string(why).c_str());
  current_ = nullptr;
  process_.reset();
}

void InitHooks::cut_short() {
  cut_ = true;
  if (process_) uv_process_kill(&process_->handle->uv, SIGKILL);
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
