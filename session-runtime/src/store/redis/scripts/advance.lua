-- KEYS: epoch. ARGV: at least, until.
redis.call('HINCRBY', KEYS[1], 'epoch', 1)
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if later(ARGV[1], epoch) then
  epoch = ARGV[1]
  redis.call('HSET', KEYS[1], 'epoch', epoch)
end
if later(ARGV[2], redis.call('HGET', KEYS[1], 'until') or nil) then
  redis.call('HSET', KEYS[1], 'until', ARGV[2])
  redis.call('PEXPIREAT', KEYS[1], ARGV[2])
end
return epoch
