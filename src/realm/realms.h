#pragma once
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "realm/realm.h"

namespace cloudemu {

/// The realms of this process: "main", the forks that were opened, and the past states that were asked for last. Forks are data
/// directories `DATA_DIR/forks/NAME`.
class Realms {
 public:
  static constexpr std::string_view kMain = "main";
  /// Past states kept open; each is a file of the size of the state, and little memory.
  static constexpr size_t kPastsMax = 4;
  static constexpr size_t kNameBytesMax = 64;

  /// Opens "main". Error: as Realm::open().
  static Result<std::unique_ptr<Realms>> open(Store::Options options, Surroundings surroundings,
                                              uint64_t commit_events = Engine::Options().commit_events_max);
  ~Realms();

  Realm& main() { return *main_; }
  /// The state of main after event `at`. It stays where it is at least until the next call of past(). Error: Errc::not_found for an event
  /// that is not in the log or was compacted away, and without a data directory.
  Result<Realm*> past(log::Sequence at);
  /// Makes a fork of main as of event `at`, and opens it. Error: Errc::bad_input for a bad or a taken name, Errc::not_found.
  Result<Realm*> fork(std::string_view name, log::Sequence at);
  /// A fork made earlier, opened if need be. Error: Errc::not_found.
  Result<Realm*> find_fork(std::string_view name);

  /// Every realm whose state may change, main first.
  template <class Visit>
  void for_each_live(const Visit& visit) {
    visit(*main_);
    for (auto& [name, fork] : forks_) visit(*fork);
  }
  /// Closes all, main last.
  void close();

 private:
  Realms(Store::Options options, Surroundings surroundings, uint64_t commit_events)
      : options_(std::move(options)), surroundings_(std::move(surroundings)), commit_events_(commit_events) {}
  std::string directory_of(std::string_view name) const;
  Result<Realm*> open_fork(std::string_view name);

  const Store::Options options_;
  const Surroundings surroundings_;
  const uint64_t commit_events_;
  std::unique_ptr<Realm> main_;
  std::map<std::string, std::unique_ptr<Realm>, std::less<>> forks_;
  struct Kept {
    log::Sequence at;
    std::unique_ptr<Realm> realm;
  };
  std::deque<Kept> pasts_;  // the last one that was asked for comes first
};

}  // namespace cloudemu
