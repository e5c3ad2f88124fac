#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "core/strings.h"
#include "log/file.h"

namespace cloudemu::log {

namespace {

/// What is kept is nobody else's business.
constexpr mode_t kFileMode = 0600, kDirectoryMode = 0700;

class PosixFile final : public File {
 public:
  PosixFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  ~PosixFile() override { ::close(descriptor_); }

  Result<void> append(std::string_view bytes) override {
    while (!bytes.empty()) {
      ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return fail(io_error(concat("cannot write ", path_)));
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return {};
  }

  Result<void> sync() override {
    if (::fdatasync(descriptor_) != 0) return fail(io_error(concat("cannot sync ", path_)));
    return {};
  }

  Result<size_t> read_at(uint64_t offset, std::span<char> into) const override {
    size_t done = 0;
    while (done < into.size()) {
      ssize_t got = ::pread(descriptor_, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return fail(io_error(concat("cannot read ", path_)));
      if (got == 0) break;
      done += static_cast<size_t>(got);
    }
    return done;
  }

  Result<uint64_t> size() const override {
    struct stat info;
    if (::fstat(descriptor_, &info) != 0) return fail(io_error(concat("cannot stat ", path_)));
    return static_cast<uint64_t>(info.st_size);
  }

  Result<void> truncate(uint64_t size) override {
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) {
      return fail(io_error(concat("cannot truncate ", path_)));
    }
    return {};
  }

 private:
  int descriptor_;
  std::string path_;
};

bool is_directory(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

}  // namespace

Result<std::unique_ptr<File>> PosixFileSystem::open(const std::string& path, OpenMode mode) {
  int flags = O_CLOEXEC;
  switch (mode) {
    case OpenMode::read: flags |= O_RDONLY; break;
    case OpenMode::append: flags |= O_RDWR | O_CREAT | O_APPEND; break;
    case OpenMode::create: flags |= O_RDWR | O_CREAT | O_EXCL | O_APPEND; break;
  }
  int descriptor = ::open(path.c_str(), flags, kFileMode);
  if (descriptor < 0) return fail(io_error(concat("cannot open ", path)));
  return std::make_unique<PosixFile>(descriptor, path);
}

bool PosixFileSystem::exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<std::vector<std::string>> PosixFileSystem::list(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(Errc::io, concat("cannot list ", directory, ": ", error.message()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> PosixFileSystem::make_directories(const std::string& path) {
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), kDirectoryMode) == 0) {
      size_t slash = part.rfind('/');
      TRY(sync_directory(slash == std::string::npos ? "." : part.substr(0, std::max<size_t>(slash, 1))));
    } else if (errno != EEXIST || !is_directory(part)) {
      return fail(io_error(concat("cannot create ", part)));
    }
    if (end == std::string::npos) return {};
  }
}

Result<void> PosixFileSystem::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return fail(io_error(concat("cannot rename ", from, " to ", to)));
  return {};
}

Result<void> PosixFileSystem::remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return fail(io_error(concat("cannot remove ", path)));
  return {};
}

Result<void> PosixFileSystem::link(const std::string& from, const std::string& to) {
  if (::link(from.c_str(), to.c_str()) != 0) return fail(io_error(concat("cannot link ", from, " to ", to)));
  return {};
}

Result<void> PosixFileSystem::sync_directory(const std::string& path) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return fail(io_error(concat("cannot open ", path)));
  int status = ::fsync(descriptor);
  Error error = io_error(concat("cannot sync ", path));
  ::close(descriptor);
  if (status != 0) return fail(std::move(error));
  return {};
}

Result<void> PosixFileSystem::sync_all(const std::string& path) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return fail(io_error(concat("cannot open ", path)));
  int status = ::syncfs(descriptor);
  Error error = io_error(concat("cannot sync the disk of ", path));
  ::close(descriptor);
  if (status != 0) return fail(std::move(error));
  return {};
}

FileSystem::Space PosixFileSystem::space(const std::string& path) {
  struct statvfs info;
  if (::statvfs(path.c_str(), &info) != 0) return {};
  return {info.f_bavail * info.f_frsize, info.f_blocks * info.f_frsize};
}

Result<void> copy_file(FileSystem& files, const std::string& from, const std::string& to) {
  constexpr size_t kPieceBytes = 1 << 20;
  auto source = TRY(files.open(from, OpenMode::read));
  auto target = TRY(files.open(to, OpenMode::create));
  std::string piece(kPieceBytes, '\0');
  for (uint64_t at = 0; size_t got = TRY(source->read_at(at, piece)); at += got) TRY(target->append({piece.data(), got}));
  return {};
}

Result<std::string> read_file(FileSystem& files, const std::string& path) {
  auto file = TRY(files.open(path, OpenMode::read));
  std::string content(TRY(file->size()), '\0');
  content.resize(TRY(file->read_at(0, content)));
  return content;
}

}  // namespace cloudemu::log
