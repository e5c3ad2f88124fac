#include "services/s3/region.h"

namespace cloudemu::s3 {

std::string_view region_of_constraint(std::string_view constraint) {
  if (constraint == "EU") return "eu-west-1";
  return is_region(constraint) ? constraint : std::string_view();
}

}  // namespace cloudemu::s3
