// Fan-out with `ws`, as its README shows a broadcast: a loop over `clients`. permessage-deflate stays off (its
// default); bufferutil is installed, as the README advises.
import { WebSocketServer, WebSocket } from "ws";

const [port, readers, frames, intervalMs] = process.argv.slice(2).map(Number);
const server = new WebSocketServer({ host: "127.0.0.1", port, perMessageDeflate: false });

function broadcast(number) {
  const frame = Buffer.alloc(200);
  frame.writeBigUInt64BE(BigInt(number));
  for (const client of server.clients) {
    if (client.readyState === WebSocket.OPEN) client.send(frame, { binary: true });
  }
  if (number < frames) setTimeout(broadcast, intervalMs, number + 1);
}

server.on("connection", (socket) => {
  socket.on("error", console.error);
  if (server.clients.size === readers) setTimeout(broadcast, 1000, 1);
});
process.on("SIGTERM", () => process.exit());
