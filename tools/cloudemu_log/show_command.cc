// cloudemu-log show: one event, with everything the log says of it.
#include "commands.h"
#include "core/strings.h"
#include "history/coordinate.h"
#include "history/past.h"
#include "line.h"
#include "log/reader.h"
#include "output.h"

namespace cloudemu::tool {

int run_show(Context& context, const std::string& coordinate) {
  std::string directory = history::log_directory(context.data_dir);
  auto sequence = history::resolve(context.files, directory, coordinate, context.now);
  if (!sequence) return report(sequence.error());
  if (*sequence == 0) return report({Errc::not_found, "there is no event at " + coordinate});
  auto reader = log::LogReader::open(context.files, directory, *sequence);
  if (!reader) return report(reader.error());
  auto batch = reader->next();
  if (!batch) return report(batch.error());
  if (!*batch) return report({Errc::not_found, concat("there is no event ", *sequence)});
  std::string_view text = std::string_view((*batch)->lines).substr(0, (*batch)->lines.find('\n'));
  if (context.json) {
    print(concat(text, "\n"));
    return kOk;
  }
  auto line = Line::parse(text);
  if (!line) return report({Errc::corrupt, concat("event ", *sequence, " is not JSON")});
  Subjects subjects(context.files, directory);
  bool on = context.color;
  print(concat(paint(on, Color::yellow, concat("event ", line->sequence)), "  ", line->type, "\n"));
  auto row = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) print(concat(paint(on, Color::dim, name), value, "\n"));
  };
  row("Time:     ", line->time);
  row("Virtual:  ", line->virtual_time);
  row("Request:  ", line->request);
  row("Call:     ", line->operation);
  row("Account:  ", line->account);
  row("Region:   ", line->region);
  row("Agent:    ", line->agent);
  row("Subject:  ", subjects.of(*line).text());
  print(concat("\n", pretty_json(line->data), "\n"));
  return kOk;
}

}  // namespace cloudemu::tool
