#include "support/world.h"

#include <catch2/catch.hpp>
#include <thread>

#include <set>

#include "app/workers.h"
#include "core/strings.h"
#include "history/compact.h"
#include "history/past.h"
#include "history/replay.h"

namespace cloudemu::test {

namespace {

/// As a connection sends it: what fails before its first byte is answered otherwise, what fails later is cut off.
Reply reply_of(http::Response response, bool is_head) {
  Reply reply{true, response.status, {}, std::move(response.body)};
  response.headers.for_each([&](std::string_view name, std::string_view value) { reply.headers.emplace_back(name, value); });
  if (is_head && response.source) {
    bool is_there = response.source->read({}).has_value();
    response.source.reset();
    if (!is_there) return reply_of(std::move(*response.if_unreadable), is_head);
  }
  std::string piece;
  while (response.source) {
    piece.resize(64 * 1024);
    auto got = response.source->read(piece);
    if (got && *got == 0) break;
    if (got) {
      reply.body.append(piece, 0, *got);
    } else if (reply.body.empty()) {
      REQUIRE(response.if_unreadable);
      return reply_of(std::move(*response.if_unreadable), is_head);
    } else {
      reply.cut = true;
      break;
    }
  }
  return reply;
}

}  // namespace

std::string Reply::header(std::string_view name) const {
  for (const auto& [n, value] : headers) {
    if (equals_ignoring_case(n, name)) return value;
  }
  return {};
}

bool Reply::has_header(std::string_view name) const {
  for (const auto& [n, value] : headers) {
    if (equals_ignoring_case(n, name)) return true;
  }
  return false;
}

Request json_call(std::string_view service, std::string_view target, std::string body) {
  std::string authorization = concat("AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/", service,
                                     "/aws4_request, SignedHeaders=host;x-amz-target, Signature=00");
  return {.method = "POST",
          .target = "/",
          .headers = {{"X-Amz-Target", std::string(target)},
                      {"Content-Type", "application/x-amz-json-1.0"},
                      {"X-Amz-Date", "20261123T040000Z"},
                      {"Authorization", std::move(authorization)}},
          .body = std::move(body)};
}

http::SharedRequest make_request(const Request& request) {
  auto made = std::make_shared<http::Request>();
  http::Request& r = *made;
  struct Span {
    size_t at, size;
  };
  auto put = [&](std::string_view text) {
    Span span{r.head.size(), text.size()};
    r.head.append(text);
    return span;
  };
  Span method = put(request.method), target = put(request.target);
  std::vector<std::pair<Span, Span>> headers;
  bool has_host = false;
  for (const auto& [name, value] : request.headers) {
    has_host = has_host || equals_ignoring_case(name, "host");
    headers.emplace_back(put(lower(name)), put(value));
  }
  if (!has_host) headers.emplace_back(put("host"), put("localhost:4566"));
  auto view = [&](Span span) { return std::string_view(r.head).substr(span.at, span.size); };
  r.method = view(method);
  r.target = view(target);
  size_t question = r.target.find('?');
  r.path = r.target.substr(0, question);
  r.query = question == std::string_view::npos ? std::string_view() : r.target.substr(question + 1);
  for (const auto& [name, value] : headers) r.headers.push_back({view(name), view(value)});
  r.content_length = request.body.size();
  r.peer = "127.0.0.1";
  return made;
}

namespace {

/// A world in memory keeps its whole history there.
Store::Options in_memory() { return {.keep_history = true, .sync = log::SyncMode::no}; }

}  // namespace

World::World(Environment environment, Reactions reactions)
    : World(std::move(environment), reactions, in_memory(), Engine::Options().commit_events_max) {}

World::World(const Store::Options& options, uint64_t commit_events) : World({}, &reactions_to, options, commit_events) {}

World::World(Environment environment, Reactions reactions, Store::Options options, uint64_t commit_events)
    : environment_(std::move(environment)), work_((uv_loop_init(&loop_), &loop_)) {
  auto realms = Realms::open(std::move(options), surroundings(reactions), commit_events);
  INFO((realms ? "" : realms.error().context));
  REQUIRE(realms);
  realms_ = std::move(*realms);
  seen_ = engine().log().last_sequence();
  Control::Facts facts{.version = "test", .guarded = environment_.auth == AuthMode::verify, .token = "open sesame"};
  control_ = std::make_unique<Control>(engine(), environment_, std::move(facts));
  gateway_ = std::make_unique<Gateway>(gateway_of(main()));
}

Surroundings World::surroundings(Reactions reactions) {
  Surroundings made{
      .real_clock = clock_,
      .entropy = entropy_,
      .progress = [] {},
      .reply =
          [this](net::ConnectionId id, http::Response response) {
            response.headers.append(std::exchange(reply_headers_[id], {}));
            bool is_head = requests_[id] && requests_[id]->method == "HEAD";
            replies_[id] = reply_of(std::move(response), is_head);
          },
      .client_there = [this](net::ConnectionId id) { return !gone_.contains(id); },
      .replied = [this](const PendingCall& call, const http::Response& response) { control_->requests().end(call, response); },
      .reactions = reactions,
  };
  give_workers(made, work_);
  return made;
}

Gateway World::gateway_of(Realm& realm) {
  std::vector<std::string> domains = environment_.domains;
  domains.emplace_back("cloudemu.example");
  Door door({.domains = std::move(domains), .origins = {"https://app.example", "https://*.apps.example"}, .port = 4566});
  return Gateway(realm, *control_, environment_, entropy_, work_, std::move(door));
}

void World::close() {
  realms_->close();
  forgo_law();
}

World::~World() {
  run_loop();
  if (law_ && store().persistent()) {
    (void)live_digest();  // reads pages, too, that nobody has read yet: they may be damaged
    (void)engine().state_was_sound();
  }
  if (law_) CHECK(live_digest() == rebuilt_digest());
  if (!store().persistent()) check_blobs();
  gateway_.reset();
  realms_.reset();
  CHECK(uv_loop_close(&loop_) == 0);
}

/// The law of blobs: each one there is named by the state, and none that it names is missing.
void World::check_blobs() {
  std::set<std::string> named;
  state().s3().for_each_blob([&](const std::string& name) { named.insert(name); });
  blobs().collect();
  CHECK(*blobs().list() == named);
}

/// A reply waits until the log's writer has done its work.
void World::settle(Realm& realm, net::ConnectionId id) {
  const log::Log& log = realm.engine().log();
  auto waits = [&] { return !replies_[id].arrived && log.durable() < log.last_sequence() && !log.failed(); };
  // What the log's progress sets going may have to wait for the log in turn.
  do {
    for (int i = 0; i < 20'000 && waits(); ++i) std::this_thread::sleep_for(std::chrono::microseconds(500));
    realm.engine().on_log_progress();
    realm.engine().end_of_turn();
  } while (waits());
}

void World::run_loop() { uv_run(&loop_, UV_RUN_DEFAULT); }

std::string World::rebuilt_digest(Realm& realm) {
  Store& store = realm.store();
  REQUIRE(store.log().flush());
  // The log of a fork begins later than with the first event: a snapshot has what came before.
  auto first = history::first_sequence(store.files(), history::log_directory(store.directory()));
  REQUIRE(first);
  auto rebuilt =
      *first > 1 ? history::open_past(store.files(), store.directory(), *first - 1) : State::attach(*sqlite::Database::open_memory());
  REQUIRE(rebuilt);
  auto replayed = history::replay(store.files(), history::log_directory(store.directory()), **rebuilt, {});
  INFO((replayed ? "" : replayed.error().context));
  REQUIRE(replayed);
  REQUIRE((*rebuilt)->applied() == store.state().applied());
  return (*rebuilt)->digest();
}

void World::given(std::vector<Event> events) {
  for (Event& event : events) {
    std::vector<Event> one;
    one.push_back(std::move(event));
    REQUIRE(engine().append_own({.operation = "Given"}, std::move(one)));
  }
  collect_events();
}

net::ConnectionId World::begin(const Request& request) { return begin_at(*gateway_, request); }

net::ConnectionId World::begin_at(Gateway& gateway, const Request& request) {
  net::ConnectionId id = next_id_++;
  replies_[id] = {};
  requests_[id] = make_request(request);
  http::SharedRequest& r = requests_[id];
  r->peer = peer_;
  net::Admission admission = gateway.admit(id, r);
  reply_headers_[id] = std::move(admission.reply_headers);
  if (admission.refused) {
    gateway.serve(id, r, std::move(admission));
    return id;
  }
  if (!admission.sink) {
    if (request.body.size() > admission.body_bytes_max) {
      gateway.refuse_body(id, std::move(admission), net::BodyFault::too_large);
      return id;
    }
    r->body = request.body;
    gateway.serve(id, r, std::move(admission));
    return id;
  }
  // In pieces, as a socket would bring it.
  constexpr size_t kPiece = 64 * 1024;
  for (size_t at = 0; at < request.body.size(); at += kPiece) {
    if (!admission.sink->write(std::string_view(request.body).substr(at, kPiece))) run_loop();
  }
  bool finished = false;
  admission.sink->finish([&] { finished = true; });
  if (!finished) run_loop();
  REQUIRE(finished);
  gateway.serve(id, r, std::move(admission));
  return id;
}

Reply World::send_to(Realm& realm, const Request& request) {
  std::optional<Gateway> other;
  if (&realm != &main()) other.emplace(gateway_of(realm));
  net::ConnectionId id = begin_at(other ? *other : *gateway_, request);
  Engine& engine = realm.engine();
  while (engine.has_late_calls()) engine.run_due(realm.clock().now(), UINT64_MAX);
  log::Sequence before = 0;
  do {
    before = engine.log().last_sequence();
    engine.end_of_turn();
    if (store().persistent()) settle(realm, id);
    run_loop();  // where a heavy call writes
  } while (engine.has_parts_left() || engine.log().last_sequence() > before);
  if (!store().persistent()) collect_events();
  return replies_.at(id);
}

void World::collect_events() {
  last_events_.clear();
  REQUIRE(store().log().flush());
  auto read =
      history::for_each_event(files(), history::log_directory(store().directory()), seen_ + 1, [&](Envelope& envelope, std::string_view) {
        last_events_.push_back(std::move(envelope.event));
        seen_ = envelope.sequence;
        return true;
      });
  REQUIRE(read);
}

void World::advance(TimeMs by_ms) {
  clock_.time += by_ms;
  engine().run_due(main().clock().now(), UINT64_MAX);
  engine().end_polls();
  collect_events();
}

int64_t World::schema_version() {
  sqlite::Statement version(store().state().database(), "PRAGMA schema_version");
  auto row = version.query();
  return row.next() ? row.integer(0) : 0;
}

bool World::run_slice() {
  REQUIRE(store().log().flush());
  if (!engine().has_job_work()) return false;
  engine().run_jobs(0);
  collect_events();
  return true;
}

void World::run_jobs() {
  while (run_slice()) {
  }
}

}  // namespace cloudemu::test
