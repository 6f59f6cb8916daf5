import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { errorCode, StartError } from "../runtime/start-error.ts";

/** Where to listen; port 0: any free one. */
export type Address = { port: number; host: string };

/**
 * Tries whether it can be listened there, and lets go again.
 * @returns the port, which is a free one where any will do
 * @throws StartError when it can't
 */
export async function findPort(address: Address): Promise<number> {
  const server = createServer();
  try {
    await once(server.listen(address.port, address.host), "listening");
  } catch (error) {
    throw explainListenError(error, address);
  }
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return port;
}

/** What stands in the way of listening, for people; what is not about the address is given back as it is. */
export function explainListenError(error: unknown, { port, host }: Address): unknown {
  const code = errorCode(error);
  if (code === "EADDRINUSE") {
    return new StartError(`Port ${port} is taken on ${host}: stop what uses it, or set PORT to another.`);
  }
  if (code === "EACCES")
    return new StartError(`This user may not use port ${port}: set PORT to one above 1023.`);
  if (/^(EADDRNOTAVAIL|ENOTFOUND|EAI_AGAIN|EINVAL)$/.test(code)) {
    return new StartError(
      `${host} is no address of this machine: set HOST to one, such as 127.0.0.1 or 0.0.0.0.`,
    );
  }
  return error;
}
