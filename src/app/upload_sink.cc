#include "app/upload_sink.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/encoding.h"
#include "core/utf8_checker.h"

namespace cloudemu {

namespace {

constexpr size_t kPieceBytesMin = 16 * 1024, kPieceBytesMax = 512 * 1024;
/// Of all uploads together, each of which has two.
constexpr size_t kPiecesBytes = 32 << 20;

UploadedBody::Flaw flaw_of(AwsChunkedDecoder::Flaw flaw) {
  switch (flaw) {
    case AwsChunkedDecoder::Flaw::bad_signature: return UploadedBody::Flaw::bad_chunk_signature;
    case AwsChunkedDecoder::Flaw::malformed_trailer: return UploadedBody::Flaw::malformed_trailer;
    case AwsChunkedDecoder::Flaw::small_chunk: return UploadedBody::Flaw::small_chunk;
    default: return UploadedBody::Flaw::malformed_chunks;
  }
}

}  // namespace

size_t UploadsUnderWay::piece_bytes() const {
  return std::clamp(kPiecesBytes / (2 * std::max<size_t>(count_, 1)), kPieceBytesMin, kPieceBytesMax);
}

/// What a job does to the body: digests, blob. Belongs to the job while one is running, else to the loop's thread.
struct UploadSink::Work {
  explicit Work(const UploadPlan& plan) {
    digests.emplace_back(DigestKind::md5);
    add_digests(plan.digests);
  }

  void add_digests(const std::vector<DigestKind>& kinds) {
    for (DigestKind kind : kinds) {
      if (!has(kind)) digests.emplace_back(kind);
    }
  }

  std::string bytes;  // the piece to be dealt with
  std::vector<Digest> digests;
  std::unique_ptr<log::BlobStore::Writer> blob;
  std::optional<Digest> blob_name;  // SHA-256, unless it is among the digests anyway
  UploadedBody::Flaw flaw = UploadedBody::Flaw::none;

  /// On a pool thread. `wanted`: a body that will be refused is digested, but not kept.
  void digest_and_write(log::BlobStore& blobs, bool wanted) {
    for (Digest& digest : digests) digest.update(bytes);
    if (!wanted || flaw != UploadedBody::Flaw::none) return;
    if (!blob) {
      auto created = blobs.create();
      if (!created) return note(created.error());
      blob = std::move(*created);
      if (!has(DigestKind::sha256)) blob_name.emplace(DigestKind::sha256);
    }
    if (blob_name) blob_name->update(bytes);
    if (auto written = blob->append(bytes); !written) note(written.error());
  }

  void note(const Error& error) { flaw = error.code == Errc::disk_full ? UploadedBody::Flaw::disk_full : UploadedBody::Flaw::io; }

  bool has(DigestKind kind) const {
    for (const Digest& digest : digests) {
      if (digest.kind() == kind) return true;
    }
    return false;
  }
};

/// Lives as long as the sink or a job of it. `work` is the job's while one is running; all else is the loop's thread's, until the
/// body is complete and the last job takes it over.
struct UploadSink::Shared : std::enable_shared_from_this<UploadSink::Shared> {
  Shared(UploadPlan p, log::BlobStore& b, net::WorkQueue& w, std::shared_ptr<UploadsUnderWay> o)
      : plan(std::move(p)), blobs(b), queue(w), others(std::move(o)), work(plan) {
    if (plan.aws_chunked) decoder.emplace(plan.signing);
    if (plan.form) form.emplace(plan.form->boundary);
    if (plan.is_text) text.emplace();
  }

  UploadPlan plan;
  log::BlobStore& blobs;
  net::WorkQueue& queue;
  std::shared_ptr<UploadsUnderWay> others;
  Work work;
  std::optional<AwsChunkedDecoder> decoder;
  std::optional<MultipartFormDecoder> form;
  std::optional<Utf8Checker> text;
  bool knows_fields = false;
  std::string filling;
  size_t working_bytes = 0;
  bool job_running = false;
  bool was_full = false;
  UploadedBody body;
  std::function<void()> drained;
  std::function<void()> finished;

  /// The fields of a form come before its file: no job has begun yet.
  void take_fields() {
    if (std::exchange(knows_fields, true)) return;
    work.add_digests(plan.form->digests(form->fields()));
    if (plan.form->admit && !plan.form->admit(form->fields())) note(UploadedBody::Flaw::refused_form);
  }

  void take_form(std::string_view piece) {
    form->feed(piece, [&](std::string_view payload) {
      take_fields();
      take(payload);
    });
  }

  void finish_form() {
    take_fields();
    if (!form->finish()) {
      bool is_large = form->flaw() == MultipartFormDecoder::Flaw::too_large;
      note(is_large ? UploadedBody::Flaw::large_form : UploadedBody::Flaw::malformed_form);
    }
    body.fields = form->fields();
    body.file_name = form->file_name();
  }

  void take(std::string_view payload) {
    body.size += payload.size();
    if (body.size > plan.size_max) note(UploadedBody::Flaw::too_large);
    if (text) text->feed(payload);
    if (is_good()) filling.append(payload);
  }

  bool is_good() const { return body.flaw == UploadedBody::Flaw::none; }
  /// The first thing that went wrong counts.
  void note(UploadedBody::Flaw flaw) {
    if (is_good()) body.flaw = flaw;
  }

  bool has_piece() const { return filling.size() >= others->piece_bytes(); }
  bool full() const { return has_piece() && job_running; }

  void hand_over() {
    job_running = true;
    std::swap(filling, work.bytes);
    // What was large when there were few uploads does not stay so.
    if (filling.capacity() > 2 * others->piece_bytes()) std::string().swap(filling);
    filling.clear();
    working_bytes = work.bytes.size();
  }

  void start_job() {
    hand_over();
    auto self = shared_from_this();
    queue.submit([self, wanted = is_good()] { self->work.digest_and_write(self->blobs, wanted); }, [self] { self->job_done(); });
  }

  void job_done() {
    job_running = false;
    working_bytes = 0;
    note(work.flaw);
    if (has_piece()) start_job();
    if (was_full && !full()) {
      was_full = false;
      if (drained) drained();
    }
    if (finished && !job_running) finish();
  }

  /// The last piece is in `filling` and no job is running.
  void finish() {
    bool small = !work.blob && filling.size() <= kInlineBodyBytesMax;
    if (small || !is_good()) {
      for (Digest& digest : work.digests) digest.update(filling);
      body.bytes = std::move(filling);
      return complete();
    }
    hand_over();
    auto self = shared_from_this();
    queue.submit([self] { self->finish_blob(); }, [self] { self->complete(); });
  }

  /// On a pool thread: the last piece; then the blob is complete and gets its name.
  void finish_blob() {
    work.digest_and_write(blobs, true);
    note(work.flaw);
    finish_digests();
    if (!is_good()) return;
    std::string name = hex(work.blob_name ? work.blob_name->finish() : body.digests.at(DigestKind::sha256));
    auto pin = work.blob->commit(name);
    if (!pin) {
      work.note(pin.error());
      return note(work.flaw);
    }
    body.blob = std::move(name);
    body.blob_pin = std::make_shared<log::BlobPin>(std::move(*pin));
  }

  void finish_digests() {
    if (work.digests.empty()) return;
    for (Digest& digest : work.digests) body.digests.emplace(digest.kind(), digest.finish());
    work.digests.clear();
    if (!is_good()) return;
    if (plan.trailer) {
      bool as_announced = body.trailers.size() == 1 && body.trailers.front().first == plan.trailer->first;
      if (!as_announced) return note(UploadedBody::Flaw::malformed_trailer);
      plan.expected.emplace_back(plan.trailer->second, unbase64(body.trailers.front().second).value_or(""));
    }
    for (const auto& [kind, value] : plan.expected) {
      if (body.digests.at(kind) == value) continue;
      body.wrong_digest = kind;
      return note(UploadedBody::Flaw::wrong_digest);
    }
  }

  void complete() {
    finish_digests();
    work.blob.reset();
    auto done = std::move(finished);
    if (done) done();
  }
};

UploadSink::UploadSink(UploadPlan plan, log::BlobStore& blobs, net::WorkQueue& work, std::shared_ptr<UploadsUnderWay> others)
    : shared_(std::make_shared<Shared>(std::move(plan), blobs, work, std::move(others))) {
  shared_->others->begin();
}

UploadSink::~UploadSink() {
  shared_->others->end();
  shared_->drained = nullptr;
  shared_->finished = nullptr;
}

bool UploadSink::write(std::string_view piece) {
  Shared& s = *shared_;
  s.drained = drained;
  if (s.decoder) s.decoder->feed(piece, [&](std::string_view payload) { s.take(payload); });
  else if (s.form) s.take_form(piece);
  else s.take(piece);
  if (s.has_piece() && !s.job_running) s.start_job();
  s.was_full = s.full();
  return !s.was_full;
}

void UploadSink::finish(std::function<void()> done) {
  Shared& s = *shared_;
  if (s.decoder) {
    bool whole = s.decoder->finish();
    if (!whole) s.note(flaw_of(s.decoder->flaw()));
    s.body.small_chunk = s.decoder->small_chunk();
    s.body.trailers = s.decoder->trailers();
  }
  if (s.form) s.finish_form();
  if (s.plan.size && *s.plan.size != s.body.size) s.note(UploadedBody::Flaw::incomplete);
  if (s.text && !s.text->is_utf8()) s.note(UploadedBody::Flaw::not_text);
  s.finished = std::move(done);
  if (!s.job_running) s.finish();
}

size_t UploadSink::held_bytes() const { return shared_->filling.size() + shared_->working_bytes; }

UploadedBody UploadSink::take() { return std::move(shared_->body); }

}  // namespace cloudemu
