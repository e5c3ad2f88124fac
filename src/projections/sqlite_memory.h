#pragma once

namespace cloudemu::sqlite {

/// Lets SQLite take its pages from a PageMemory, and all else from malloc() as before. To be called before anything else of SQLite.
/// False: it would not.
bool use_page_memory();

}  // namespace cloudemu::sqlite
