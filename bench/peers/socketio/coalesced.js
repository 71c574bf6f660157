// The same room with its updates coalesced by hand, as one does when a broadcast for each update is too much: a
// process gathers its own and the other's rows, and tells its sockets once a tick what has changed, in one event. When
// a tick is due, and when rows go to the other process, is as in Wordtide (server/live/pulse.py).
import { redisAdapter } from "./redis.js";
import { serve } from "./server.js";

const GATHER_MS = 50; // a first row waits so long for company before it goes to the other process, or into a tick

const [port, redis, kind, writers] = process.argv.slice(2);
const tickMs = Number(writers) <= 100 ? 200 : Number(writers) <= 1000 ? 400 : 1000;
const io = serve(Number(port), await redisAdapter(redis, kind));
const counts = new Map(); // slot -> words: what those who come late are told
let changed = new Set(); // slots of both processes' writers, since the last tick
let own = new Set(); // slots of this process's writers, not yet told to the other
let ticked = 0; // when, in ms of performance.now()

const rows = (slots) => Array.from(slots, (slot) => ({ s: slot, w: counts.get(slot) }));

function store({ s, w }) {
  counts.set(s, w);
  if (changed.size === 0) setTimeout(tick, Math.max(ticked + tickMs - performance.now(), GATHER_MS));
  changed.add(s);
}

function tick() {
  ticked = performance.now();
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
    if (own.size === 0) setTimeout(relay, GATHER_MS);
    own.add(row.s);
  });
});
