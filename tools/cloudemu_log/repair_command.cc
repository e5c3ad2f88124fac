// cloudemu-log repair: keeps the log up to the damage, and accepts that what others knew beyond its end is lost. The one verb that changes
// the log; it deletes nothing.
#include "commands.h"
#include "core/strings.h"
#include "history/known_end.h"
#include "history/past.h"
#include "log/lock_file.h"
#include "log/recovery.h"
#include "output.h"

namespace cloudemu::tool {

namespace {

struct Plan {
  log::Repair log;
  std::vector<std::string> beyond;  // files that know events which the log has not
};

Result<Plan> make_plan(Context& context) {
  Plan plan{.log = TRY(log::plan_repair(context.files, history::log_directory(context.data_dir)))};
  log::Sequence last = plan.log.last_sequence;
  log::KnownEnd known = TRY(history::known_end(context.files, context.data_dir, history::machine_boot_id(context.files)));
  if (known.sequence > last) {
    plan.log.found.push_back(concat("events ", last + 1, " to ", known.sequence, ", which were acknowledged, are lost (",
                                    known.sequence - last, " events): the log ends with event ", last, ", but ", known.source,
                                    " knows event ", known.sequence));
  }
  plan.beyond = TRY(history::files_beyond(context.files, context.data_dir, last));
  return plan;
}

Result<void> carry_out(Context& context, const Plan& plan) {
  // The log last: as long as it is not done, these files say that something is missing.
  for (const std::string& sentence : TRY(log::carry_out(context.files, history::log_directory(context.data_dir), plan.log, context.now))) {
    print(sentence + "\n");
  }
  for (const std::string& path : plan.beyond) {
    std::string to = log::name_aside(context.files, path, "lost", context.now);
    TRY(context.files.rename(path, to));
    TRY(context.files.sync_directory(path.substr(0, path.rfind('/'))));
    print(concat("moved ", path, " to ", to, "\n"));
  }
  return {};
}

void tell(const Plan& plan) {
  if (plan.log.cut) {
    print(concat("would move the ", plan.log.cut->bytes, " bytes of ", plan.log.cut->path, " from offset ", plan.log.cut->offset,
                 " on into a file of their own\n"));
  }
  for (const std::string& path : plan.log.moved) print(concat("would move ", path, " aside\n"));
  for (const std::string& path : plan.beyond) print(concat("would move ", path, " aside\n"));
}

}  // namespace

int run_repair(Context& context, const RepairOptions& options) {
  auto lock = log::LockFile::acquire(context.data_dir + "/LOCK");
  if (!lock) return report(lock.error());
  auto plan = make_plan(context);
  if (!plan) return report(plan.error());
  if (plan->log.found.empty() && plan->beyond.empty()) {
    print(concat("nothing to repair: the log is whole and ends with event ", plan->log.last_sequence, "\n"));
    return kOk;
  }
  for (const std::string& sentence : plan->log.found) print(concat("found: ", sentence, "\n"));
  if (options.dry_run) {
    tell(*plan);
    print(concat("the log would end with event ", plan->log.last_sequence, "; nothing was changed\n"));
    return kDamaged;
  }
  if (auto done = carry_out(context, *plan); !done) return report(done.error());
  print(concat("the log now ends with event ", plan->log.last_sequence, "; nothing was deleted\n"));
  return kOk;
}

}  // namespace cloudemu::tool
