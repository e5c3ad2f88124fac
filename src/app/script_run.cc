#include "app/script_run.h"

#include <unistd.h>

#include <csignal>
#include <string_view>
#include <utility>

#include "core/strings.h"

namespace cloudemu {

namespace {

bool is_set(std::string_view name) {
  for (char** variable = environ; *variable; ++variable) {
    if (split_once(*variable, '=').first == name) return true;
  }
  return false;
}

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
  out.reserve(texts.size() + 1);
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

struct ScriptRun::Process {
  explicit Process(ScriptRun* r) : run(r) { uv.data = this; }
  uv_handle_t* uv_handle() { return reinterpret_cast<uv_handle_t*>(&uv); }
  uv_process_t uv;
  ScriptRun* run;
};

ScriptRun::ScriptRun() = default;
ScriptRun::~ScriptRun() = default;

std::vector<std::string> script_words(const std::string& path) {
  if (path.ends_with(".py")) return {"python3", path};
  if (::access(path.c_str(), X_OK) != 0) return {"sh", path};
  return {path};
}

Result<std::unique_ptr<ScriptRun>> ScriptRun::start(uv_loop_t* loop, std::vector<std::string> words, const std::string& endpoint,
                                                    Ended ended) {
  std::unique_ptr<ScriptRun> run(new ScriptRun);
  run->ended_ = std::move(ended);
  run->process_ = net::make_uv<Process>(run.get());
  std::vector<std::string> variables = script_environment(endpoint);
  std::vector<char*> arguments = pointers(words), environment = pointers(variables);
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
    std::string why;
    if (signal != 0) why = concat("was ended by signal ", signal);
    else if (code != 0) why = concat("ended with ", code);
    Ended told = std::move(static_cast<Process*>(process->data)->run->ended_);
    told(std::move(why));  // `run` may be gone after that
  };
  if (int error = uv_spawn(loop, &run->process_->uv, &options); error != 0) return fail(Errc::io, uv_strerror(error));
  return run;
}

void ScriptRun::kill() { uv_process_kill(&process_->uv, SIGKILL); }

}  // namespace cloudemu
