-- KEYS: index. ARGV: member, token, ttl. A mark of an admission stays.
local was = redis.call('HGET', KEYS[1], ARGV[1]) or ''
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. string.sub(was, 9))
extend(KEYS[1], ARGV[3])
return 0
