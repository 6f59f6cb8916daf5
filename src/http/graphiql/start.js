// Runs in the browser, before GraphiQL's own script; what it needs to know stands in the page.
const root = document.querySelector("#root");
const setup = JSON.parse(root.dataset.setup);

globalThis.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) => setup.workers[label],
};

addEventListener("DOMContentLoaded", () => {
  globalThis.YogaGraphiQL.renderYogaGraphiQL(root, {
    endpoint: "/graphql",
    title: "Ownlist",
    // Whoever uses the web client in this browser stays who they are, there and here.
    credentials: "omit",
    logo: "<span></span>",
    query: setup.document,
    variables: setup.variables,
    defaultEditorToolsVisibility: "variables",
    // A token is for this tab: it stays out of the browser's storage unless its owner wants it there.
    shouldPersistHeaders: false,
    // GraphiQL would copy each document into the address, and from there into history and logs.
    onEditQuery: () => {},
  });
});
