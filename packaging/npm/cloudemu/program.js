"use strict";
const path = require("path");

/** Path of a program of CloudEmu: that of CLOUDEMU_BIN (a folder), or of the package for this platform. */
exports.program = (name) => {
  if (process.env.CLOUDEMU_BIN) return path.join(process.env.CLOUDEMU_BIN, name);
  const platform = `@cloudemu/${process.platform}-${process.arch}`;
  try {
    return path.join(path.dirname(require.resolve(`${platform}/package.json`)), "bin", name);
  } catch {
    throw new Error(`CloudEmu has no program for ${process.platform} on ${process.arch}: the package ${platform} is not installed. ` +
      "Was npm told to leave out optional dependencies? CLOUDEMU_BIN can name a folder with one that you built.");
  }
};
