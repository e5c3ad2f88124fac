#!/usr/bin/env node
"use strict";
const { spawn } = require("child_process");
const path = require("path");
const { program } = require("./program");

const name = path.basename(process.argv[1]).startsWith("cloudemu-log") ? "cloudemu-log" : "cloudemu";
let child;
try {
  child = spawn(program(name), process.argv.slice(2), { stdio: "inherit" });
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
child.on("exit", (code, signal) => process.exit(signal ? 1 : code));
