// The daemon: reads what is wanted, starts, serves, ends.
#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <uv.h>

#include <csignal>
#include <cstdio>

#include "app/config.h"
#include "app/daemon.h"
#include "app/seed.h"

namespace {

/// Memory that one turn's bodies give back is kept for the next turn's, instead of being handed to the system and faulted in again.
/// mallopt(3): to set the one threshold ends the automatic growth of the other.
void keep_freed_memory() {
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
}

/// A file that may not grow is an error of the write, not the end; and there is never a reason to have fewer descriptors than one may.
void set_limits() {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit descriptors{};
  if (getrlimit(RLIMIT_NOFILE, &descriptors) == 0) {
    descriptors.rlim_cur = descriptors.rlim_max;
    setrlimit(RLIMIT_NOFILE, &descriptors);
  }
  umask(077);
}

/// --seed-into: a client that does its work and ends.
int fill_another(const cloudemu::Config& config) {
  for (const std::string& path : config.seeds) {
    auto done = cloudemu::seed(config.seed_into, path);
    if (done) continue;
    std::fprintf(stderr, "cloudemu: %s\n", done.error().context.c_str());
    return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace cloudemu;
  keep_freed_memory();
  set_limits();
  ParsedConfig parsed = parse_config(argc, argv);
  if (!parsed.config) return parsed.exit_code;
  for (const std::string& sentence : parsed.warnings) std::fprintf(stderr, "cloudemu: warning: %s\n", sentence.c_str());

  if (!parsed.config->seed_into.empty()) return fill_another(*parsed.config);

  uv_loop_t loop;
  uv_loop_init(&loop);
  InitHooks hooks(&loop, parsed.config->init_dir);
  hooks.run(InitHooks::Stage::boot, [] {});
  uv_run(&loop, UV_RUN_DEFAULT);  // nothing but these scripts is on it yet
  auto daemon = Daemon::start(&loop, *parsed.config, hooks);
  if (!daemon) {
    std::fprintf(stderr, "cloudemu: %s\n", daemon.error().context.c_str());
    uv_run(&loop, UV_RUN_DEFAULT);  // handles close on the loop
    uv_loop_close(&loop);
    return 1;
  }
  for (const std::string& line : (*daemon)->greeting(*parsed.config)) std::printf("%s\n", line.c_str());
  std::fflush(stdout);

  (*daemon)->run();
  std::printf("%s\n", (*daemon)->farewell().c_str());
  std::fflush(stdout);
  int code = (*daemon)->failed() ? 1 : 0;
  daemon->reset();
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
  return code;
}
