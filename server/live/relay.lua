-- Merges rows into a sprint's hash by the greater (seq, words, flags), and publishes those that were news.
-- KEYS: the sprint's hash, the room's channel.
-- ARGV: the sending process, the sprint, an epoch to begin with, the expiry in ms, and "slot seq words flags ..." .
-- Rows stay text from end to end, so that nothing rounds them; as numbers they are compared, exactly up to 2^53.
local hash, channel = KEYS[1], KEYS[2]
local sender, sprint, fresh, expiry, offered = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local slots, registers = {}, {}
for slot, register in string.gmatch(offered, '(%d+) (%d+ %-?%d+ %d+)') do
  slots[#slots + 1] = slot
  registers[#registers + 1] = register
end

local function parts(register)
  local seq, words, flags = string.match(register, '^(%d+) (%-?%d+) (%d+)$')
  return tonumber(seq), tonumber(words), tonumber(flags)
end

local function greater(mine, theirs)
  local seq, words, flags = parts(mine)
  local their_seq, their_words, their_flags = parts(theirs)
  if seq ~= their_seq then return seq > their_seq end
  if words ~= their_words then return words > their_words end
  return flags > their_flags
end

local stored = redis.call('HMGET', hash, unpack(slots))
local held, news, message = {}, {}, {}
for i, slot in ipairs(slots) do
  local stands = held[slot] or stored[i]
  if not stands or greater(registers[i], stands) then
    held[slot] = registers[i]
    news[#news + 1] = slot
    news[#news + 1] = registers[i]
    message[#message + 1] = slot .. ' ' .. registers[i]
  end
end

if #news > 0 then
  redis.call('HSETNX', hash, 'e', fresh)
  redis.call('HSET', hash, unpack(news))
  local epoch, version = redis.call('HGET', hash, 'e'), redis.call('HINCRBY', hash, 'v', 1)
  local head = table.concat({'R', sender, epoch, string.format('%.0f', version), sprint}, ' ')
  redis.call('SPUBLISH', channel, head .. ' ' .. table.concat(message, ' '))
end
redis.call('PEXPIRE', hash, expiry)
return #news / 2
