// Measures each turn of an event loop, from when epoll_wait() returns to when it is called again: what nobody else is served in.
//
// Loaded into a daemon by LD_PRELOAD (tests/clients/turns.py). Time on the processor is counted, and time that the thread was blocked (on a
// disk or a lock; on a virtual machine also by its host), but not the time that it waited for a processor: so a busy machine changes little.
// Only the thread that asks for events first is measured. A turn that takes more than the limit on the processor leaves its stack in a
// file, once it is past it.
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

/// What the file begins with; nanoseconds. The reader may set all of it to zero at any time.
struct Report {
  uint64_t turns;
  uint64_t longest_cpu;  ///< of the turn whose sum of both is the largest
  uint64_t longest_blocked;
};

uint64_t now(clockid_t clock) {
  timespec t;
  clock_gettime(clock, &t);
  return static_cast<uint64_t>(t.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(t.tv_nsec);
}

class Meter {
 public:
  Meter() {
    const char* path = std::getenv("TURN_METER");
    const char* limit = std::getenv("TURN_METER_LIMIT_MS");
    if (!path || !limit) return;
    limit_ = static_cast<uint64_t>(std::strtod(limit, nullptr) * 1e6);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0 || ftruncate(file, sizeof(Report)) != 0) std::abort();
    void* memory = mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) std::abort();
    close(file);
    report_ = static_cast<Report*>(memory);
    stacks_ = open((std::string(path) + ".stacks").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    thread_ = static_cast<pid_t>(syscall(SYS_gettid));
    waits_ = open(("/proc/self/task/" + std::to_string(thread_) + "/schedstat").c_str(), O_RDONLY | O_CLOEXEC);
    arm_stacks();
  }

  bool is_for_this_thread() const { return report_ && syscall(SYS_gettid) == thread_; }

  void begin_turn() {
    wall_ = now(CLOCK_MONOTONIC);
    cpu_ = now(CLOCK_THREAD_CPUTIME_ID);
    waited_ = waited_for_processor();
    set_timer(limit_);
  }

  void end_turn() {
    set_timer(0);
    if (wall_ == 0) return;
    uint64_t cpu = now(CLOCK_THREAD_CPUTIME_ID) - cpu_, waited = waited_for_processor() - waited_, wall = now(CLOCK_MONOTONIC) - wall_;
    uint64_t blocked = wall > cpu + waited ? wall - cpu - waited : 0;
    report_->turns += 1;
    if (cpu + blocked <= report_->longest_cpu + report_->longest_blocked) return;
    report_->longest_cpu = cpu;
    report_->longest_blocked = blocked;
  }

  /// From the signal: one line of places, innermost first, each an offset in the program or library that it names. Without malloc(), which
  /// may be what was interrupted, and so without dprintf().
  void keep_stack() const {
    void* places[64];
    int count = backtrace(places, 64);
    char line[16 * 1024];
    size_t used = 0;
    for (int i = 2; i < count; ++i) {
      Dl_info found;
      if (!dladdr(places[i], &found)) continue;
      auto offset = static_cast<size_t>(static_cast<char*>(places[i]) - static_cast<char*>(found.dli_fbase));
      int more = std::snprintf(line + used, sizeof line - used, "%s+0x%zx ", found.dli_fname, offset);
      if (more < 0 || used + static_cast<size_t>(more) + 1 >= sizeof line) break;
      used += static_cast<size_t>(more);
    }
    line[used++] = '\n';
    [[maybe_unused]] ssize_t written = write(stacks_, line, used);
  }

 private:
  void arm_stacks();

  void set_timer(uint64_t after) {
    itimerspec when{};
    when.it_value.tv_sec = static_cast<time_t>(after / 1'000'000'000);
    when.it_value.tv_nsec = static_cast<long>(after % 1'000'000'000);
    timer_settime(timer_, 0, &when, nullptr);
  }

  /// How long the thread was ready to run but another had the processor: the second number of schedstat.
  uint64_t waited_for_processor() const {
    char text[80] = {};
    if (pread(waits_, text, sizeof(text) - 1, 0) <= 0) return 0;
    const char* second = std::strchr(text, ' ');
    return second ? std::strtoull(second, nullptr, 10) : 0;
  }

  Report* report_ = nullptr;
  uint64_t limit_ = 0, wall_ = 0, cpu_ = 0, waited_ = 0;
  int stacks_ = -1, waits_ = -1;
  pid_t thread_ = 0;
  timer_t timer_{};
};

Meter& meter() {
  static Meter meter;
  return meter;
}

void Meter::arm_stacks() {
  void* first[1];
  backtrace(first, 1);  // its first call loads a library, which a signal handler must not do
  struct sigaction action {};
  action.sa_handler = [](int) { meter().keep_stack(); };
  action.sa_flags = SA_RESTART;
  sigaction(SIGRTMIN, &action, nullptr);
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = SIGRTMIN;
  event._sigev_un._tid = thread_;
  if (timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer_) != 0) std::abort();
}

template <typename Wait>
int measured(Wait wait) {
  if (!meter().is_for_this_thread()) return wait();
  meter().end_turn();
  int got = wait();
  meter().begin_turn();
  return got;
}

}  // namespace

extern "C" int epoll_pwait(int epoll, epoll_event* events, int room, int timeout, const sigset_t* mask) {
  static auto next = reinterpret_cast<decltype(&epoll_pwait)>(dlsym(RTLD_NEXT, "epoll_pwait"));
  return measured([&] { return next(epoll, events, room, timeout, mask); });
}

extern "C" int epoll_wait(int epoll, epoll_event* events, int room, int timeout) {
  static auto next = reinterpret_cast<decltype(&epoll_wait)>(dlsym(RTLD_NEXT, "epoll_wait"));
  return measured([&] { return next(epoll, events, room, timeout); });
}
