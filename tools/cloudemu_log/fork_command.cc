// cloudemu-log fork: another data directory that goes on from some event of this one.
#include "commands.h"
#include "core/json_writer.h"
#include "core/strings.h"
#include "history/coordinate.h"
#include "history/data_dir.h"
#include "history/fork.h"
#include "output.h"

namespace cloudemu::tool {

namespace {

Result<void> run(Context& context, const ForkOptions& options) {
  log::Sequence at = TRY(history::resolve(context.files, history::log_directory(context.data_dir), options.at, context.now));
  TRY(history::fork(context.files, context.data_dir, at, options.directory));
  if (context.json) {
    std::string out;
    JsonWriter(out).begin_object().field("directory", options.directory).field("at", at).end_object();
    print(out + "\n");
  } else {
    print(concat(options.directory, " goes on from event ", at, "; serve it with cloudemu --data-dir ", options.directory, "\n"));
  }
  return {};
}

}  // namespace

int run_fork(Context& context, const ForkOptions& options) {
  auto done = run(context, options);
  return done ? kOk : report(done.error());
}

}  // namespace cloudemu::tool
