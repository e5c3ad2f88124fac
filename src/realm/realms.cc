#include "realm/realms.h"

#include <algorithm>

#include "core/strings.h"
#include "history/compact.h"
#include "history/data_dir.h"
#include "history/fork.h"

namespace cloudemu {

namespace {

/// A name becomes part of a path, and perhaps of a URL.
bool is_name(std::string_view name) {
  auto is_good = [](char c) { return is_alnum(c) || c == '-' || c == '_'; };
  return !name.empty() && name.size() <= Realms::kNameBytesMax && name != Realms::kMain && std::all_of(name.begin(), name.end(), is_good);
}

}  // namespace

Result<std::unique_ptr<Realms>> Realms::open(Store::Options options, Surroundings surroundings, uint64_t commit_events) {
  std::unique_ptr<Realms> realms(new Realms(options, std::move(surroundings), commit_events));
  realms->main_ = TRY(Realm::open(std::move(options), realms->surroundings_, commit_events));
  return realms;
}

Realms::~Realms() {
  pasts_.clear();  // before main, whose blobs they read
  forks_.clear();
}

Result<Realm*> Realms::past(log::Sequence at) {
  if (Store& store = main_->store(); store.persistent()) {
    // From there on its bodies may be gone, too.
    log::Sequence first = TRY(history::first_sequence(store.files(), history::log_directory(store.directory())));
    if (at + 1 < first) std::erase_if(pasts_, [&](const Kept& kept) { return kept.at == at; });
    if (at + 1 < first) return fail(Errc::not_found, concat("event ", at, " was compacted away; the log begins with event ", first));
  }
  auto known = std::find_if(pasts_.begin(), pasts_.end(), [&](const Kept& kept) { return kept.at == at; });
  if (known != pasts_.end() && !known->realm->engine().state().failure()) {
    std::rotate(pasts_.begin(), known, known + 1);
    return pasts_.front().realm.get();
  }
  if (known != pasts_.end()) pasts_.erase(known);
  if (pasts_.size() >= kPastsMax) pasts_.pop_back();
  // What main has answered stands in its log, but perhaps not yet in the file.
  if (main_->store().persistent()) TRY(main_->engine().log().flush());
  std::unique_ptr<Realm> past = TRY(Realm::open_past(*main_, at, surroundings_));
  pasts_.push_front({at, std::move(past)});
  return pasts_.front().realm.get();
}

std::string Realms::directory_of(std::string_view name) const { return concat(history::fork_directory(options_.data_dir), "/", name); }

Result<Realm*> Realms::fork(std::string_view name, log::Sequence at) {
  Store& store = main_->store();
  if (!is_name(name)) return fail(Errc::bad_input, concat("a fork's name has letters, digits, - and _, at most ", kNameBytesMax));
  if (!store.persistent()) return fail(Errc::not_found, "without a data directory no history is kept");
  if (store.files().exists(directory_of(name))) return fail(Errc::bad_input, concat("there is a fork ", name, " already"));
  TRY(main_->engine().log().flush());
  TRY(history::fork(store.files(), store.directory(), at, directory_of(name)));
  return open_fork(name);
}

Result<Realm*> Realms::find_fork(std::string_view name) {
  if (auto known = forks_.find(name); known != forks_.end()) return known->second.get();
  if (!is_name(name) || !main_->store().persistent() || !main_->store().files().exists(directory_of(name))) {
    return fail(Errc::not_found, concat("there is no fork ", name));
  }
  return open_fork(name);
}

Result<Realm*> Realms::open_fork(std::string_view name) {
  Store::Options options = options_;
  options.data_dir = directory_of(name);
  auto realm = TRY(Realm::open(std::move(options), surroundings_, commit_events_));
  return forks_.emplace(name, std::move(realm)).first->second.get();
}

void Realms::close() {
  pasts_.clear();
  for (auto& [name, fork] : forks_) fork->close();
  main_->close();
}

}  // namespace cloudemu
