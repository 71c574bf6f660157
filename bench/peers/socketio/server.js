// A socket.io server set up as its "Performance tuning" and "Memory usage" pages advise: `ws` with both native add-ons,
// permessage-deflate off (its default), the first HTTP request of a connection forgotten. WebSocket only: without long
// polling a client needs no second connection. (They also name eiows in place of `ws`: it is built from sources that
// npm does not have, so it cannot be locked.)
import { createServer } from "node:http";
import { Server } from "socket.io";

const PATIENCE_MS = 300_000; // for the answer to a ping: who falls behind is to be slow in the tables, not cut off

/** A server on 127.0.0.1:port; `adapter` as socket.io's option, if any. */
export function serve(port, adapter) {
  const http = createServer();
  const io = new Server(http, {
    transports: ["websocket"],
    serveClient: false,
    pingTimeout: PATIENCE_MS,
    ...(adapter && { adapter }),
  });
  io.engine.on("connection", (connection) => {
    connection.request = null;
  });
  http.listen(port, "127.0.0.1", 4096);
  process.on("SIGTERM", () => process.exit());
  return io;
}
