"use strict";
// Jest's globalSetup and globalTeardown: one CloudEmu for all test files, found by every SDK through the environment.
//   jest.config.js: { globalSetup: "cloudemu/jest", globalTeardown: "cloudemu/jest" }
const { start } = require("./index");

module.exports = async () => {
  if (globalThis.__CLOUDEMU__) {
    await globalThis.__CLOUDEMU__.stop();
    delete globalThis.__CLOUDEMU__;
    return;
  }
  const emulator = await start();
  Object.assign(process.env, emulator.env);
  globalThis.__CLOUDEMU__ = emulator;
};
