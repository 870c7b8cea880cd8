-- Turns a reservation into an entry, unless another admission ended it. KEYS: index.
-- ARGV: member, token, ttl.
local value = redis.call('HGET', KEYS[1], ARGV[1])
if not value or string.sub(value, 9, 9) == '-' then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
extend(KEYS[1], ARGV[3])
return 1
