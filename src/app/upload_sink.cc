#include "app/upload_sink.h"

#include <optional>
#include <vector>

#include "core/encoding.h"

namespace cloudemu {

namespace {

constexpr size_t kPieceBytes = 512 * 1024;

}  // namespace

/// Everything but `filling`, `job_running` and the decoder belongs to the job while one is running.
struct UploadSink::Shared : std::enable_shared_from_this<UploadSink::Shared> {
  Shared(UploadPlan p, log::BlobStore& b, net::WorkQueue& w) : plan(std::move(p)), blobs(b), work(w) {
    digests.emplace_back(DigestKind::md5);
    add_digests(plan.digests);
    if (plan.aws_chunked) decoder.emplace(plan.signing);
    if (plan.form) form.emplace(plan.form->boundary);
  }

  UploadPlan plan;
  log::BlobStore& blobs;
  net::WorkQueue& work;
  std::optional<AwsChunkedDecoder> decoder;
  std::optional<MultipartFormDecoder> form;
  bool knows_fields = false;
  std::vector<Digest> digests;
  std::unique_ptr<log::BlobStore::Writer> blob;
  std::optional<Digest> blob_name;  // SHA-256, unless it is among the digests anyway
  std::string filling, working;
  bool job_running = false;
  bool was_full = false;
  UploadedBody body;
  std::function<void()> drained;
  std::function<void()> finished;

  void add_digests(const std::vector<DigestKind>& kinds) {
    for (DigestKind kind : kinds) {
      if (!has(kind)) digests.emplace_back(kind);
    }
  }

  /// The fields of a form come before its file: no job has begun yet.
  void take_fields() {
    if (std::exchange(knows_fields, true)) return;
    add_digests(plan.form->digests(form->fields()));
    if (plan.form->admit && !plan.form->admit(form->fields())) body.flaw = UploadedBody::Flaw::refused_form;
  }

  void take_form(std::string_view piece) {
    form->feed(piece, [&](std::string_view payload) {
      take_fields();
      take(payload);
    });
  }

  void finish_form() {
    take_fields();
    if (!form->finish() && body.flaw == UploadedBody::Flaw::none) {
      bool is_large = form->flaw() == MultipartFormDecoder::Flaw::too_large;
      body.flaw = is_large ? UploadedBody::Flaw::large_form : UploadedBody::Flaw::malformed_form;
    }
    body.fields = form->fields();
    body.file_name = form->file_name();
  }

  void take(std::string_view payload) {
    body.size += payload.size();
    if (body.size > plan.size_max) body.flaw = UploadedBody::Flaw::too_large;
    if (body.flaw == UploadedBody::Flaw::none) filling.append(payload);
  }

  bool full() const { return filling.size() >= kPieceBytes && job_running; }

  void start_job() {
    job_running = true;
    std::swap(filling, working);
    filling.clear();
    auto self = shared_from_this();
    work.submit([self] { self->digest_and_write(); }, [self] { self->job_done(); });
  }

  /// On a pool thread.
  void digest_and_write() {
    for (Digest& digest : digests) digest.update(working);
    if (body.flaw != UploadedBody::Flaw::none) return;
    if (!blob) {
      auto created = blobs.create();
      if (!created) return note(created.error());
      blob = std::move(*created);
      if (!has(DigestKind::sha256)) blob_name.emplace(DigestKind::sha256);
    }
    if (blob_name) blob_name->update(working);
    if (auto written = blob->append(working); !written) note(written.error());
  }

  void job_done() {
    job_running = false;
    if (filling.size() >= kPieceBytes) start_job();
    if (was_full && !full()) {
      was_full = false;
      if (drained) drained();
    }
    if (finished && !job_running) finish();
  }

  /// The last piece is in `filling` and no job is running.
  void finish() {
    bool small = !blob && filling.size() <= kInlineBodyBytesMax;
    if (small || body.flaw != UploadedBody::Flaw::none) {
      for (Digest& digest : digests) digest.update(filling);
      body.bytes = std::move(filling);
      return complete();
    }
    job_running = true;
    std::swap(filling, working);
    auto self = shared_from_this();
    work.submit(
        [self] {
          self->digest_and_write();
          self->name_blob();
        },
        [self] { self->complete(); });
  }

  /// On a pool thread: the blob is complete and gets its name.
  void name_blob() {
    finish_digests();
    if (body.flaw != UploadedBody::Flaw::none) return;
    std::string name = hex(blob_name ? blob_name->finish() : body.digests.at(DigestKind::sha256));
    if (auto committed = blob->commit(name); !committed) return note(committed.error());
    body.blob = std::move(name);
  }

  void finish_digests() {
    if (digests.empty()) return;
    for (Digest& digest : digests) body.digests.emplace(digest.kind(), digest.finish());
    digests.clear();
    if (body.flaw != UploadedBody::Flaw::none) return;
    if (plan.trailer) {
      bool as_announced = body.trailers.size() == 1 && body.trailers.front().first == plan.trailer->first;
      if (!as_announced) {
        body.flaw = UploadedBody::Flaw::malformed_trailer;
        return;
      }
      plan.expected.emplace_back(plan.trailer->second, unbase64(body.trailers.front().second).value_or(""));
    }
    for (const auto& [kind, value] : plan.expected) {
      if (body.digests.at(kind) == value) continue;
      body.flaw = UploadedBody::Flaw::wrong_digest;
      body.wrong_digest = kind;
      return;
    }
  }

  void complete() {
    finish_digests();
    blob.reset();
    auto done = std::move(finished);
    if (done) done();
  }

  void note(const Error& error) { body.flaw = error.code == Errc::disk_full ? UploadedBody::Flaw::disk_full : UploadedBody::Flaw::io; }

  bool has(DigestKind kind) const {
    for (const Digest& digest : digests) {
      if (digest.kind() == kind) return true;
    }
    return false;
  }
};

UploadSink::UploadSink(UploadPlan plan, log::BlobStore& blobs, net::WorkQueue& work)
    : shared_(std::make_shared<Shared>(std::move(plan), blobs, work)) {}

UploadSink::~UploadSink() {
  shared_->drained = nullptr;
  shared_->finished = nullptr;
}

bool UploadSink::write(std::string_view piece) {
  Shared& s = *shared_;
  s.drained = drained;
  if (s.decoder) s.decoder->feed(piece, [&](std::string_view payload) { s.take(payload); });
  else if (s.form) s.take_form(piece);
  else s.take(piece);
  if (s.filling.size() >= kPieceBytes && !s.job_running) s.start_job();
  s.was_full = s.full();
  return !s.was_full;
}

void UploadSink::finish(std::function<void()> done) {
  Shared& s = *shared_;
  if (s.decoder) {
    bool whole = s.decoder->finish();
    using Flaw = UploadedBody::Flaw;
    if (!whole && s.body.flaw == Flaw::none) {
      switch (s.decoder->flaw()) {
        case AwsChunkedDecoder::Flaw::bad_signature: s.body.flaw = Flaw::bad_chunk_signature; break;
        case AwsChunkedDecoder::Flaw::malformed_trailer: s.body.flaw = Flaw::malformed_trailer; break;
        case AwsChunkedDecoder::Flaw::small_chunk: s.body.flaw = Flaw::small_chunk; break;
        default: s.body.flaw = Flaw::malformed_chunks;
      }
    }
    s.body.trailers = s.decoder->trailers();
  }
  if (s.form) s.finish_form();
  if (s.plan.size && *s.plan.size != s.body.size && s.body.flaw == UploadedBody::Flaw::none) {
    s.body.flaw = UploadedBody::Flaw::incomplete;
  }
  s.finished = std::move(done);
  if (!s.job_running) s.finish();
}

UploadedBody UploadSink::take() { return std::move(shared_->body); }

}  // namespace cloudemu
