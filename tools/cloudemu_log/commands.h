#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "log/file.h"

/// The verbs of cloudemu-log. Each returns the exit code.
namespace cloudemu::tool {

/// kDifference also stands for "not found"; kNewer for what a later version wrote, or what is not ours.
enum ExitCode { kOk = 0, kDifference = 1, kUsage = 2, kDamaged = 3, kIo = 4, kNewer = 5 };

/// What all verbs share.
struct Context {
  std::string data_dir;
  bool json = false;
  bool color = false;
  log::PosixFileSystem files = {};
  TimeMs now = 0;
};

struct LogOptions {
  std::string since, until;  ///< coordinates; empty: from the first, to the last event
  std::optional<uint64_t> last;
  bool reverse = false, follow = false;
  std::vector<std::string> services, types, operations;
  std::string bucket, key, table, queue, account, region, request, text;
  std::string address;          ///< "s3://bucket/key": the life of one object, item or message
  std::optional<uint64_t> job;  ///< by the number of its start: the life of one job
};

struct StateOptions {
  std::string at = "HEAD";
  std::string kind, name, part;  ///< "bucket" photos cat.jpg, or an address; empty: everything in outline
  std::string account, region;   ///< empty: all
  uint64_t limit = 1000;         ///< 0: none
  bool versions = false;         ///< of objects: all of them, and delete markers
  bool settings = false;         ///< of a bucket, table or queue, instead of what is in it
};

struct CatOptions {
  std::string address;  ///< "s3://bucket/key"; an item, a message
  std::string at = "HEAD";
  std::string version;          ///< empty: the current one
  std::string account, region;  ///< empty: all
};

struct DiffOptions {
  std::string from, to;
  std::string kind, name, part;  ///< as StateOptions has them
  std::string account, region;   ///< empty: all
  bool stat = false;             ///< how much came, went and changed in each bucket, table and queue
};

struct ForkOptions {
  std::string at, directory;
};

struct RebuildOptions {
  bool check = false;
};

struct CompactOptions {
  std::string keep = "HEAD";
  bool dry_run = false;
};

struct RepairOptions {
  bool dry_run = false;
};

int run_info(Context& context);
int run_log(Context& context, const LogOptions& options);
int run_show(Context& context, const std::string& coordinate);
int run_state(Context& context, const StateOptions& options);
int run_cat(Context& context, const CatOptions& options);
int run_diff(Context& context, const DiffOptions& options);
int run_fork(Context& context, const ForkOptions& options);
int run_verify(Context& context);
int run_rebuild(Context& context, const RebuildOptions& options);
int run_compact(Context& context, const CompactOptions& options);
int run_repair(Context& context, const RepairOptions& options);

/// Prints an error and gives the exit code that goes with it.
int report(const Error& error);

}  // namespace cloudemu::tool
