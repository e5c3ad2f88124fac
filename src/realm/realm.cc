#include "realm/realm.h"

#include "core/strings.h"
#include "core/time_format.h"
#include "realm/past_call.h"

namespace cloudemu {

Realm::Realm(State& state, log::Log& log, log::BlobStore& blobs, Engine::Options options, const Surroundings& surroundings)
    : clock_(surroundings.real_clock), state_(state), blobs_(blobs) {
  options.open_blobs = [open = surroundings.open_blobs, &blobs](std::vector<BodyExtent> extents, std::string owner) {
    return open(blobs, std::move(extents), std::move(owner));
  };
  options.digest_blobs = [digest = surroundings.digest_blobs, &blobs](DigestRequest request, auto done) {
    digest(blobs, std::move(request), std::move(done));
  };
  options.client_there = surroundings.client_there;
  options.replied = surroundings.replied;
  options.reactions = surroundings.reactions;
  options.lifecycle_day = surroundings.lifecycle_day;
  options.ttl_delay_ms = surroundings.ttl_delay_ms;
  engine_ = std::make_unique<Engine>(state, log, clock_, surroundings.entropy, std::move(options), surroundings.reply);
}

Realm::~Realm() = default;

std::unique_ptr<Realm> Realm::over(State& state, log::Log& log, log::BlobStore& blobs, Engine::Options options,
                                   const Surroundings& surroundings) {
  return std::unique_ptr<Realm>(new Realm(state, log, blobs, std::move(options), surroundings));
}

Result<std::unique_ptr<Realm>> Realm::open(Store::Options options, const Surroundings& surroundings, uint64_t commit_events) {
  auto opened = TRY(Store::open(std::move(options), surroundings.real_clock, surroundings.progress));
  Store& store = *opened;
  Engine::Options how{.persistent = store.persistent(), .boot_id = store.boot_id(), .commit_events_max = commit_events};
  if (store.persistent()) how.rewind = [&store](State& state, log::Sequence until) { return store.rewind(state, until); };
  how.committed = [&store] { store.state_committed(); };
  how.blob_named = [&store](const std::string& name) { store.blobs().named(name); };
  how.blob_unnamed = [&store](const std::string& name) { store.blobs().unnamed(name); };
  auto realm = over(store.state(), store.log(), store.blobs(), std::move(how), surroundings);
  realm->store_ = std::move(opened);
  return realm;
}

Result<std::unique_ptr<Realm>> Realm::open_past(Realm& parent, log::Sequence at, const Surroundings& surroundings) {
  Store& store = parent.store();
  if (!store.persistent()) return fail(Errc::not_found, "without a data directory no history is kept");
  auto past = TRY(Past::open(store.files(), store.directory(), at));
  auto realm = over(past->state(), past->log(), store.blobs(), {.persistent = false}, surroundings);
  realm->clock_.set({.frozen_at = past->time()});
  realm->past_ = std::move(past);
  return realm;
}

std::unique_ptr<PendingCall> Realm::receive(std::unique_ptr<PendingCall> call, const http::SharedRequest& request) const {
  if (!is_past()) return call;
  return past_call(std::move(call), request,
                   concat("This is the state as of event ", engine_->state().applied(), " (", iso8601(past_->time()),
                          "): it can be read, not changed."));
}

void Realm::close() {
  if (is_past()) return;
  engine_->shut_down();
  store_->close();
}

}  // namespace cloudemu
