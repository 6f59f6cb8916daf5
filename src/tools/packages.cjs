// Runs before everything else that npm is asked for, on whatever Node.js there is: it looks whether the packages are
// installed, and says in a line what to run where they are not. Plain JavaScript, since older ones know nothing else.
const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "../..");
const wanted = 26;

function read(path) {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}

/** Whether a package is for this system, by what its package.json says of `os` or `cpu`; "!" excludes one. */
function isFor(names, own) {
  if (names === undefined || names.indexOf(`!${own}`) >= 0) return names === undefined;
  return names.indexOf(own) >= 0 || names.every((name) => name.charAt(0) === "!");
}

/** @returns what is wrong with the installed packages, or null; npm notes at the end of an installation what it made */
function findProblem() {
  const note = "node_modules/.package-lock.json";
  if (!existsSync(join(root, note))) return "The packages are not installed";
  const installed = read(note).packages;
  const locked = read("package-lock.json").packages;
  for (const path of Object.keys(installed)) {
    const { os, cpu } = installed[path];
    if (!isFor(os, process.platform) || !isFor(cpu, process.arch)) {
      return `The packages were installed on another system than this one (${process.platform} ${process.arch})`;
    }
    if (!existsSync(join(root, path, "package.json"))) return "The packages are not all there";
  }
  for (const path of Object.keys(locked)) {
    const { version, dev, optional, devOptional } = locked[path];
    // Packages for development, and those for other systems, may be left out.
    const mayBeMissing = path === "" || dev || optional || devOptional;
    const found = installed[path];
    if (found === undefined ? !mayBeMissing : found.version !== version) {
      return "The packages are not those of package-lock.json, as after an update";
    }
  }
  // The development packages bring one, which npm finds first.
  if (Number.parseInt(process.versions.node, 10) < wanted) {
    return `This is Node.js ${process.versions.node}, and it takes ${wanted}, which is missing from the packages`;
  }
  return null;
}

const problem = findProblem();
if (problem !== null) {
  process.stderr.write(`${problem}: run "npm ci".\n`);
  process.exit(1);
}
