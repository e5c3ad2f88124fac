#include "realm/realm.h"

#include "core/release.h"
#include "core/strings.h"
#include "core/time_format.h"
#include "history/data_dir.h"
#include "history/replay.h"
#include "realm/past_call.h"

namespace cloudemu {

Realm::Realm(State& state, log::Log& log, log::BlobStore& blobs, Engine::Options options, const Surroundings& surroundings)
    : clock_(surroundings.real_clock), state_(state), blobs_(blobs) {
  options.open_blobs = [open = surroundings.open_blobs, &blobs](std::vector<BodyExtent> extents, std::string owner) {
    return open(blobs, std::move(extents), std::move(owner));
  };
  options.digest_blobs = [digest = surroundings.digest_blobs, &blobs](DigestRequest request,
                                                                      std::function<void(std::optional<Digests>)> done) {
    digest(blobs, std::move(request), std::move(done));
  };
  options.in_background = surroundings.in_background;
  options.in_turn = surroundings.in_turn;
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

namespace {

struct Pasts {
  std::unique_ptr<Past> past, earlier;
};

/// What the log says between two states.
Result<void> note_writes(Store& store, int64_t table, Brought& brought) {
  auto note = [&](const auto* event, TimeMs at) {
    if (event && event->table == table) brought.written[std::hash<std::string_view>()(event->key.bytes)] = at;
  };
  auto read = [&](const Envelope& envelope, std::string_view) {
    if (envelope.sequence > brought.past->applied()) return false;
    note(std::get_if<dynamodb::ItemPut>(&envelope.event), envelope.time);
    note(std::get_if<dynamodb::ItemPatched>(&envelope.event), envelope.time);
    note(std::get_if<dynamodb::ItemDeleted>(&envelope.event), envelope.time);
    return true;
  };
  return history::for_each_event(store.files(), history::log_directory(store.directory()), brought.earlier->applied() + 1, read);
}

/// Builds the state of a moment. What was answered stands in the log, but perhaps not yet in the file.
void bring_past(Store& store, const Surroundings& surroundings, Errand::Past wanted, std::function<void(Brought)> done) {
  if (!store.persistent()) return done({.failure = "without a data directory no history is kept"});
  store.log().submit();
  auto brought = std::make_shared<Brought>();
  auto kept = release_elsewhere(std::make_shared<Pasts>(), surroundings.in_background);
  auto fetch = [&store, wanted, brought, kept]() -> Result<void> {
    TRY(store.log().wait_synced(wanted.before));
    kept->past = TRY(Past::open_at(store.files(), store.directory(), wanted.at, wanted.before));
    brought->past = &kept->past->state();
    if (wanted.earlier_at == 0) return {};
    kept->earlier = TRY(Past::open_at(store.files(), store.directory(), wanted.earlier_at, wanted.before));
    brought->earlier = &kept->earlier->state();
    return note_writes(store, wanted.writes_of, *brought);
  };
  auto work = [fetch = std::move(fetch), brought] {
    if (auto fetched = fetch(); !fetched) brought->failure = fetched.error().context;
  };
  surroundings.in_background(std::move(work), [brought, kept, done = std::move(done)] {
    brought->keeper = kept;
    done(std::move(*brought));
  });
}

RunErrand errands_of(Store& store, const Surroundings& surroundings) {
  if (!surroundings.in_background || !surroundings.read_blobs) return {};
  return [&store, surroundings](Errand errand, std::function<void(Brought)> done) {
    if (auto* past = std::get_if<Errand::Past>(&errand.what)) return bring_past(store, surroundings, *past, std::move(done));
    surroundings.read_blobs(store.blobs(), std::get<Errand::Bytes>(std::move(errand.what)), std::move(done));
  };
}

}  // namespace

Result<std::unique_ptr<Realm>> Realm::open(Store::Options options, const Surroundings& surroundings, uint64_t commit_events) {
  auto opened = TRY(Store::open(std::move(options), surroundings.real_clock, surroundings.progress));
  Store& store = *opened;
  Engine::Options how{.persistent = store.persistent(), .boot_id = store.boot_id(), .commit_events_max = commit_events};
  if (store.persistent()) how.rewind = [&store](State& state, log::Sequence until) { return store.rewind(state, until); };
  how.history_since = [&store] { return store.history_since(); };
  how.committed = [&store] { store.state_committed(); };
  how.wants_commit = [&store] { return store.wants_commit(); };
  how.is_behind = [&store] { return store.is_behind(); };
  how.blob_named = [&store](const std::string& name) { store.blobs().named(name); };
  how.blobs_forsaken = [&store](BlobUses::Counts names) { store.blobs().forsake(std::move(names)); };
  how.blob_unnamed = [&store](const std::string& name) { store.blobs().unnamed(name); };
  how.run_errand = errands_of(store, surroundings);
  auto realm = over(store.state(), store.log(), store.blobs(), std::move(how), surroundings);
  realm->store_ = std::move(opened);
  return realm;
}

Result<std::unique_ptr<Realm>> Realm::open_past(Realm& parent, log::Sequence at, const Surroundings& surroundings) {
  Store& store = parent.store();
  if (!store.persistent()) return fail(Errc::not_found, "without a data directory no history is kept");
  auto past = TRY(Past::open(store.files(), store.directory(), at));
  auto realm = over(past->state(), past->log(), store.blobs(), {.persistent = false}, surroundings);
  ClockHistory standing;
  standing.change(0, {.frozen_at = past->time()});
  realm->clock_.set(std::move(standing));
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
