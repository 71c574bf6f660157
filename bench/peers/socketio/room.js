// A room with socket.io and Redis: each update goes at once to everybody in it, in both processes.
import { redisAdapter } from "./redis.js";
import { serve } from "./server.js";

const [port, redis, kind] = process.argv.slice(2);
const io = serve(Number(port), await redisAdapter(redis, kind));

io.on("connection", (socket) => {
  socket.join("room");
  socket.on("count", (row) => io.to("room").emit("count", row));
});
