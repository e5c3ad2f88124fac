#include "app/daemon.h"

#include <csignal>
#include <cstdio>

#include "app/blob_digester.h"
#include "app/blob_source.h"
#include "core/check.h"
#include "core/strings.h"
#include "net/uv_handle.h"

namespace cloudemu {

namespace {

/// How often free space is looked at, idle or not.
constexpr uint64_t kDiskCheckMs = 250;
/// Slice of overdue work per turn of the loop.
constexpr uint64_t kDueSliceMs = 5;

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

Daemon::Daemon(uv_loop_t* loop) : loop_(loop), work_(loop), handles_(std::make_unique<Handles>()) {}

Daemon::~Daemon() = default;

Result<std::unique_ptr<Daemon>> Daemon::start(uv_loop_t* loop, const Config& config) {
  std::signal(SIGPIPE, SIG_IGN);
  std::unique_ptr<Daemon> daemon(new Daemon(loop));
  Daemon& d = *daemon;
  Handles& h = *d.handles_;
  d.environment_.auth = config.auth;
  if (!config.credentials_file.empty()) {
    log::PosixFileSystem files;
    std::string text = TRY(log::read_file(files, config.credentials_file));
    auto credentials = CredentialStore::parse(text);
    if (!credentials) {
      return fail(credentials.error().code, concat(config.credentials_file, ": ", credentials.error().context));
    }
    d.environment_.credentials = std::move(*credentials);
  }

  h.progress = net::make_uv<Handles::Owned<uv_async_t>>(&d);
  uv_async_init(loop, &h.progress->uv, [](uv_async_t* async) { Handles::Owned<uv_async_t>::of(async).engine_->on_log_progress(); });
  uv_async_t* progress = &h.progress->uv;
  auto store = Store::open(config, d.real_clock_, [progress] { uv_async_send(progress); });
  if (!store) {
    h.progress.reset();
    return fail(store.error());
  }
  d.store_ = std::move(*store);

  Engine::Options options{.persistent = d.store_->persistent(), .boot_id = d.store_->boot_id()};
  options.rewind = [&d](State& state, log::Sequence durable) { return d.store_->rewind(state, durable); };
  options.open_blobs = [&d](std::vector<BodyExtent> extents) -> std::unique_ptr<http::BodySource> {
    return std::make_unique<BlobSource>(d.store_->blobs(), std::move(extents));
  };
  options.committed = [&d] { d.store_->state_committed(); };
  options.digest_blobs = [&d](DigestRequest request, std::function<void(std::optional<Digests>)> done) {
    digest_blobs(d.store_->blobs(), d.work_, std::move(request), std::move(done));
  };
  d.engine_ =
      std::make_unique<Engine>(d.store_->state(), d.store_->log(), d.clock_, d.entropy_, std::move(options),
                               [&d](net::ConnectionId id, http::Response response) { d.server_->respond(id, std::move(response)); });
  bool loopback = config.host == "localhost" || config.host.starts_with("127.") || config.host == "::1";
  d.control_ = std::make_unique<Control>(*d.engine_, Control::Facts{.version = CLOUDEMU_VERSION,
                                                                    .sync = std::string(sync_mode_name(config.sync)),
                                                                    .data_dir = config.data_dir,
                                                                    .persistent = d.store_->persistent(),
                                                                    .loopback_only = loopback});
  d.gateway_ = std::make_unique<Gateway>(*d.engine_, *d.control_, d.environment_, d.entropy_, d.store_->blobs(), d.work_);

  h.prepare = net::make_uv<Handles::Owned<uv_prepare_t>>(&d);
  uv_prepare_init(loop, &h.prepare->uv);
  uv_prepare_start(&h.prepare->uv, [](uv_prepare_t* prepare) { Handles::Owned<uv_prepare_t>::of(prepare).end_of_turn(); });
  h.timer = net::make_uv<Handles::Owned<uv_timer_t>>(&d);
  uv_timer_init(loop, &h.timer->uv);
  h.disk = net::make_uv<Handles::Owned<uv_timer_t>>(&d);
  uv_timer_init(loop, &h.disk->uv);
  if (d.store_->persistent()) {
    uv_timer_start(
        &h.disk->uv,
        [](uv_timer_t* timer) {
          Daemon& self = Handles::Owned<uv_timer_t>::of(timer);
          self.engine_->set_disk_full(self.store_->disk_full());
          self.engine_->commit_state(Engine::Commit::if_due);
        },
        0, kDiskCheckMs);
  }

  auto server = net::Server::listen(loop, config.host, config.port, *d.gateway_, d.work_, d.real_clock_);
  if (!server) {
    d.store_->close();
    d.handles_.reset();
    return fail(server.error());
  }
  d.server_ = std::move(*server);
  return daemon;
}

void Daemon::end_of_turn() {
  if (control_->working()) control_->work_off();
  // What the replies gave way to may have made further events. With the last reply of a daemon that stops, all is closed.
  do engine_->end_of_turn();
  while (server_->flush() && handles_);
  if (handles_) arm_timer();
}

/// One timer, armed for whatever comes first: something due by the virtual clock, or the end of a long poll.
void Daemon::arm_timer() {
  uint64_t now_ms = monotonic_ms(), at_ms = UINT64_MAX;
  if (control_->working()) at_ms = now_ms;
  if (auto deadline = engine_->waiters().first_real_deadline_ms()) at_ms = std::min(at_ms, *deadline);
  if (auto due = engine_->next_due(); due && !clock_.setting().frozen_at) {
    TimeMs left = std::max<TimeMs>(*due - clock_.now(), 0);
    at_ms = std::min(at_ms, now_ms + static_cast<uint64_t>(left));
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
  engine_->run_due(clock_.now(), kDueSliceMs);
  engine_->end_polls();
}

void Daemon::run() {
  Handles& h = *handles_;
  auto on_signal = [](uv_signal_t* signal, int) { Handles::Owned<uv_signal_t>::of(signal).stop(); };
  h.terminate = net::make_uv<Handles::Owned<uv_signal_t>>(this);
  uv_signal_init(loop_, &h.terminate->uv);
  uv_signal_start(&h.terminate->uv, on_signal, SIGTERM);
  h.interrupt = net::make_uv<Handles::Owned<uv_signal_t>>(this);
  uv_signal_init(loop_, &h.interrupt->uv);
  uv_signal_start(&h.interrupt->uv, on_signal, SIGINT);
  uv_run(loop_, UV_RUN_DEFAULT);
}

void Daemon::stop() {
  if (stopping_) return;
  stopping_ = true;
  engine_->shut_down();
  engine_->on_log_progress();
  server_->stop([this] {
    engine_->shut_down();
    store_->close();
    handles_.reset();  // with its last handle the loop ends
  });
}

}  // namespace cloudemu
