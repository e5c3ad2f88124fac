# A formula for Homebrew on Linux. packaging/build fills in version, checksum and address, into dist/cloudemu.rb.
class Cloudemu < Formula
  desc "Amazon S3, DynamoDB and SQS on one port, on an event log that forgets nothing"
  homepage "@HOMEPAGE@"
  version "@VERSION@"
  url "@URL@"
  sha256 "@SHA256@"
  license "Apache-2.0"
  depends_on :linux
  depends_on arch: :x86_64

  def install
    bin.install "bin/cloudemu", "bin/cloudemu-log"
    man1.install Dir["share/man/man1/*"]
    bash_completion.install Dir["share/bash-completion/completions/*"]
    zsh_completion.install Dir["share/zsh/vendor-completions/*"]
    fish_completion.install Dir["share/fish/vendor_completions.d/*"]
  end

  service do
    run [opt_bin/"cloudemu"]
    keep_alive true
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/cloudemu --version")
  end
end
