// cloudemu-log repair: keeps the log up to the damage, and accepts that what others knew beyond its end is lost. The one verb that changes
// the log; it deletes nothing.
#include "commands.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "history/known_end.h"
#include "history/past.h"
#include "log/lock_file.h"
#include "log/recovery.h"
#include "lost_end.h"
#include "output.h"
#include "text.h"

namespace cloudemu::tool {

namespace {

struct Plan {
  log::Repair log;
  std::vector<std::string> beyond;  // files that know events which the log has not

  bool is_whole() const { return log.found.empty() && beyond.empty(); }
};

Result<Plan> make_plan(Context& context) {
  Plan plan{.log = TRY(log::plan_repair(context.files, history::log_directory(context.data_dir)))};
  log::Sequence last = plan.log.last_sequence;
  if (auto lost = lost_end(TRY(known_end(context)), last)) plan.log.found.push_back(*lost);
  plan.beyond = TRY(history::files_beyond(context.files, context.data_dir, last));
  return plan;
}

/// `done`: a sentence for each thing that was, whatever comes of the next.
Result<void> carry_out(Context& context, const Plan& plan, std::vector<std::string>& done) {
  // The log last: as long as it is not done, these files say that something is missing.
  done = TRY(log::carry_out(context.files, history::log_directory(context.data_dir), plan.log, context.now));
  for (const std::string& path : plan.beyond) {
    std::string to = log::name_aside(context.files, path, "lost", context.now);
    TRY(context.files.rename(path, to));
    TRY(context.files.sync_directory(path.substr(0, path.rfind('/'))));
    done.push_back(concat("moved ", path, " to ", to));
  }
  return {};
}

void tell(const Plan& plan) {
  if (plan.log.cut) {
    print(concat("would move the ", counted(plan.log.cut->bytes, "byte"), " of ", plan.log.cut->path, " from offset ", plan.log.cut->offset,
                 " on into a file of their own\n"));
  }
  for (const std::string& path : plan.log.moved) print(concat("would move ", path, " aside\n"));
  for (const std::string& path : plan.beyond) print(concat("would move ", path, " aside\n"));
}

void add(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.key(name).begin_array();
  for (const std::string& text : texts) json.string(text);
  json.end_array();
}

/// `done`: a sentence for each thing that was done; none where nothing was.
void print_json(const Plan& plan, const std::vector<std::string>& done) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("ok", plan.is_whole()).field("last", plan.log.last_sequence);
  add(json, "found", plan.log.found);
  if (plan.log.cut) {
    json.key("cut").begin_object();
    json.field("path", plan.log.cut->path).field("offset", plan.log.cut->offset).field("bytes", plan.log.cut->bytes).end_object();
  }
  std::vector<std::string> moved = plan.log.moved;
  moved.insert(moved.end(), plan.beyond.begin(), plan.beyond.end());
  add(json, "moved", moved);
  add(json, "done", done);
  json.end_object();
  print(printable_json(out) + "\n");
}

int print_plan(const Context& context, const Plan& plan) {
  if (context.json) {
    print_json(plan, {});
    return kDamaged;
  }
  for (const std::string& sentence : plan.log.found) print(concat("found: ", sentence, "\n"));
  tell(plan);
  print(concat("the log would end with event ", plan.log.last_sequence, "; nothing was changed\n"));
  return kDamaged;
}

int repair(Context& context, const Plan& plan) {
  if (!context.json) {
    for (const std::string& sentence : plan.log.found) print(concat("found: ", sentence, "\n"));
  }
  std::vector<std::string> done;
  auto carried = carry_out(context, plan, done);
  if (context.json) print_json(plan, done);
  for (const std::string& sentence : done) {
    if (!context.json) print(sentence + "\n");
  }
  if (!carried) return report(carried.error());
  if (!context.json) print(concat("the log now ends with event ", plan.log.last_sequence, "; nothing was deleted\n"));
  return kOk;
}

}  // namespace

int run_repair(Context& context, const RepairOptions& options) {
  auto lock = log::LockFile::acquire(context.data_dir + "/LOCK");
  if (!lock) return report(lock.error());
  auto plan = make_plan(context);
  if (!plan) return report(plan.error());
  if (!plan->is_whole()) return options.dry_run ? print_plan(context, *plan) : repair(context, *plan);
  if (context.json) print_json(*plan, {});
  else print(concat("nothing to repair: the log is whole and ends with event ", plan->log.last_sequence, "\n"));
  return kOk;
}

}  // namespace cloudemu::tool
