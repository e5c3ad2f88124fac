#include <zstd.h>

#include <memory>

#include "core/check.h"
#include "protocol/content_coding.h"

namespace cloudemu {

namespace {

constexpr size_t kPieceBytes = 128 * 1024;
/// A frame may ask for no more memory than 128 MiB, which is what zstd's own tools grant.
constexpr int kWindowLogMax = 27;

}  // namespace

Result<std::string, CodingFlaw> decode_zstd(std::string_view body, size_t bytes_max) {
  std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  CHECK_INVARIANT(context);
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kWindowLogMax);
  std::string out, piece(kPieceBytes, '\0');
  ZSTD_inBuffer in{body.data(), body.size(), 0};
  size_t missing = 0;  // bytes that the present frame still wants, about
  bool is_full = false;
  do {
    ZSTD_outBuffer made{piece.data(), piece.size(), 0};
    missing = ZSTD_decompressStream(context.get(), &made, &in);
    if (ZSTD_isError(missing)) return fail(CodingFlaw::broken);
    if (out.size() + made.pos > bytes_max) return fail(CodingFlaw::too_large);
    out.append(piece, 0, made.pos);
    is_full = made.pos == made.size;
  } while (in.pos < in.size || is_full);
  if (missing != 0 || body.empty()) return fail(CodingFlaw::broken);
  return out;
}

}  // namespace cloudemu
