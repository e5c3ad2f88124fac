// A blob's file is whatever a disk made of it: reading it gives bytes or an error.
#include "core/encoding.h"
#include "fuzz.h"
#include "log/blob_reader.h"
#include "log/memory_file.h"

/// Two bytes say what is read; the rest is the file. Its name is the one that its footer claims, where it has one.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace cloudemu;
  std::string_view input = fuzz::bytes(data, size);
  if (input.size() < 2) return 0;
  uint64_t offset = data[0] * 64u, wanted = data[1] * 64u;
  input.remove_prefix(2);
  log::MemoryFileSystem files;
  auto file = files.open("/blob", log::OpenMode::create);
  (void)(*file)->append(input);
  std::string name = input.size() >= log::kBlobFooterBytes ? hex(input.substr(input.size() - 40, 32)) : std::string(64, '0');
  auto blob = log::BlobReader::open(std::move(*file), name);
  if (!blob) return 0;
  std::string bytes(wanted, '\0');
  if ((*blob)->read(offset, bytes)) fuzz::require(bytes == input.substr(offset, wanted));
  return 0;
}
