#pragma once
#include "projections/sqlite.h"

namespace cloudemu::sqlite {

/// Replaces all that a database holds by what `empty` has committed, in a time that does not depend on how much there was. On a file it is a
/// commit, as safe from kills as any; a transaction that is open goes first, whatever it held. In memory the database takes the place of the
/// other, which is closed on another thread. If it fails, the database is numb.
void start_anew(Database& database, Database empty);

}  // namespace cloudemu::sqlite
