-- KEYS: record. ARGV: touched, expires, ttl.
local was = redis.call('HMGET', KEYS[1], 'revision', 'touched', 'expires', 'principal', 'indexed')
if not was[1] then
  return redis.call('EXISTS', KEYS[1]) == 1 and 3 or 2
end
local touched = later(ARGV[1], was[2]) and ARGV[1] or was[2]
local expires = later(ARGV[2], was[3]) and ARGV[2] or was[3]
if touched ~= was[2] or expires ~= was[3] then
  redis.call('HSET', KEYS[1], 'touched', touched, 'expires', expires)
end
extend(KEYS[1], ARGV[3])
if was[4] and later(expires, was[5]) then
  return {4, was[4]}
end
return 0
