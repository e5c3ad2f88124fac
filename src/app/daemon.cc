#include "app/daemon.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include "app/seed_history.h"
#include "app/workers.h"
#include "core/check.h"
#include "core/strings.h"
#include "net/uv_handle.h"

namespace cloudemu {

namespace {

/// How often free space is looked at, idle or not.
constexpr uint64_t kDiskCheckMs = 250;
/// Between two lines on standard error that say the same.
constexpr uint64_t kTellAgainMs = 60'000;
/// Slice of overdue work per turn of the loop.
constexpr uint64_t kDueSliceMs = 3;
/// Likewise of jobs. They rest as long as they and the commit after them took: half of the time belongs to others.
constexpr uint64_t kJobSliceMs = 2;

/// "http://127.0.0.1:4566", "unix:/run/cloudemu.sock".
std::string shown(const net::Endpoint& endpoint) { return concat(endpoint.path.empty() ? "http://" : "", net::endpoint_text(endpoint)); }

/// The name by which a client on this machine reaches the first of the endpoints that can have one; empty: none can.
std::string url_from_here(const std::vector<net::Endpoint>& endpoints) {
  auto first = std::find_if(endpoints.begin(), endpoints.end(), [](const net::Endpoint& endpoint) { return endpoint.path.empty(); });
  if (first == endpoints.end()) return {};
  const net::Endpoint& endpoint = *first;
  bool local = is_loopback_name(endpoint.host) || endpoint.host == "0.0.0.0" || endpoint.host == "::";
  return concat("http://", local ? concat("localhost:", endpoint.port) : net::endpoint_text(endpoint));
}

/// The same for a client that knows nothing but addresses.
std::string address_from_here(net::Endpoint endpoint) {
  if (endpoint.host == "0.0.0.0") endpoint.host = "127.0.0.1";
  if (endpoint.host == "::") endpoint.host = "::1";
  return net::endpoint_text(endpoint);
}

/// Signals that end a process that does not expect them. A closed terminal, or a tool that asks every daemon to read its configuration
/// again, must not stop it.
void ignore_signals() {
  for (int signal : {SIGPIPE, SIGHUP, SIGUSR1, SIGUSR2}) std::signal(signal, SIG_IGN);
}

template <class T>
struct Handle {
  T uv;
  uv_handle_t* uv_handle() { return reinterpret_cast<uv_handle_t*>(&uv); }
};

}  // namespace

/// Every handle's data is the Handle itself, which UvOwned needs; the daemon is found through `daemon`.
struct Daemon::Handles {
  template <class T>
  struct Owned : Handle<T> {
    Daemon* daemon;
    explicit Owned(Daemon* d) : daemon(d) { this->uv.data = this; }
    static Daemon& of(T* handle) { return *static_cast<Owned*>(handle->data)->daemon; }
  };
  net::UvOwned<Owned<uv_prepare_t>> prepare;  // each turn, before the loop sleeps
  net::UvOwned<Owned<uv_async_t>> progress;   // the log's writer tells
  net::UvOwned<Owned<uv_timer_t>> timer;      // the next thing due
  net::UvOwned<Owned<uv_timer_t>> disk;
  net::UvOwned<Owned<uv_signal_t>> terminate, interrupt;
};

Daemon::Daemon(uv_loop_t* loop, InitHooks& hooks) : loop_(loop), hooks_(hooks), work_(loop), handles_(std::make_unique<Handles>()) {}

Daemon::~Daemon() = default;

Result<void> Daemon::read_credentials(const Config& config) {
  environment_.auth = config.auth;
  environment_.policies = config.policies;
  environment_.domains = config.domains;
  environment_.legacy_acl = config.legacy_acl;
  environment_.shared_tables = config.shared_tables;
  environment_.dynamodb_local = config.dynamodb_local;
  environment_.sqs_deleted_recently = config.sqs_deleted_recently;
  environment_.sqs_purged_recently = config.sqs_purged_recently;
  environment_.queue_urls = config.queue_urls;
  if (config.credentials_file.empty()) return {};
  log::PosixFileSystem files;
  std::string text = TRY(log::read_file(files, config.credentials_file));
  auto credentials = CredentialStore::parse(text);
  if (!credentials) return fail(credentials.error().code, concat(config.credentials_file, ": ", credentials.error().context));
  environment_.credentials = std::move(*credentials);
  return {};
}

Result<void> Daemon::read_certificates(const Config& config) {
  certificates_ = TRY(Certificates::open(
      {.cert_file = config.tls_cert, .key_file = config.tls_key, .data_dir = config.data_dir, .domains = config.domains}, real_clock_));
  tls_ = std::make_unique<net::TlsServer>([this] { return certificates_->identity(); });
  return {};
}

Surroundings Daemon::surroundings(const Config& config) {
  uv_async_t* progress = &handles_->progress->uv;
  Surroundings made{
      .real_clock = real_clock_,
      .entropy = entropy_,
      .progress = [progress] { uv_async_send(progress); },
      .reply = [this](net::ConnectionId id, http::Response response) { server_->respond(id, std::move(response)); },
      .client_there = [this](net::ConnectionId id) { return server_->check_client(id); },
      .replied = [this](const PendingCall& call, const http::Response& response) { control_->requests().end(call, response); },
      .lifecycle_day = config.lifecycle_day_seconds * kSecondMs,
      .ttl_delay_ms = config.ttl_delay_ms,
  };
  give_workers(made, work_);
  return made;
}

Result<void> Daemon::open_realms(const Config& config) {
  handles_->progress = net::make_uv<Handles::Owned<uv_async_t>>(this);
  uv_async_init(loop_, &handles_->progress->uv, [](uv_async_t* async) {
    Handles::Owned<uv_async_t>::of(async).realms_->for_each_live([](Realm& realm) { realm.engine().on_log_progress(); });
  });
  Store::Options options{.data_dir = config.data_dir, .sync = config.sync, .retention = config.retention, .boot_id = config.boot_id};
  auto realms = Realms::open(std::move(options), surroundings(config));
  if (!realms) {
    handles_->progress.reset();
    return fail(realms.error());
  }
  realms_ = std::move(*realms);
  main_ = &realms_->main();
  engine_ = &main_->engine();
  return {};
}

void Daemon::make_gateway(const Config& config) {
  Control::Facts facts{.version = CLOUDEMU_VERSION,
                       .sync = std::string(sync_mode_name(config.sync)),
                       .data_dir = config.data_dir,
                       .persistent = main_->store().persistent(),
                       .guarded = config.auth == AuthMode::verify || !config.control_token.empty(),
                       .token = config.control_token,
                       .init_scripts = [this](std::string_view stage) { return hooks_.json(stage); },
                       .ca_pem = [this] { return certificates_->ca_pem(); },
                       .stop = [this] { stop(); },
                       .eager_services = config.eager_services};
  control_ = std::make_unique<Control>(*engine_, environment_, std::move(facts));
  if (config.log_requests.value_or(::isatty(STDERR_FILENO) == 1)) {
    lines_ = std::make_unique<LineWriter>(STDERR_FILENO);
    control_->requests().set_lines([lines = lines_.get()](std::string_view line) { lines->add(line); });
  }
  Door door(
      {.domains = config.domains, .origins = config.cors_origins, .any_origin = config.any_origin, .port = config.listen.front().port});
  gateway_ = std::make_unique<Gateway>(*main_, *control_, environment_, entropy_, work_, std::move(door));
}

/// Before anybody is told that it is ready, and may ask it to end.
void Daemon::watch_signals() {
  Handles& h = *handles_;
  auto on_signal = [](uv_signal_t* signal, int) { Handles::Owned<uv_signal_t>::of(signal).stop(); };
  h.terminate = net::make_uv<Handles::Owned<uv_signal_t>>(this);
  uv_signal_init(loop_, &h.terminate->uv);
  uv_signal_start(&h.terminate->uv, on_signal, SIGTERM);
  h.interrupt = net::make_uv<Handles::Owned<uv_signal_t>>(this);
  uv_signal_init(loop_, &h.interrupt->uv);
  uv_signal_start(&h.interrupt->uv, on_signal, SIGINT);
}

void Daemon::start_handles() {
  Handles& h = *handles_;
  h.prepare = net::make_uv<Handles::Owned<uv_prepare_t>>(this);
  uv_prepare_init(loop_, &h.prepare->uv);
  uv_prepare_start(&h.prepare->uv, [](uv_prepare_t* prepare) { Handles::Owned<uv_prepare_t>::of(prepare).end_of_turn(); });
  h.timer = net::make_uv<Handles::Owned<uv_timer_t>>(this);
  uv_timer_init(loop_, &h.timer->uv);
  h.disk = net::make_uv<Handles::Owned<uv_timer_t>>(this);
  uv_timer_init(loop_, &h.disk->uv);
  if (!main_->store().persistent()) return;
  auto look_at_disk = [](uv_timer_t* timer) {
    Daemon& self = Handles::Owned<uv_timer_t>::of(timer);
    self.engine_->set_disk_full(self.main_->store().disk_full());
    self.engine_->commit_state(Engine::Commit::if_due);
  };
  uv_timer_start(&h.disk->uv, look_at_disk, 0, kDiskCheckMs);
}

Result<std::unique_ptr<Daemon>> Daemon::start(uv_loop_t* loop, const Config& config, InitHooks& hooks) {
  ignore_signals();
  std::unique_ptr<Daemon> daemon(new Daemon(loop, hooks));
  TRY(daemon->work_.start_threads());
  TRY(daemon->read_credentials(config));
  TRY(daemon->read_certificates(config));
  std::string begun_with = TRY(begin_with_history(config.seeds, config.data_dir));
  TRY(daemon->open_realms(config));
  daemon->make_gateway(config);
  daemon->seeder_ = std::make_unique<Seeder>(loop, config.seeds, daemon->main_->store().persistent() ? config.data_dir : std::string());
  if (!begun_with.empty() && !daemon->seeder_->note(begun_with)) {
    std::fprintf(stderr, "cloudemu: warning: cannot note in %s that %s is in\n", config.data_dir.c_str(), begun_with.c_str());
  }
  daemon->start_handles();
  daemon->watch_signals();
  if (auto listening = daemon->listen(config); !listening) {
    daemon->realms_->close();
    daemon->handles_.reset();
    return fail(listening.error());
  }
  return daemon;
}

Result<void> Daemon::listen(const Config& config) {
  server_ = TRY(net::Server::listen(loop_, config.listen, *gateway_, work_, real_clock_));
  server_->speak_tls(*tls_);
  server_->on_tls_failure = [this](std::string_view peer, std::string_view why) { tell_of_tls_failure(peer, why); };
  std::string& host = environment_.queue_urls.host;
  if (host.find(':') == std::string::npos) append(host, ':', server_->port());
  for (const std::string& sentence : server_->left_out()) std::fprintf(stderr, "cloudemu: warning: %s\n", sentence.c_str());
  return {};
}

/// Such a client tries again and again: a line a minute says it.
void Daemon::tell_of_tls_failure(std::string_view peer, std::string_view why) {
  if (tls_told_ms_ != 0 && monotonic_ms() - tls_told_ms_ < kTellAgainMs) return;
  tls_told_ms_ = monotonic_ms();
  std::string ca = certificates_->ca_file();
  std::string sentence = concat("no TLS connection with a client at ", peer, " (", why, "); it is to trust ",
                                ca.empty() ? "what GET /_cloudemu/ca.pem gives" : ca);
  std::fprintf(stderr, "cloudemu: %s\n", sentence.c_str());
}

std::vector<std::string> Daemon::greeting(const Config& config) const {
  std::string first = concat("CloudEmu ", CLOUDEMU_VERSION, " at ", shown(server_->endpoints().front()), ", ");
  first += main_->store().persistent() ? concat("data in ", config.data_dir) : "ephemeral: nothing is kept";
  std::string facts;
  if (main_->store().persistent()) {
    log::Sequence events = main_->store().log().last_sequence();
    if (events == 0) append(facts, "the log is empty");
    else append(facts, events, " events in the log, state ", main_->store().state_is_reused() ? "reused" : "rebuilt");
    append(facts, "; sync ", sync_mode_name(config.sync), "; ");
  }
  append(facts, config.auth == AuthMode::verify ? "auth verify" : "auth off: any credentials will do");
  if (environment_.policy_mode() != iam::Mode::off) append(facts, "; iam ", iam::mode_name(environment_.policy_mode()));
  for (size_t i = 1; i < server_->endpoints().size(); ++i) {
    append(facts, i == 1 ? "; also at " : ", ", shown(server_->endpoints()[i]));
  }
  std::vector<std::string> lines = {std::move(first), std::move(facts)};
  lines.insert(lines.end(), config.more_greeting.begin(), config.more_greeting.end());
  std::string url = url_from_here(server_->endpoints());
  if (url.empty()) return lines;
  std::string paste = concat("export AWS_ENDPOINT_URL=", url);
  if (config.credentials_file.empty()) {
    append(paste, " AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1");
  }
  lines.push_back(std::move(paste));
  return lines;
}

void Daemon::end_of_turn() {
  if (control_->working()) control_->work_off();
  bool had_jobs = jobs_began_ms_ > 0;  // a commit then comes with the next turn: both together would keep others waiting for long
  uint64_t began_ms = had_jobs ? jobs_began_ms_ : monotonic_ms();
  do {
    // What the replies gave way to may have made further events. With the last reply of a daemon that stops, all is closed.
    do engine_->submit();
    while (server_->flush() && handles_);
    if (!handles_) return;
    if (!had_jobs) engine_->end_of_turn();
  } while (server_->has_replies());
  // Jobs take half of the time at most, with the commits that they bring about.
  if (had_jobs || after_jobs_) {
    uint64_t now_ms = monotonic_ms();
    jobs_rest_until_ms_ = std::max(jobs_rest_until_ms_, now_ms) + (now_ms - began_ms);
    jobs_began_ms_ = 0;
    after_jobs_ = had_jobs;
  }
  if (main_->store().blobs().has_garbage()) work_.submit([this] { main_->store().collect_garbage(); }, [] {});
  arm_timer();
}

/// One timer, armed for whatever comes first: something due by the virtual clock, or the end of a long poll.
void Daemon::arm_timer() {
  uint64_t now_ms = monotonic_ms(), at_ms = after_jobs_ ? now_ms : UINT64_MAX;
  // Until the log has kept the last slice there is none: its progress ends a turn, and leads here again.
  bool may_work = engine_->has_kept_slices();
  if (may_work && (control_->working() || engine_->has_late_calls())) at_ms = now_ms;
  if (engine_->has_job_work()) at_ms = std::min(at_ms, std::max(now_ms, jobs_rest_until_ms_));
  if (auto deadline = engine_->waiters().first_real_deadline_ms()) at_ms = std::min(at_ms, *deadline);
  if (auto due = may_work ? engine_->next_due() : std::nullopt) {
    TimeMs left = std::max<TimeMs>(*due - main_->clock().now(), 0);
    // A clock that stands still reaches nothing, but what is due by it already is done.
    if (left == 0 || !main_->clock().setting().frozen_at) at_ms = std::min(at_ms, now_ms + static_cast<uint64_t>(left));
  }
  if (at_ms == armed_for_ms_) return;
  armed_for_ms_ = at_ms;
  uv_timer_t* timer = &handles_->timer->uv;
  if (at_ms == UINT64_MAX) {
    uv_timer_stop(timer);
    return;
  }
  uv_timer_start(
      timer, [](uv_timer_t* t) { Handles::Owned<uv_timer_t>::of(t).on_timer(); }, at_ms > now_ms ? at_ms - now_ms : 0, 0);
}

void Daemon::on_timer() {
  armed_for_ms_ = UINT64_MAX;
  // Where the clock was changed, the end of each turn does a slice already.
  if (!control_->working() && engine_->has_kept_slices()) engine_->run_due(main_->clock().now(), kDueSliceMs);
  if (uint64_t now_ms = monotonic_ms(); engine_->has_job_work() && now_ms >= jobs_rest_until_ms_) {
    jobs_began_ms_ = now_ms;
    engine_->run_jobs(kJobSliceMs);
  }
  engine_->end_polls();
}

void Daemon::run() {
  hooks_.set_endpoint(url_from_here(server_->endpoints()));
  auto say_ready = [this] {
    if (stopping_) return;
    std::printf("Ready.\n");
    std::fflush(stdout);
  };
  auto run_hooks = [this, say_ready] {
    if (stopping_) return;
    hooks_.run(InitHooks::Stage::start, [this, say_ready] { hooks_.run(InitHooks::Stage::ready, say_ready); });
  };
  seeder_->run(url_from_here(server_->endpoints()), address_from_here(server_->endpoints().front()),
               [this, run_hooks](const std::string& why) {
                 if (why.empty()) return run_hooks();
                 if (!stopping_) std::fprintf(stderr, "cloudemu: %s\n", why.c_str());
                 failed_ = !stopping_;
                 stop();
               });
  uv_run(loop_, UV_RUN_DEFAULT);
}

/// Asked once, it lets the scripts of shutdown.d call it; asked again, it waits for no script.
void Daemon::stop() {
  hooks_.cut_short();
  if (stopping_) return;
  stopping_ = true;
  seeder_->cut_short();
  hooks_.run(InitHooks::Stage::shutdown, [this] { close(); });
}

void Daemon::close() {
  engine_->shut_down();
  engine_->on_log_progress();
  server_->stop([this] {
    engine_->shut_down();
    farewell_ = !main_->store().persistent() ? "Stopped; nothing was to be kept."
                : engine_->log().failed()    ? "Stopped. The log had failed: what was refused since then is not in it."
                                             : concat("Stopped; everything is safe in ", main_->store().directory(), ".");
    realms_->close();
    control_->requests().set_lines({});
    lines_.reset();
    handles_.reset();  // with its last handle the loop ends
  });
}

}  // namespace cloudemu
