#include "app/seeder.h"

#include <filesystem>
#include <fstream>
#include <utility>

#include "app/seed.h"
#include "app/seed_history.h"
#include "core/strings.h"

namespace cloudemu {

namespace {

namespace fs = std::filesystem;

/// The seeds that were put into a data directory, one path a line.
std::string seeds_path(const std::string& data_dir) { return data_dir + "/seeded"; }

std::string absolute(const std::string& path) {
  std::error_code unknown;
  return fs::absolute(path, unknown).lexically_normal().string();
}

std::vector<std::string> absolute(std::vector<std::string> paths) {
  for (std::string& path : paths) path = absolute(path);
  return paths;
}

}  // namespace

Seeder::Seeder(uv_loop_t* loop, std::vector<std::string> seeds, std::string data_dir)
    : loop_(loop), seeds_(absolute(std::move(seeds))), data_dir_(std::move(data_dir)) {
  if (seeds_.empty() || data_dir_.empty()) return;
  std::ifstream in(seeds_path(data_dir_));
  for (std::string line; std::getline(in, line);) done_before_.insert(line);
}

void Seeder::run(std::string url, std::string address, Done done) {
  url_ = std::move(url);
  address_ = std::move(address);
  done_ = std::move(done);
  run_next();
}

void Seeder::run_next() {
  while (next_ < seeds_.size() && done_before_.contains(seeds_[next_])) ++next_;
  if (next_ == seeds_.size()) return done_({});
  const std::string& seed = seeds_[next_];
  if (is_history(seed)) return done_(concat("the seed ", seed, " is a data directory: only one that has no log yet can go on from it"));
  std::vector<std::string> words = {"/proc/self/exe", "--seed-into", address_, "--seed", seed};
  if (is_script(seed)) words = script_words(seed);
  auto run = ScriptRun::start(loop_, std::move(words), url_, [this](const std::string& why) { end(why); });
  if (run) run_ = std::move(*run);
  else done_(concat("the seed ", seed, " cannot be run: ", run.error().context));
}

void Seeder::end(const std::string& why) {
  run_.reset();
  const std::string& seed = seeds_[next_++];
  if (!why.empty()) return done_(concat("the seed ", seed, " could not be put in: its program ", why));
  if (!note(seed)) return done_(concat("cannot write ", seeds_path(data_dir_)));
  run_next();
}

bool Seeder::note(const std::string& seed) {
  if (data_dir_.empty()) return true;
  std::string path = absolute(seed);
  done_before_.insert(path);
  std::ofstream out(seeds_path(data_dir_), std::ios::app);
  out << path << '\n';
  return static_cast<bool>(out.flush());
}

void Seeder::cut_short() {
  if (run_) run_->kill();
}

}  // namespace cloudemu
