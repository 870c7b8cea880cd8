-- Takes an admission back that came to nothing. KEYS: index. ARGV: its token, the deadline of its
-- marks, the member, 'keep' if that was in the index before, and those that were to end.
local own = redis.call('HGET', KEYS[1], ARGV[3])
if own == ARGV[1] .. '+' .. ARGV[2] and ARGV[4] ~= 'keep' then
  redis.call('HDEL', KEYS[1], ARGV[3])
elseif own and string.sub(own, 9) == '+' .. ARGV[2] then
  redis.call('HSET', KEYS[1], ARGV[3], string.sub(own, 1, 8))
end
for i = 5, #ARGV do
  local value = redis.call('HGET', KEYS[1], ARGV[i])
  if value and string.sub(value, 9) == '-' .. ARGV[2] then
    redis.call('HSET', KEYS[1], ARGV[i], string.sub(value, 1, 8))
  end
end
return 0
