// The same room with its updates coalesced by hand, as one does when a broadcast for each update is too much: a process
// gathers its own and the other's rows, and tells its sockets once a tick what has changed, in one event.
import { redisAdapter } from "./redis.js";
import { serve } from "./server.js";

const RELAY_MS = 50; // own rows wait so long for company before they go to the other process, as Wordtide's do

const [port, redis, kind, writers] = process.argv.slice(2);
const tickMs = Number(writers) <= 100 ? 200 : Number(writers) <= 1000 ? 400 : 1000; // Wordtide's
const io = serve(Number(port), await redisAdapter(redis, kind));
const counts = new Map(); // slot -> words: what those who come late are told
let changed = new Set(); // slots of both processes' writers, since the last tick
let own = new Set(); // slots of this process's writers, not yet told to the other

const rows = (slots) => Array.from(slots, (slot) => ({ s: slot, w: counts.get(slot) }));

function store({ s, w }) {
  counts.set(s, w);
  if (changed.size === 0) setTimeout(tick, tickMs);
  changed.add(s);
}

function tick() {
  io.local.to("room").emit("counts", rows(changed));
  changed = new Set();
}

function relay() {
  io.serverSideEmit("counts", rows(own));
  own = new Set();
}

io.on("counts", (others) => others.forEach(store));
io.on("connection", (socket) => {
  socket.join("room");
  socket.emit("counts", rows(counts.keys()));
  socket.on("count", (row) => {
    store(row);
    if (own.size === 0) setTimeout(relay, RELAY_MS);
    own.add(row.s);
  });
});
