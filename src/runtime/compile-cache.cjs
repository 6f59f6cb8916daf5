// Has what is loaded from here on compiled once and read from then on: half of the time that a start takes. Where Node.js
// is told to load it first (`--require`), that is all of the code, and what takes the types out of it is not loaded at
// all: 27 MiB. That is why this is plain JavaScript.
const { enableCompileCache } = require("node:module");
const { join } = require("node:path");

enableCompileCache(join(__dirname, "../../node_modules/.cache/ownlist"));
