export type GraphqlError = {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; requestId?: string };
};

export type Answer = {
  status: number;
  headers: Headers;
  /** The body as it came. */
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asked for
  data?: any;
  errors?: GraphqlError[];
};

export type Graphql = {
  /** Sends one operation and returns whatever came back. */
  send(query: string, variables?: object, token?: string, headers?: Record<string, string>): Promise<Answer>;
  /** The same, for operations that must work: @returns the data, or throws with everything there is to know. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asked for
  data(query: string, variables?: object, token?: string): Promise<any>;
};

/** Reads an answer to the end, whatever kind of request it is to. */
export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = text.startsWith("{") ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, text, ...body };
}

/** @param url the server's, without a path */
export function createGraphql(url: string): Graphql {
  const send: Graphql["send"] = async (query, variables = {}, token, headers = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/graphql-response+json",
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    return readAnswer(response);
  };
  return {
    send,
    async data(query, variables, token) {
      const answer = await send(query, variables, token);
      if (answer.status === 200 && !answer.errors) return answer.data;
      const request = JSON.stringify({ query, variables }, null, 2);
      throw new Error(`the operation failed with ${answer.status}: ${answer.text}\nrequest: ${request}`);
    },
  };
}
