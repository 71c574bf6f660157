// Fan-out with socket.io: one event to everybody. Its frames are text; 200 bytes with its own envelope.
import { serve } from "./server.js";

const [port, readers, frames, intervalMs] = process.argv.slice(2).map(Number);
const io = serve(port);

function broadcast(number) {
  const bare = `42["frame",{"q":${number},"pad":""}]`.length;
  io.emit("frame", { q: number, pad: "x".repeat(200 - bare) });
  if (number < frames) setTimeout(broadcast, intervalMs, number + 1);
}

io.on("connection", () => {
  if (io.of("/").sockets.size === readers) setTimeout(broadcast, 1000, 1);
});
