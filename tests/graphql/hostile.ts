/** `each` for the numbers up to `count`, one after the other. */
export const repeat = (count: number, each: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => each(i)).join(" ");

/** `open` with braces, so many deep, around `inside`. */
export const nested = (depth: number, open: string, inside: string) =>
  `${open}{`.repeat(depth) + inside + "}".repeat(depth);

const login = 'login(input: { email: "a@example.com", password: "p" }) { __typename }';

/** Documents that are too much, by the checks that name them, or the group of checks that they are of. */
export const tooComplex: [check: string, what: string, document: string][] = [
  ["check 46", "more than 20 levels", `{${nested(20, "tasks", "totalCount")}}`],
  [
    "check 46",
    "more than 20 levels through inline fragments",
    `{${nested(20, "...{tasks", "totalCount".padEnd(30, "}"))}}`,
  ],
  [
    "check 46",
    "more than 20 levels through a fragment that is shallow elsewhere",
    `{ ...F ${nested(15, "tasks", "...F")} } fragment F on Query { ${nested(5, "tasks", "totalCount")} }`,
  ],
  [
    "check 46",
    "more than 20 levels through a fragment that comes too deep at first",
    `{ ${nested(15, "tasks", "...F")} ...F } fragment F on Query { ${nested(5, "tasks", "totalCount")} }`,
  ],
  [
    "check 46",
    "a deep operation beside a fragment called __schema",
    `query __schema { ${nested(30, "a", "b")} } fragment __schema on User { id }`,
  ],
  [
    "check 46",
    "a deep fragment called __schema",
    `query __schema { viewer { ...__schema } } fragment __schema on User { ${nested(30, "a", "b")} }`,
  ],
  ["check 47", "101 aliases of __typename", `{ ${repeat(101, (i) => `a${i}: __typename`)} }`],
  ["check 47", "16 aliases of __typename", `{ ${repeat(16, (i) => `a${i}: __typename`)} }`],
  ["check 47", "16 aliases of any field", `{ ${repeat(16, (i) => `a${i}: viewer { id }`)} }`],
  [
    "check 47",
    "16 aliases in fragments",
    `{ viewer { ...A ...B } } ${["A", "B"].map((f) => `fragment ${f} on User { ${repeat(8, (i) => `${f}${i}: id`)} }`)}`,
  ],
  [
    "check 47",
    "16 aliases, most in a fragment that is spread twice",
    `{ a: tasks { ...F } b: tasks { ...F } } fragment F on TaskConnection { ${repeat(7, (i) => `c${i}: totalCount`)} }`,
  ],
  [
    "check 47",
    "18 aliases in fragments in a fragment that is spread twice",
    `{ a: tasks { ...C } b: tasks { ...C } } fragment C on TaskConnection { edges { node { ...D ...E } } } fragment D on Task { ${repeat(4, (i) => `d${i}: title`)} } fragment E on Task { ${repeat(4, (i) => `e${i}: title`)} }`,
  ],
  ["check 48", "15 logins in one mutation", `mutation { ${repeat(15, (i) => `a${i}: ${login}`)} }`],
  ["check 48", "2 logins in one mutation", `mutation { a: ${login} b: ${login} }`],
  [
    "check 48",
    "logins in fragments",
    `mutation { ...A ... { ...B } } fragment A on Mutation { a: ${login} } fragment B on Mutation { ...A b: ${login} }`,
  ],
  [
    "check 48",
    "a login beside a sign-up",
    `mutation { ${login} signup(input: { email: "a@example.com", password: "p" }) { __typename } }`,
  ],
  [
    "check 48",
    "a login beside another change",
    `mutation { createTask(input: { title: "t" }) { __typename } ${login} }`,
  ],
  ["check 50", "1,001 tokens", `{ ${repeat(1001, () => "a")} }`],
  ["check 50", "1,001 comments", `{ __typename }${"#\n".repeat(1001)}`],
  ["check 50", "95 KB of comment", `{ __typename }#${"x".repeat(95_000)}`],
  ["check 50", "90 KB of commas and white space", `{ __typename }${" ,".repeat(45_000)}`],
  ["check 51", "500 times the same field", `{ viewer { ${repeat(500, () => "id")} } }`],
  ["check 51", "51 times @include", `{ viewer { ${repeat(51, () => "id @include(if: true)")} } }`],
  [
    "check 51",
    "26 directives on a variable",
    `query ($v: Int ${"@aa ".repeat(26)}) { tasks(first: $v) { totalCount } }`,
  ],
  [
    "check 51",
    "26 directives in a fragment that is spread twice",
    `{ a: viewer { ...F } b: viewer { ...F } } fragment F on User { ${repeat(9, () => "id @include(if: true)")} ${repeat(4, () => "name @include(if: true)")} }`,
  ],
  [
    "check 51",
    "3,000 variables that nobody defined",
    `{ nodes(ids: [${repeat(3000, (i) => `$v${i}`)}]) { id } }`,
  ],
  [
    "check 52",
    "fragments that double 22 times",
    `{ viewer { ...F0 } } ${repeat(22, (i) => `fragment F${i} on User { ...F${i + 1} ...F${i + 1} }`)} fragment F22 on User { id }`,
  ],
  [
    "check 52",
    "fields in fragments that double 20 times",
    `{ tasks { ...F0 } } ${repeat(20, (i) => `fragment F${i} on TaskConnection { edges { ...F${i + 1} } pageInfo { ...F${i + 1} } }`)} fragment F20 on User { id }`,
  ],
  [
    "check 52",
    "aliases in fragments that double 20 times",
    `{ tasks { ...F0 } } ${repeat(20, (i) => `fragment F${i} on TaskConnection { a: edges { ...F${i + 1} } b: edges { ...F${i + 1} } }`)} fragment F20 on User { id }`,
  ],
  [
    "check 52",
    "fragments that double 120 times",
    `{ viewer { ...F0 } } ${repeat(110, (i) => `fragment F${i} on User {...F${i + 1}...F${i + 1}}`)} fragment F110 on User { id }`,
  ],
  ["check 55", "3,000 inline fragments that overlap", `{ viewer { ${repeat(3000, () => "...{id}")} } }`],
  ["group E", "700 different fields", `{ ${repeat(700, (i) => `f${i}`)} }`],
  [
    "check 60",
    "the schema three times",
    `{ ${repeat(3, (i) => `a${i}: __schema { types { name fields { name } } }`)} }`,
  ],
  ["group E", "150 operations", repeat(150, (i) => `query Q${i} { viewer { id } }`)],
  [
    "group E",
    "a type 500 lists deep",
    `query ($v: ${"[".repeat(500)}Int${"]".repeat(500)}) { viewer { id } }`,
  ],
];

/** Documents that are wrong, and not to be answered at length, nor looked at for long. */
export const invalid: [check: string, what: string, document: string][] = [
  ["group E", "a fragment that contains itself", "{ viewer { ...A } } fragment A on User { id ...A }"],
  [
    "group E",
    "fragments that contain each other",
    "{ viewer { ...A } } fragment A on User { ...B } fragment B on User { ...A }",
  ],
  [
    "group E",
    "fragments that contain each other below fields",
    "{ tasks { ...A } } fragment A on TaskConnection { edges { node { ...B } } } fragment B on Task { due { ...C } } fragment C on Due { date ...C }",
  ],
  [
    "group E",
    "fragments that all contain all",
    `{ viewer { ...F0 } } ${repeat(4, (i) => `fragment F${i} on User { id ${repeat(4, (k) => `...F${k}`)} }`)}`,
  ],
  ["check 51", "10 times an unknown directive", `{ viewer { id ${"@aa ".repeat(10)} } }`],
  [
    "check 51",
    "400 variables that nobody defined",
    `{ nodes(ids: [${repeat(400, (i) => `$v${i}`)}]) { id } }`,
  ],
  ["group E", "a name of 15,000 letters", `{ viewer { ${"e".repeat(15_000)} } }`],
  ["group E", "15 names that are nearly right", `{ ${repeat(15, (i) => `tasks${i}`)} }`],
  ["group E", "500 names that are nearly right", `{ ${repeat(500, (i) => `tasks${i}`)} }`],
  [
    "group E",
    "lists 480 deep where an id belongs",
    `{ nodes(ids: ${"[".repeat(480)}${"]".repeat(480)}) { id } }`,
  ],
  [
    "check 55",
    "240 inline fragments that clash",
    `{ viewer { ${repeat(15, (i) => `...{a: ${i % 2 ? "id" : "name"}}`)} ${repeat(200, () => "...{id}")} } }`,
  ],
  [
    "check 60",
    "introspection that goes round",
    `{ __schema { types { ${nested(4, "fields { type", "name").concat("}".repeat(4))} } } }`,
  ],
  [
    "check 60",
    "introspection that goes round through fragments",
    `{ __schema { types { ...F0 } } } ${repeat(4, (i) => `fragment F${i} on __Type { fields { type { ...F${i + 1} } } }`)} fragment F4 on __Type { name }`,
  ],
  [
    "check 60",
    "introspection that goes round from a type",
    `{ __type(name: "Task") { ${nested(4, "possibleTypes { interfaces", "name").concat("}".repeat(4))} } }`,
  ],
  [
    "group E",
    "names that every object of the language has",
    "query ($__proto__: constructor) { __proto__ { id } constructor(toString: $__proto__) { hasOwnProperty } viewer { toString { valueOf } } ...__proto__ } fragment __proto__ on toString { constructor { id } }",
  ],
  ["group E", "@defer", "{ ... @defer { viewer { id } } }"],
  ["group E", "@stream", "{ tasks { edges @stream { cursor } } }"],
  ["group E", "a subscription", "subscription { viewer { id } }"],
  ["group E", "a mutation within a query", "query { signup(input: {}) { __typename } }"],
];
