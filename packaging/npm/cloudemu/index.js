"use strict";
const { spawn } = require("child_process");
const http = require("http");
const { program } = require("./program");

const START_MS = 10000;

/** One CloudEmu that runs as a child of this process, and ends with it. */
class CloudEmu {
  constructor(child, url) {
    this.child = child;
    this.url = url;
    /** What SDKs read: give it to a child process, or to Object.assign(process.env, ...). */
    this.env = { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-east-1" };
    this.clock = {
      now: () => this.control("GET", "/_cloudemu/clock"),
      advance: (duration) => this.control("POST", "/_cloudemu/clock", { advance: duration }),
      set: (body) => this.control("POST", "/_cloudemu/clock", body),
    };
  }

  /** Configuration for a client of the AWS SDK, version 3. */
  config(account = "test") {
    return { endpoint: this.url, region: "us-east-1", forcePathStyle: true, credentials: { accessKeyId: account, secretAccessKey: "test" } };
  }

  /** Empties every account. */
  reset() {
    return this.control("POST", "/_cloudemu/reset");
  }

  control(method, path, body) {
    return new Promise((resolve, reject) => {
      const request = http.request(this.url + path, { method, agent: false }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part) => (text += part));
        response.on("end", () => {
          if (response.statusCode >= 300) reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
          else resolve(text ? JSON.parse(text) : undefined);
        });
      });
      request.on("error", reject);
      request.end(body ? JSON.stringify(body) : undefined);
    });
  }

  stop() {
    return new Promise((resolve) => {
      if (this.child.exitCode !== null || this.child.signalCode !== null) return resolve();
      this.child.ref(); // it keeps this process going until it has ended
      this.child.once("exit", () => resolve());
      this.child.kill("SIGTERM");
    });
  }
}

/**
 * Starts a CloudEmu. Options: port (a free one), dataDir (kept in memory if absent), args (more flags), stderr ("ignore", "inherit").
 * Resolves when it serves; rejects with what it said if it does not start.
 */
function start({ port = 0, dataDir, args = [], stderr = "pipe" } = {}) {
  return new Promise((resolve, reject) => {
    const kept = dataDir ? ["--data-dir", dataDir] : ["--ephemeral"];
    const child = spawn(program("cloudemu"), [...kept, "--port", String(port), ...args], { stdio: ["ignore", "pipe", stderr] });
    let out = "", err = "";
    const fail = (why) => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      reject(new Error(`CloudEmu did not start: ${why}${err || out ? "\n" + (err || out) : ""}`));
    };
    const timer = setTimeout(() => fail(`not ready after ${START_MS / 1000} s`), START_MS);
    const ended = (code) => fail(`it ended with ${code}`);
    const end = () => child.kill("SIGTERM");
    child.on("error", (error) => fail(error.message));
    child.once("exit", ended);
    if (child.stderr) child.stderr.on("data", (part) => (err = (err + part).slice(-4096)));
    child.stdout.on("data", (part) => {
      out = (out + part).slice(-4096);
      const url = /at (http:\/\/\S+?),/.exec(out);
      if (!url || !/^Ready\.$/m.test(out)) return;
      clearTimeout(timer);
      child.stdout.removeAllListeners("data");
      child.stdout.resume();
      child.removeListener("exit", ended);
      process.once("exit", end);
      child.once("exit", () => process.removeListener("exit", end));
      for (const stream of [child, child.stdout, child.stderr]) if (stream && stream.unref) stream.unref();
      resolve(new CloudEmu(child, url[1]));
    });
  });
}

module.exports = { start, CloudEmu };
