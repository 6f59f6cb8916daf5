// Runs in the browser, before GraphiQL's own script; what it needs to know stands in the page.
const root = document.querySelector("#root");
const setup = JSON.parse(root.dataset.setup);

globalThis.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) => setup.workers[label],
};

/** What GraphiQL keeps in the browser, under names of this server's where others may lie beside it on the origin. */
function ownStorage(basePath) {
  const named = (key) => `${basePath}:${key}`;
  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(named("graphiql:")));
  return {
    getItem: (key) => localStorage.getItem(named(key)),
    setItem: (key, value) => localStorage.setItem(named(key), value),
    removeItem: (key) => localStorage.removeItem(named(key)),
    get length() {
      return keys().length;
    },
    clear() {
      for (const key of keys()) localStorage.removeItem(key);
    },
  };
}

addEventListener("DOMContentLoaded", () => {
  globalThis.YogaGraphiQL.renderYogaGraphiQL(root, {
    endpoint: `${setup.basePath}/graphql`,
    title: "Ownlist",
    // Whoever uses the web client in this browser stays who they are, there and here.
    credentials: "omit",
    logo: "<span></span>",
    query: setup.document,
    variables: setup.variables,
    defaultEditorToolsVisibility: "variables",
    ...(setup.basePath !== "" && { storage: ownStorage(setup.basePath) }),
    // A token is for this tab: it stays out of the browser's storage unless its owner wants it there.
    shouldPersistHeaders: false,
    // GraphiQL would copy each document into the address, and from there into history and logs.
    onEditQuery: () => {},
  });
});
