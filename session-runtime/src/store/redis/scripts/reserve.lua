-- Changes the index if it still is what was seen. KEYS: index. ARGV: member, token, for how long
-- the marks hold, ttl, how many entries were seen, those (member, value), how many of them end,
-- those (member), and what is left are the members to forget.
local seen = tonumber(ARGV[5])
if redis.call('HLEN', KEYS[1]) ~= seen then
  return 0
end
for i = 6, 5 + 2 * seen, 2 do
  if redis.call('HGET', KEYS[1], ARGV[i]) ~= ARGV[i + 1] then
    return 0
  end
end
local deadline = string.format('%.0f', now() + tonumber(ARGV[3]))
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. '+' .. deadline)
local at = 6 + 2 * seen
local ending = tonumber(ARGV[at])
for i = at + 1, at + ending do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[2] .. '-' .. deadline)
end
for i = at + ending + 1, #ARGV do
  redis.call('HDEL', KEYS[1], ARGV[i])
end
extend(KEYS[1], ARGV[4])
return deadline
