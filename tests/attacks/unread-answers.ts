import type { Attack } from "./attack.ts";
import { openSockets } from "./open-sockets.ts";
import { insertTasks } from "./rows.ts";

const body = JSON.stringify({ query: "{ tasks(first: 100) { edges { node { description } } } }" });

/** Requests that follow each other on a socket without waiting (RFC 9112 §9.3.2). */
const pipelined = 3;

const sockets = { small: 40, full: 100 };

export const attack: Attack = {
  name: "unread-answers",
  what: "100 sockets of one user send three requests each for answers of 2 MB, and read nothing",
  async prepare({ signUp, sql, url }, size) {
    const { token, email } = await signUp();
    await sql(insertTasks(email, 100, { description: "repeat('x', 20000)" }));
    const request = [
      "POST /graphql HTTP/1.1",
      `Host: ${new URL(url).host}`,
      `Authorization: Bearer ${token}`,
      "Content-Type: application/json",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n");
    return (signal) =>
      openSockets({ url }, sockets[size], signal, (socket) => socket.write(request.repeat(pipelined)));
  },
};
