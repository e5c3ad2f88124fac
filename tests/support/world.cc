#include "support/world.h"

#include <catch2/catch.hpp>
#include <thread>

#include <set>

#include "app/blob_digester.h"
#include "core/strings.h"
#include "history/replay.h"

namespace cloudemu::test {

namespace {

/// As a connection sends it: what fails before its first byte is answered otherwise, what fails later is cut off.
Reply reply_of(http::Response response) {
  Reply reply{true, response.status, std::move(response.headers), std::move(response.body)};
  std::string piece;
  while (response.source) {
    piece.resize(64 * 1024);
    auto got = response.source->read(piece);
    if (got && *got == 0) break;
    if (got) {
      reply.body.append(piece, 0, *got);
    } else if (reply.body.empty()) {
      REQUIRE(response.if_unreadable);
      return reply_of(std::move(*response.if_unreadable));
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

void World::open_in_memory() {
  own_blobs_ = std::make_unique<log::BlobStore>(memory_, "/blobs", log::BlobStore::Durability::unsynced);
  REQUIRE(own_blobs_->prepare());
  auto log = log::Log::open(memory_, log_directory_, {.sync = log::SyncMode::no}, clock_.now(), [] {});
  REQUIRE(log);
  own_log_ = std::move(*log);
  auto state = State::attach(*sqlite::Database::open_memory());
  REQUIRE(state);
  own_state_ = std::move(*state);
}

World::World(Environment environment) : World(std::move(environment), nullptr, 0) {}

namespace {

std::unique_ptr<Store> open_store(const Store::Options& options) {
  static SystemClock clock;
  auto store = Store::open(options, clock, [] {});
  INFO((store ? "" : store.error().context));
  REQUIRE(store);
  return std::move(*store);
}

}  // namespace

World::World(const Store::Options& options, uint64_t commit_events) : World({}, open_store(options), commit_events) {
  log_directory_ = history::log_directory(options.data_dir);
  seen_ = log_->last_sequence();
}

World::World(Environment environment, std::unique_ptr<Store> store, uint64_t commit_events)
    : environment_(std::move(environment)), work_((uv_loop_init(&loop_), &loop_)), store_(std::move(store)) {
  if (!store_) open_in_memory();
  blobs_ = store_ ? &store_->blobs() : own_blobs_.get();
  log_ = store_ ? &store_->log() : own_log_.get();
  state_ = store_ ? &store_->state() : own_state_.get();
  Engine::Options options{.persistent = store_ != nullptr};
  if (store_) {
    options.commit_events_max = commit_events;
    options.boot_id = store_->boot_id();
    options.rewind = [this](State& state, log::Sequence until) { return store_->rewind(state, until); };
    options.committed = [this] { store_->state_committed(); };
  }
  options.open_blobs = [this](std::vector<BodyExtent> extents, std::string owner) -> std::unique_ptr<http::BodySource> {
    return std::make_unique<BlobSource>(*blobs_, std::move(extents), std::move(owner));
  };
  options.client_there = [this](net::ConnectionId id) { return !gone_.contains(id); };
  options.replied = [this](const PendingCall& call, const http::Response& response) { control_->requests().end(call, response); };
  options.digest_blobs = [this](DigestRequest request, std::function<void(std::optional<Digests>)> done) {
    std::string owner = request.owner;
    digest_blobs(*blobs_, work_, std::move(request), std::move(owner), std::move(done));
  };
  options.blob_named = [this](const std::string& name) { blobs_->named(name); };
  options.blob_unnamed = [this](const std::string& name) { blobs_->unnamed(name); };
  if (!store_) state_->count_blobs();
  engine_ = std::make_unique<Engine>(*state_, *log_, virtual_clock_, entropy_, std::move(options),
                                     [this](net::ConnectionId id, http::Response response) {
                                       for (auto& header : std::exchange(reply_headers_[id], {}))
                                         response.headers.push_back(std::move(header));
                                       replies_[id] = reply_of(std::move(response));
                                     });
  Control::Facts facts{.version = "test", .guarded = environment_.auth == AuthMode::verify, .token = "open sesame"};
  control_ = std::make_unique<Control>(*engine_, environment_, std::move(facts));
  std::vector<std::string> domains = environment_.domains;
  domains.emplace_back("cloudemu.example");
  Door door({.domains = std::move(domains), .origins = {"https://app.example", "https://*.apps.example"}, .port = 4566});
  gateway_ = std::make_unique<Gateway>(*engine_, *control_, environment_, entropy_, *blobs_, work_, std::move(door));
}

void World::close() {
  engine_->shut_down();
  store_->close();
  forgo_law();
}

World::~World() {
  run_loop();
  if (law_ && store_) {
    (void)live_digest();  // reads pages, too, that nobody has read yet: they may be damaged
    (void)engine_->state_was_sound();
  }
  if (law_) CHECK(live_digest() == rebuilt_digest());
  if (!store_) check_blobs();
  gateway_.reset();
  engine_.reset();
  own_log_.reset();
  store_.reset();
  CHECK(uv_loop_close(&loop_) == 0);
}

/// The law of blobs: each one there is named by the state, and none that it names is missing.
void World::check_blobs() {
  std::set<std::string> named;
  state_->s3().for_each_blob([&](const std::string& name) { named.insert(name); });
  blobs_->collect();
  CHECK(*blobs_->list() == named);
}

/// A reply waits until the log's writer has done its work.
void World::settle(net::ConnectionId id) {
  auto waits = [&] { return !replies_[id].arrived && log_->durable() < log_->last_sequence() && !log_->failed(); };
  // What the log's progress sets going may have to wait for the log in turn.
  do {
    for (int i = 0; i < 20'000 && waits(); ++i) std::this_thread::sleep_for(std::chrono::microseconds(500));
    engine_->on_log_progress();
  } while (waits());
}

void World::run_loop() { uv_run(&loop_, UV_RUN_DEFAULT); }

std::string World::rebuilt_digest() {
  REQUIRE(log_->flush());
  auto rebuilt = State::attach(*sqlite::Database::open_memory());
  REQUIRE(rebuilt);
  auto replayed = history::replay(files(), log_directory_, **rebuilt, {});
  INFO((replayed ? "" : replayed.error().context));
  REQUIRE(replayed);
  REQUIRE((*rebuilt)->applied() == state_->applied());
  return (*rebuilt)->digest();
}

void World::given(std::vector<Event> events) {
  for (Event& event : events) {
    std::vector<Event> one;
    one.push_back(std::move(event));
    REQUIRE(engine_->append_own({.operation = "Given"}, std::move(one)));
  }
  collect_events();
}

net::ConnectionId World::begin(const Request& request) {
  net::ConnectionId id = next_id_++;
  replies_[id] = {};
  requests_[id] = make_request(request);
  http::SharedRequest& r = requests_[id];
  r->peer = peer_;
  net::Admission admission = gateway_->admit(id, r);
  reply_headers_[id] = std::move(admission.reply_headers);
  if (admission.refused) {
    gateway_->serve(id, r, std::move(admission));
    return id;
  }
  if (!admission.sink) {
    if (request.body.size() > admission.body_bytes_max) {
      gateway_->refuse_body(id, std::move(admission), net::BodyFault::too_large);
      return id;
    }
    r->body = request.body;
    gateway_->serve(id, r, std::move(admission));
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
  gateway_->serve(id, r, std::move(admission));
  return id;
}

Reply World::send(const Request& request) {
  net::ConnectionId id = begin(request);
  while (engine_->has_late_calls()) engine_->run_due(virtual_clock_.now(), UINT64_MAX);
  engine_->end_of_turn();
  if (store_) settle(id);
  run_loop();
  if (!store_) collect_events();
  return replies_.at(id);
}

void World::collect_events() {
  last_events_.clear();
  REQUIRE(log_->flush());
  auto read = history::for_each_event(files(), log_directory_, seen_ + 1, [&](Envelope& envelope, std::string_view) {
    last_events_.push_back(std::move(envelope.event));
    seen_ = envelope.sequence;
    return true;
  });
  REQUIRE(read);
}

void World::advance(TimeMs by_ms) {
  clock_.time += by_ms;
  engine_->run_due(virtual_clock_.now(), UINT64_MAX);
  engine_->end_polls();
  collect_events();
}

int64_t World::schema_version() {
  sqlite::Statement version(state_->database(), "PRAGMA schema_version");
  auto row = version.query();
  return row.next() ? row.integer(0) : 0;
}

bool World::run_slice() {
  REQUIRE(log_->flush());
  if (!engine_->has_job_work()) return false;
  engine_->run_jobs(0);
  collect_events();
  return true;
}

void World::run_jobs() {
  while (run_slice()) {
  }
}

}  // namespace cloudemu::test
