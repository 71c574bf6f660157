"""Real processes, a real Valkey and a real PostgreSQL, and what is done to them while people write.

However it goes, in the end every client, every process, Redis and SQL agree with what was typed (`House.agree`).

fault                                   | people see                                     | tests
----------------------------------------|------------------------------------------------|------------------------------
a server process dies                   | reconnect within 3 s, not all at once          | test_process_dies
Redis down                              | own process's live, others' "delayed" in 3 s   | test_redis_down
                                        | timers run, the timeline moves by SQL          |
Redis back, empty                       | nothing, or one keyframe                       | test_redis_back_empty
pub/sub silently dead                   | at most 3 s stale, else "delayed"              | test_pubsub_silently_dead
a message dropped                       | one tick while counts move, else 1-2 s         | test_message_dropped
killed between commit and notice        | late by one reading of revs                    | test_killed_before_the_notice
the process that finishes a sprint dies | results later, once                            | test_finisher_dies
database down at the end                | the bell in time; no ACK until it is stored    | test_database_down
client offline at the end               | a count that is late, once                     | test_offline_at_the_end
two tabs, two devices                   | the newest change                              | test_two_devices
device clock an hour off                | nothing                                        | test_device_clock
deploy: every process restarted in turn | GOAWAY, 4001, and back                         | test_deploy
upgrade: the next version in each turn  | as above                                       | test_upgrade
a client never reads                    | nothing, the end of a process is not held up   | test_never_reads
a client floods                         | nothing                                        | test_floods
more come at once than there is room    | GOAWAY, 4004, and in when there is room        | test_storm
a process stands still                  | its writers wait, then agree                   | test_process_frozen
a worker is killed                      | its writers go on through the others           | test_workers
none: a device is signed out            | there: 4500 within 2 s, the words are kept     | test_signed_out
none: two processes, one room           | each other                                     | test_two_processes
"""
