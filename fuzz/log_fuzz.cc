// Segments of the log, and the event lines in them, as any bytes whatever.
#include "events/codec.h"
#include "fuzz.h"
#include "log/log.h"
#include "log/memory_file.h"
#include "log/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cloudemu;
  std::string_view input = fuzz::bytes(data, size);
  log::MemoryFileSystem files;
  (void)(*files.open("/log/" + log::segment_name(1), log::OpenMode::create))->append(input);
  (void)log::examine(files, "/log");
  if (auto reader = log::LogReader::open(files, "/log", 1)) {
    while (true) {
      auto batch = reader->next();
      if (!batch || !*batch) break;
    }
  }
  // A line that reads is written as a line that reads the same.
  if (auto envelope = codec::read_line(input)) {
    std::string line = codec::line(*envelope);
    auto again = codec::read_line(line);
    fuzz::require(again && codec::line(*again) == line);
  }
  return 0;
}
