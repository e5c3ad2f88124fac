#pragma once
#include <sqlite3.h>

namespace cloudemu::sqlite {

/// What our layers between SQLite and the VFS below pass on as it is. `File` is an open file of the layer; it begins with an sqlite3_file
/// and has below(), the file of the VFS below.
template <class File>
struct Layer {
  static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
  static sqlite3_file* below(sqlite3_file* file) { return of(file).below(); }
  static const sqlite3_io_methods& methods(sqlite3_file* file) { return *below(file)->pMethods; }

  static int lock(sqlite3_file* file, int level) { return methods(file).xLock(below(file), level); }
  static int unlock(sqlite3_file* file, int level) { return methods(file).xUnlock(below(file), level); }
  static int check_reserved_lock(sqlite3_file* file, int* out) { return methods(file).xCheckReservedLock(below(file), out); }
  static int control(sqlite3_file* file, int op, void* argument) { return methods(file).xFileControl(below(file), op, argument); }
  static int sector_size(sqlite3_file* file) { return methods(file).xSectorSize(below(file)); }
  static int device_characteristics(sqlite3_file* file) { return methods(file).xDeviceCharacteristics(below(file)); }
};

}  // namespace cloudemu::sqlite
